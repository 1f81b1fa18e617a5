"""What a corpus asks of itself at a build, and how that moves chances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answers.chance import STRETCH, moved
from qa.answers.decide import middles_of
from qa.answers.probes import MIN_PROBES, make_probes, probe_middles
from qa.assistant import Assistant
from qa.index.build import Probing, build_index
from qa.index.generation import open_generation
from qa.index.reuse import probed_with
from qa.index.terms import new_stemmer
from qa.reading import Chances, Middles
from qa.records import Query
from qa.retrieval.asked import make_ready
from tests.counting_reader import CountingReader
from tests.index_samples import HashedWords

CROPS = (
    "barley beans cabbage carrots celery fennel garlic kale leeks lentils onions parsnips".split()
)
ONLY_READER = Chances({"bias": 0.0, "reader": 1.0}, 0.5)


def harvest(crop, tons):
    return (
        f"# {crop.capitalize()} weighed at the show\n\n"
        f"The growers brought {tons} crates of {crop} to the show.\n\n"
        f"Judges liked the {crop} best of all.\n"
    )


@pytest.fixture
def releases(write):
    return write({f"{crop}.md": harvest(crop, 10 + row) for row, crop in enumerate(CROPS)})


def probing_with(reader, encoder):
    def middles(generation, progress):
        stemmer = new_stemmer()
        return probe_middles(
            generation, reader, lambda q: make_ready(Query(q), encoder, stemmer), progress
        )

    return Probing(reader, middles)


def built(releases, index, reader):
    encoder = HashedWords()
    return build_index(
        releases,
        index,
        encoder,
        max_file_bytes=10_000,
        probing=probing_with(reader, encoder) if reader else None,
    )


def opened(index):
    encoder = HashedWords()
    return open_generation(index, (encoder.name, encoder.fingerprint))


def test_a_probe_asks_for_a_figure_with_the_words_after_it_and_the_headline(releases, tmp_path):
    built(releases, tmp_path / "index", None)
    generation = opened(tmp_path / "index")

    probes = {probe.release: probe.question for probe in make_probes(generation)}

    assert len(probes) == len(CROPS)
    for release, question in probes.items():
        head = generation.catalogue.heads([release])[release]
        crop = head.id.removesuffix(".md")
        assert (
            question
            == f"how many crates of {crop} to the, {crop.capitalize()} weighed at the show?"
        )
    generation.close()


def test_middles_are_of_probes_with_and_without_the_release_that_answers(releases, tmp_path):
    # "Judges" stands once in every release, "crates" too: whichever is read first counts one.
    # Where the release itself is left out, others are read, which count just as much.
    reader = CountingReader("crates", chances=ONLY_READER)

    built(releases, tmp_path / "index", reader)

    generation = opened(tmp_path / "index")
    record = generation.manifest.reader
    assert (record.name, record.fingerprint) == ("counting", probed_with(HashedWords(), reader))
    assert record.middles == Middles(1.0, 1.0)
    asked = len(make_probes(generation))
    assert len(reader.questions) == 2 * asked
    generation.close()


def test_the_release_of_a_probe_is_not_read_where_it_is_left_out(releases, tmp_path):
    reader = CountingReader("crates", chances=ONLY_READER)
    built(releases, tmp_path / "index", reader)

    # Pages come in the order asked: first of everything, then without the own release.
    titles = {}
    for question, page in zip(
        [question for question in reader.questions for _ in range(5)],
        reader.read_pages,
        strict=True,
    ):
        titles.setdefault(question, []).append(page.title)
    for question, read in titles.items():
        own = question.split(", ")[1].removesuffix("?")
        assert read[:5].count(own) == 1
        assert read[5:].count(own) == 0


def test_too_small_a_corpus_tells_nothing(write, tmp_path):
    few = write({f"{crop}.md": harvest(crop, 3) for crop in CROPS[: MIN_PROBES - 1]})

    built(few, tmp_path / "index", CountingReader("crates", chances=ONLY_READER))

    generation = opened(tmp_path / "index")
    assert generation.manifest.reader.middles is None
    generation.close()


def test_another_reader_makes_an_index_be_built_again_but_nothing_be_embedded(releases, tmp_path):
    first = built(releases, tmp_path / "index", CountingReader("crates", chances=ONLY_READER))
    same = built(releases, tmp_path / "index", CountingReader("crates", chances=ONLY_READER))
    other = CountingReader("crates", chances=ONLY_READER)
    other.fingerprint = "counting-2"

    changed = built(releases, tmp_path / "index", other)

    assert (first.changed, same.changed, changed.changed) == (True, False, True)
    assert changed.embedded == 0


def test_middles_serve_only_the_reader_that_they_were_read_by(releases, tmp_path):
    reader = CountingReader("crates", chances=ONLY_READER)
    built(releases, tmp_path / "index", reader)
    other = CountingReader("crates", chances=ONLY_READER)
    other.fingerprint = "counting-2"

    with Assistant.open(tmp_path / "index", encoder=HashedWords()) as desk:
        assert middles_of(desk.generation, desk.encoder, reader) == Middles(1.0, 1.0)
        assert middles_of(desk.generation, desk.encoder, other) is None
        assert middles_of(desk.generation, desk.encoder, None) is None
        asked_otherwise = HashedWords()
        asked_otherwise.question_fingerprint = "words-2"
        assert middles_of(desk.generation, asked_otherwise, reader) is None


def test_middles_of_this_corpus_are_laid_onto_the_others():
    here, there = Middles(answered=1.0, unanswered=-1.0), Middles(answered=3.0, unanswered=1.0)

    # The same distance apart: everything is two higher there.
    assert moved(1.0, here, there) == pytest.approx(3.0)
    assert moved(-1.0, here, there) == pytest.approx(1.0)


def test_probes_that_look_easier_here_refuse_no_one():
    here, there = Middles(answered=3.0, unanswered=1.0), Middles(answered=1.0, unanswered=-1.0)

    assert moved(0.4, here, there) == 0.4


@pytest.mark.parametrize("here", [Middles(-3.0, -1.0), Middles(-2.0, -2.0)])
def test_probes_that_tell_nothing_apart_move_and_do_not_stretch(here):
    there = Middles(answered=0.5, unanswered=-0.5)

    assert moved(2.0, here, there) == pytest.approx(4.0)
    assert moved(5.0, here, there) == moved(2.0, here, there) + 3.0
    assert moved(5.0, there, Middles(1.0, 3.0)) == pytest.approx(7.0)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-9, 9), st.floats(-9, 9))
def test_more_odds_are_never_less_chance_wherever_the_middles_lie(a, b, one, other):
    here, there = Middles(a, b), Middles(1.0, -1.0)
    low, high = (moved(odds, here, there) for odds in sorted([one, other]))

    assert low <= high
    assert STRETCH[0] > 0


def test_an_unknown_middle_moves_nothing(releases, tmp_path):
    reader = CountingReader("crates", chances=ONLY_READER)
    built(releases, tmp_path / "index", reader)

    with Assistant.open(tmp_path / "index", encoder=HashedWords(), reader=reader) as desk:
        # Counted once, bias 0: the middles of this corpus are known, those of another are not.
        answer = desk.ask("How many crates of kale?")

    assert answer.probability == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-4)
