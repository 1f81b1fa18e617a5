"""Counts and lists: what asks for one, that they are exact, and what they can be exported to."""

import csv
import io
import json
import re

import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from qa.assistant import Assistant
from qa.index.build import build_index
from qa.language.markup import plain
from qa.questions.listing import TOO_COMMON, list_rule
from qa.questions.read import read_question
from qa.records import Query
from qa.releases.folder import read_folder
from tests.shell import called

HEAD = "---\narea: {}\ndate: {}\ntitle: {}\n---\n\n"
CORPUS = {
    "a.md": HEAD.format("Kent", "2021-03-02", "Raids at dawn")
    + "Officers searched homes.\n\n"
    + "The raids were part of **Operation** Falcon. Two men were held.\n",
    "b.md": HEAD.format("Essex", "2021-03-09", "Two held by Op Falcon")
    + "The raids found nothing.\n\nCall 101.\n",
    "c.md": HEAD.format("Kent", "2020-05-01", "A falcon at the theatre")
    + "An operation on a falcon went well.\n\nIts owner was held by the hand.\n",
    "d.md": HEAD.format("Kent", "someday", "Operation Falcon ends")
    + "A raid was the last.\n\nOperation Falconry is another.\n",
}
WORDS = ["raids", "held", "falcon", "homes", "owner", "hand", "nothing", "theatre"]
PHRASES = ["Operation Falcon", "“part of Operation Falcon”", "“the last”", "“Officers searched”"]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("listing")
    for name, text in CORPUS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def desk(shelf, tmp_path_factory):
    from tests.word_encoder import WordEncoder

    encoder, index = WordEncoder(), tmp_path_factory.mktemp("index")
    build_index(shelf, index, encoder, max_file_bytes=10_000)
    with Assistant.open(index, encoder=encoder) as desk:
        yield desk


def listed(desk, question, **options):
    listing = desk.ask(question, **options).listing
    return None if listing is None else [one.release for one in listing.entries]


def scanned(shelf, words, phrases, area=None):
    """Look through every text, word by word."""
    stem = Stemmer.Stemmer("english").stemWord
    found = set()
    for release in read_folder(shelf).releases:
        parts = [release.title, *(plain(one.text).text for one in release.paragraphs)]
        said = [" ".join(re.findall(r"\w+", part.lower())) for part in parts]
        stems = {stem(word) for part in [*said, release.area.lower()] for word in part.split()}
        spoken = [re.sub(r"\bop\b", "operation", part) for part in said]
        if all(stem(word) in stems for word in words) and all(
            any(re.search(rf"\b{phrase.strip('“”').lower()}\b", part) for part in spoken)
            for phrase in phrases
        ):
            found |= {release.id} if area in (None, release.area) else set()
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=3, unique=True),
    st.lists(st.sampled_from(PHRASES), max_size=2, unique=True),
    st.sampled_from([None, "Kent", "Essex"]),
)
def test_a_list_is_what_a_naive_scan_finds(desk, shelf, words, phrases, area):
    asked = " and ".join([*phrases, *words])
    by = f" of {area} Police" if area else ""
    listing = desk.ask(f"How many releases{by} mention {asked or 'anything that is'}?").listing
    wanted = scanned(shelf, [*words, *([] if asked else ["anything"])], phrases, area)

    if listing.is_relaxed:
        assert wanted == set()
    else:
        assert {one.release for one in listing.entries} == wanted
        assert listing.total == len(wanted)
        assert sum(one.releases for one in listing.areas) == len(wanted)


def test_every_quote_is_verbatim_and_holds_what_was_asked(desk):
    listing = desk.ask("List the releases about Operation Falcon").listing

    assert [one.release for one in listing.entries] == ["b.md", "a.md", "d.md"]
    for one in listing.entries:
        assert CORPUS[one.release][one.quote.start : one.quote.end] == one.quote.text
    assert listing.entries[1].quote.text == "The raids were part of **Operation** Falcon."
    assert listing.rule == (
        "Releases that hold the words “Operation Falcon” (or “Op Falcon”) as they stand; "
        "newest first."
    )


def test_periods_and_forces_narrow_and_undated_ones_are_counted(desk):
    listing = desk.ask("How many releases did Kent Police publish in March 2021?").listing
    event = desk.ask("List the releases about raids in March 2021").listing

    assert [one.release for one in listing.entries] == ["a.md"]
    assert (
        listing.rule == "Releases of Kent, published 1 March 2021 to 31 March 2021; newest first."
    )
    assert (event.total, event.undated_left_out) == (2, 1)
    assert listed(desk, "List the releases about raids", areas=["Essex"]) == ["b.md"]
    assert listed(desk, "List the releases about raids", published_to="2020-12-31") == []


def test_what_no_release_holds_is_relaxed_and_said(desk):
    listing = desk.ask("Which releases mention raids, homes and owners?").listing

    assert (listing.total, listing.is_relaxed) == (1, True)
    assert "at least 2 of “raids”, “homes” and “owners”" in listing.rule
    assert listed(desk, "Which releases mention Operation Sparrow and raids?") == []


@pytest.mark.parametrize(
    ("question", "asks", "words", "phrases"),
    [
        ("How many releases mention raids?", "count", ("raids",), ()),
        ("how many burglary appeals in York", "count", ("burglary", "appeals", "York"), ()),
        ("List all press releases about 'county lines'", "list", (), ("county lines",)),
        ("Are there any releases on Op Falcon?", "list", (), ("Operation Falcon",)),
        ("press releases about operation falcon", "list", (), ("Operation falcon",)),
        ("Which forces have warned about fraud?", "areas", ("fraud",), ()),
        ("How often is the mill mentioned?", "count", ("mill",), ()),
        ("How many people were arrested?", None, (), ()),
        ("Who released the list of stolen bikes?", None, (), ()),
        ("How many prisoners were released in May?", None, (), ()),
        ("List what was broken", None, (), ()),
        ("What happened in March 2021?", "list", (), ()),
        ("Tell me what Kent Police did in March 2021", None, (), ()),
        ("In Kent, what's going on this week?", "list", (), ()),
        ("any news from Essex", "list", (), ()),
        ("What's the latest?", "list", (), ()),
        ("What happened in March 2021 in Upper Nettlecombe?", "list", ("Upper", "Nettlecombe"), ()),
        ("What happened?", None, (), ()),
        ("What happened to the falcon in March 2021?", None, (), ()),
        ("What happened to him in March 2021?", None, (), ()),
        ("What is new about the theatre?", None, (), ()),
    ],
)
def test_what_asks_for_a_list(desk, question, asks, words, phrases):
    with desk._latest.lease() as serving:
        from qa.questions.understand import understanding_of

        how = understanding_of(True, None, serving.newest)
        rule = read_question(question, known_areas=serving.areas, understanding=how).listing
    assert (rule and rule.asks) == asks
    if asks:
        assert (rule.words, rule.phrases) == (words, phrases)


def test_what_happened_is_a_list_of_that_time_and_area(desk):
    assert listed(desk, "What happened in March 2021?") == ["b.md", "a.md"]
    assert listed(desk, "What did Kent Police publish in March 2021?") == ["a.md"]
    assert listed(desk, "What's new in Kent?")[:2] == ["a.md", "c.md"]
    assert listed(desk, "What happened on 3 March 2021?") == []
    # Where a place is named that is no area, a quote may be meant: nothing is listed without one.
    assert listed(desk, "What happened in Theatre in May 2020?") == ["c.md"]
    assert listed(desk, "What happened in Slough in May 2020?") is None
    # A question that leans on another asks on about its matter.
    asked = desk.ask("What happened there in March 2021?", history=["Who was at the theatre?"])
    assert asked.listing is None


def test_a_phrase_of_words_that_say_nothing_is_left_out_and_said(desk):
    answer = desk.ask('How many releases of Kent mention "it was"?')

    assert answer.listing.rule == "Releases of Kent; newest first."
    assert answer.read_as.notes == (TOO_COMMON,)
    assert desk.ask('How many releases mention "the last"?').read_as.notes == ()


def test_both_readings_are_told(desk):
    forces = desk.ask("Which forces were at the raids?")
    events = desk.ask("How many raids were there in March 2021?")

    assert forces.listing.asks == "areas"
    assert "Listed are the forces" in forces.read_as.notes[-1]
    assert events.listing is None
    assert "How many releases" in events.read_as.notes[-1]


def test_the_rule_can_be_left_out_and_a_list_costs_no_quote(desk):
    question = "List the releases about the raids"

    assert desk.ask(question, understand=["period", "area"]).listing is None
    assert desk.ask(question, understand=False).listing is None
    assert desk.ask(question).quotes


def test_any_words_can_be_listed(desk):
    listing = desk.list_releases("raids homes")

    assert [one.release for one in listing.entries] == ["a.md"]
    assert list_rule(Query("raids homes"), ()).words == ("raids", "homes")
    assert json.loads(json.dumps(listing.to_dict()))["entries"][0]["quote"]["start"] > 0


@pytest.mark.model
def test_a_list_is_exported(seed_index, seeds):
    as_csv = called("list", "releases that mention police", "--csv", "--index", seed_index)
    as_json = called("list", "releases that mention police", "--json", "--index", seed_index)
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    listing = json.loads(as_json.stdout)

    assert as_csv.returncode == as_json.returncode == 0
    assert len(rows) == listing["total"] == len(listing["entries"]) > 0
    assert listing["rule"] in as_csv.stderr
    row = rows[0]
    text = (seeds / row["release"]).read_bytes().decode()
    assert text[int(row["start"]) : int(row["end"])] == row["quote"]
    assert listing["total"] == qa.list_releases("police", index=seed_index).total


@pytest.mark.model
def test_no_cell_of_the_table_is_taken_for_a_formula(write, tmp_path, without_reader):
    release = "---\ntitle: ＝1+1\narea: ＠home\n---\n\n＋44 20 is where a parrot may be told of.\n"
    folder, index = write({"－parrot.md": release}), tmp_path / "index"
    assert called("build", "--releases", folder, "--index", index).returncode == 0

    done = called("list", "releases that mention a parrot", "--csv", "--index", index)

    (row,) = csv.DictReader(io.StringIO(done.stdout))
    cells = [row[name] for name in ("release", "title", "area", "quote")]
    assert cells == [
        "'－parrot.md", "'＝1+1", "'＠home", "'＋44 20 is where a parrot may be told of.",
    ]  # fmt: skip
    assert (row["start"], row["paragraph"]) == (str(release.index("＋44")), "1")
