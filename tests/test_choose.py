"""Which ranked paragraphs are shown: each once, each adding something, nothing confused."""

import pytest

from qa.answers.choose import MAX_A_RELEASE, Chosen, choose
from qa.answers.cite import as_quote, cite
from qa.assistant import Assistant
from qa.index.build import build_index
from qa.reading import Reading
from qa.records import Query
from qa.retrieval.paragraphs import FoundParagraph
from qa.retrieval.read import ReadParagraph
from qa.retrieval.scope import scope_of

HEAD = "---\ntitle: News\n---"
PATTERN = (
    "A man from {town} was stopped near the old mill on the edge of the village by two wardens "
    "who found {what} in a green canvas bag beside the towpath, and was later {end} by the "
    "bench at the county hall after a short hearing that nobody else came to watch."
)
USUAL = {"town": "Alderley", "what": "5 lamps", "end": "fined"}


@pytest.fixture
def opened(write, encoder, tmp_path):
    """Open an index of releases given as lists of paragraphs: opened({"a.md": ["One."]})."""
    desks = []

    def open_index(bodies):
        files = {name: "\n\n".join([HEAD, *texts]) for name, texts in bodies.items()}
        build_index(write(files), tmp_path / "index", encoder, max_file_bytes=100_000)
        desks.append(Assistant.open(tmp_path / "index", encoder=encoder))
        return desks[-1]

    yield open_index
    for desk in desks:
        desk.close()


def ranked(desk, pointed=None):
    """All paragraphs in row order, with the words that a reader pointed at in some of them."""
    generation = desk.generation
    paragraphs = generation.catalogue.paragraphs(range(generation.manifest.counts.paragraphs))
    found = []
    for row, paragraph in sorted(paragraphs.items()):
        words = (pointed or {}).get(row)
        start = paragraph.text.index(words) if words else 0
        span = (start, start + len(words)) if words else None
        found.append(FoundParagraph(row, -float(row), ReadParagraph(Reading(0.0, span), 0.0)))
    return found


def rows(chosen):
    return [(one.found.row, one.same) for one in chosen]


# The same text


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(USUAL, id="word for word"),
        pytest.param(USUAL | {"end": "duly fined"}, id="a word more"),
        pytest.param(USUAL | {"end": "warned"}, id="a word that is no figure and no name"),
    ],
)
def test_near_duplicates_become_one(opened, again):
    desk = opened({"a.md": [PATTERN.format_map(USUAL)], "b.md": [PATTERN.format_map(again)]})

    assert rows(choose(ranked(desk), desk.generation, 5)) == [(0, (1,))]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"what": "6 lamps"}, id="a figure"),
        pytest.param({"what": "5.5 lamps"}, id="a fraction"),
        pytest.param({"what": "£5 lamps"}, id="a currency"),
        pytest.param({"what": "5% lamps"}, id="a percentage"),
        pytest.param({"what": "5m lamps"}, id="a unit"),
        pytest.param({"what": "five lamps"}, id="a figure in words"),
        pytest.param({"what": "5 thousand lamps"}, id="a multiple"),
        pytest.param({"town": "Brookham"}, id="a name"),
        pytest.param({"town": "Élerley"}, id="a name with an accent"),
        pytest.param({"town": "Alderley B"}, id="an initial"),
        pytest.param({"end": "not fined"}, id="a denial"),
    ],
)
def test_what_differs_in_a_telling_word_is_never_taken_for_the_same(opened, other):
    desk = opened(
        {"a.md": [PATTERN.format_map(USUAL)], "b.md": [PATTERN.format_map(USUAL | other)]}
    )

    assert rows(choose(ranked(desk), desk.generation, 5)) == [(0, ()), (1, ())]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"what": "two lamps"}, {"what": "three lamps"}, id="figures in words"),
        pytest.param({"what": "two lamps"}, {"what": "twenty-two lamps"}, id="a compound"),
        pytest.param({"what": "3m lamps"}, {"what": "3bn lamps"}, id="units"),
        pytest.param({"what": "5 and 7 lamps"}, {"what": "7 and 5 lamps"}, id="figures swapped"),
        pytest.param({"town": "J Hill"}, {"town": "K Hill"}, id="initials"),
        pytest.param({"town": "Élie Roux"}, {"town": "Ána Roux"}, id="accented names"),
        pytest.param({"end": "seen"}, {"end": "never seen"}, id="never"),
        pytest.param({"end": "and wasn’t fined"}, {"end": "and was fined"}, id="n’t"),
    ],
)
def test_pairs_of_a_pattern_stay_two(opened, one, other):
    desk = opened(
        {
            "a.md": [PATTERN.format_map(USUAL | one)],
            "b.md": [PATTERN.format_map(USUAL | other)],
        }
    )

    assert rows(choose(ranked(desk), desk.generation, 5)) == [(0, ()), (1, ())]


def test_nothing_is_lost_by_becoming_one(opened):
    same = PATTERN.format_map(USUAL)
    desk = opened(
        {
            "a.md": [same],
            "b.md": ["Geese crossed the bypass."],
            "c.md": [same.replace("short", "rather short")],
            "d.md": [same],
        }
    )
    scope = scope_of(Query("lamps"), desk.generation.columns)

    (first, second) = choose(ranked(desk), desk.generation, 2)

    assert rows([first, second]) == [(0, (2, 3)), (1, ())], "also those after the last place"
    asked = desk.serving.asked(Query("lamps"))
    hits = cite([first, second], asked, desk.generation)
    quotes = [
        as_quote(hit, one, desk.generation, scope)
        for hit, one in zip(hits, (first, second), strict=True)
    ]
    assert [(quote.release, quote.also_in) for quote in quotes] == [
        ("a.md", ("c.md", "d.md")),
        ("b.md", ()),
    ]


def test_a_release_that_the_filters_leave_out_is_not_named(write, encoder, tmp_path):
    same = PATTERN.format_map(USUAL)
    files = {f"{area}/a.md": f"---\narea: {area}\n---\n\n{same}" for area in ("north", "south")}
    build_index(write(files), tmp_path / "index", encoder, max_file_bytes=10_000)
    with Assistant.open(tmp_path / "index", encoder=encoder) as desk:
        (free,) = desk.ask("lamps in a green canvas bag beside the towpath").quotes
        (narrow,) = desk.ask(
            "lamps in a green canvas bag beside the towpath", areas=["north"]
        ).quotes

    assert (free.release, free.also_in) == ("north/a.md", ("south/a.md",))
    assert (narrow.release, narrow.also_in) == ("north/a.md", ())


# What adds something


LINES = ["Bees swarmed at noon.", "Owls came by night.", "Elks ate the hedge.", "Newts hid."]


def test_no_release_fills_the_answer_alone(opened):
    desk = opened({"a.md": LINES, "b.md": ["Geese crossed.", "Crows stole corn."]})
    assert len(LINES) > MAX_A_RELEASE

    chosen = choose(ranked(desk), desk.generation, 10)

    kept = [*range(MAX_A_RELEASE), len(LINES), len(LINES) + 1]
    assert [one.found.row for one in chosen] == kept


def test_a_second_paragraph_that_points_at_the_same_words_adds_nothing(opened):
    desk = opened(
        {
            "a.md": ["Some 40 bees came.", "In all, some 40  Bees were seen.", "Some 50 bees."],
            "b.md": ["Again 40 bees."],
        }
    )
    pointed = {0: "40 bees", 1: "40  Bees", 2: "50 bees", 3: "40 bees"}

    chosen = choose(ranked(desk, pointed), desk.generation, 5)

    assert [one.found.row for one in chosen] == [0, 2, 3], "another release may support it"


def test_paragraphs_that_nobody_pointed_into_are_not_alike(opened):
    desk = opened({"a.md": LINES[:2]})

    unread = [FoundParagraph(one.row, one.score) for one in ranked(desk)]

    assert rows(choose(unread, desk.generation, 5)) == [(0, ()), (1, ())]
    assert rows(choose(ranked(desk), desk.generation, 5)) == [(0, ()), (1, ())]


@pytest.mark.parametrize("k", [1, 2, 5])
def test_order_is_kept_and_k_is_the_most(opened, k):
    desk = opened({f"{name}.md": [text] for name, text in zip("abcd", LINES, strict=True)})
    found = ranked(desk)[::-1]

    assert choose(found, desk.generation, k) == [Chosen(one) for one in found[:k]]
    assert choose([], desk.generation, k) == []
