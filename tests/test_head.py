"""Heads are read as written, within limits, and each fault names its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UnreadableRelease
from qa.releases.head import MAX_DEPTH, MAX_HEAD_BYTES, read_head

FORMS = {
    "fence": ("```yaml\n", "```"),
    "fence, yml": ("```YML \n", "``` "),
    "dashes": ("---\n", "---"),
    "dashes and yaml": ("--- yaml ---\n", "---"),
    "dashes, dots": ("--- yaml\n", "..."),
    "blank lines before": ("\n \n---\n", "---"),
}
forms = pytest.mark.parametrize(("opening", "closing"), FORMS.values(), ids=FORMS)
newlines = pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])


def dashed(head):
    return f"---\n{head}\n---\nText.\n"


@forms
@newlines
def test_every_form_with_every_newline(opening, closing, newline):
    text = f"{opening}title: Two men\narea: Marrow\n{closing}\nText: here.\n"
    file = text.replace("\n", newline)

    head = read_head(file)

    assert head.values == {"title": "Two men", "area": "Marrow"}
    assert file[: head.body_start].rstrip().endswith(closing.strip())
    assert file[head.body_start :].lstrip() == f"Text: here.{newline}"


@pytest.mark.parametrize(
    "value",
    [
        "NO",
        "yes",
        "on",
        "true",
        "null",
        "~",
        "1.10",
        "010",
        "0x1F",
        "1e3",
        ".inf",
        "1_000",
        "12:30:00",
        "2020-12-07",
        "07/12/2020",
        "£5",
    ],
)
def test_values_stay_as_written(value):
    head = read_head(dashed(f"value: {value}\nlist: [{value}]\n{value}: key"))

    assert head.values == {"value": value, "list": [value], value: "key"}


def test_nested_and_dotted_keys_are_found():
    head = read_head(
        dashed("og:\n  title: Two men\npublish.date: 1 May 2020\nempty: ''\nlist: [a]")
    )

    assert head.text("og", "title") == "Two men"
    assert head.text("publish", "date") == "1 May 2020"
    assert head.at("list") == ["a"]
    for path in (("og",), ("empty",), ("list",), ("og", "title", "more"), ("absent", "key")):
        assert head.text(*path) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Two men were held.\n\n---\n\nCall 101.\n", id="no head"),
        pytest.param("---\nTwo men were held.\n", id="a rule above"),
        pytest.param("---\nTwo men were held.\n---\nCall 101.\n", id="prose between rules"),
        pytest.param("---\n**Two men** were held.\n---\nCall 101.\n", id="bold between rules"),
        pytest.param("---\n*Two\n---\nCall 101.\n", id="a star between rules"),
        pytest.param("---\n# Two men held\n---\nCall 101.\n", id="a heading between rules"),
        pytest.param("---\n* one\n* two\n---\nCall 101.\n", id="a list between rules"),
        pytest.param("---\n- one\n- two\n---\nCall 101.\n", id="a dashed list between rules"),
        pytest.param("----\ntitle: Two\n----\n", id="a longer rule"),
        pytest.param("```\ntitle: Two\n```\n", id="a fence of another kind"),
        pytest.param("```yaml\nTwo men\n```\n", id="a fence without keys"),
        pytest.param("Text\n---\ntitle: Two\n---\n", id="not at the top"),
        pytest.param("", id="an empty file"),
    ],
)
def test_text_that_is_no_head_is_kept(text):
    head = read_head(text)

    assert head.values == {}
    assert head.body_start == 0


def nested(lists):
    return "a: " + "[" * lists + "x" + "]" * lists


def of_size(size):
    return "title: " + "é" * ((size - len("title: \n")) // 2) + "\n"


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        pytest.param("area: A\ntitle: Foo: bar", "line 3: mapping values", id="colon in a title"),
        pytest.param("title: 'Foo\narea: A", "its head is not YAML: line", id="open quote"),
        pytest.param("title: A\n\tarea: B", "its head is not YAML: line 3", id="tab"),
        pytest.param("title: @A", "its head is not YAML: line 2", id="reserved sign"),
        pytest.param("a: b\ntitle: A\x07B", "line 3: the character U+0007", id="control character"),
        pytest.param("a: b\ntitle: *x", "an alias or anchor (& or *): line 3", id="alias"),
        pytest.param("title: &x A", "an alias or anchor (& or *): line 2", id="anchor"),
        pytest.param("title: [a, [*x]]", "an alias or anchor (& or *): line 2", id="inner alias"),
        pytest.param(LAUGHS, "an alias or anchor (& or *): line 2", id="billion laughs"),
        pytest.param("a: b\n<<: *x", "an alias or anchor (& or *): line 3", id="merge"),
        pytest.param("a: !!python/name:os.system x", "the tag", id="tag"),
        pytest.param("a: !x b", "the tag '!x': line 2", id="own tag"),
        pytest.param("a: b\nc: d\na: e", "the key 'a' a second time: line 4", id="duplicate key"),
        pytest.param(
            "o:\n  a: b\n  a: c", "the key 'a' a second time: line 4", id="inner duplicate"
        ),
        pytest.param("a: b\n? [x]\n: c", "a key that is not plain text: line 3", id="list as key"),
        pytest.param(nested(MAX_DEPTH), "more than 16 deep: line 2", id="too deep"),
        pytest.param("a: " + "[" * 60_000, "line 2", id="far too deep"),
        pytest.param(of_size(MAX_HEAD_BYTES + 2), "its head has 65,538 bytes", id="too large"),
    ],
)
def test_what_is_refused_and_where(head, reason):
    for opening, closing in (("---", "---"), ("```yaml", "```")):
        with pytest.raises(UnreadableRelease) as error:
            read_head(f"{opening}\n{head.rstrip()}\n{closing}\nText.\n")

        assert reason in error.value.reason
        assert error.value.cure
        assert "\n" not in str(error.value)


@newlines
def test_lines_are_counted_with_every_newline(newline):
    with pytest.raises(UnreadableRelease, match="line 4"):
        read_head("\n---\narea: A\ntitle: Foo: bar\n---\nText".replace("\n", newline))


def test_the_limits_themselves_are_allowed():
    deep = read_head(dashed(nested(MAX_DEPTH - 1))).values["a"]
    for _ in range(MAX_DEPTH - 1):
        assert isinstance(deep, list)
        deep = deep[0]
    assert deep == "x"

    large = of_size(MAX_HEAD_BYTES)
    assert len(large.encode()) == MAX_HEAD_BYTES
    assert read_head(f"---\n{large}---\n").text("title") == large[len("title: ") : -1]


def test_a_fence_that_is_never_closed_is_an_error():
    with pytest.raises(UnreadableRelease, match="never closed"):
        read_head("```yaml\ntitle: Two men\n\nText.\n")


@given(
    st.sampled_from(["---\n", "```yaml\n", "--- yaml ---\r\n"]),
    st.lists(
        st.text(max_size=4)
        | st.sampled_from(["a: ", "b", "- ", "? ", "[", "]", "{", "}", "&a", "*a", "!t", "'", "#"])
        | st.sampled_from(["\n", "\r\n", " ", "\x07"])
    ).map("".join),
    st.sampled_from(["\n---\n", "\n```\n", ""]),
)  # fmt: skip
def test_no_head_makes_it_fail_otherwise(opening, inside, closing):
    file = opening + inside + closing + "Text"
    try:
        head = read_head(file)
    except UnreadableRelease:
        return
    assert head.body_start <= len(file)
    assert head.body_start > 0 or head.values == {}
    if head.body_start > 0:
        assert file[: head.body_start].rstrip(" \t\r").endswith(("---", "```", "..."))
