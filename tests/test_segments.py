"""An update writes a delta beside the base: found, ranked and quoted as after a whole build."""

import shutil
from contextlib import closing

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.index.generation import open_generation
from qa.index.store import current_name, pin_current
from qa.index.verify import verify_index
from qa.records import Kind
from tests.index_samples import HashedWords, build, contents

WORDS = "harbour lamp market orchard bridge ferry lantern mill quarry signal tower windmill".split()
CALL = "Call the office of the county on 555 0100, quoting"
ADDED = (
    "# Ferry sunk\n\nA ferry with 12 lamps sank off the quay.\n\nNobody was hurt by the squid.\n"
)


def text_of(number):
    """A release of three paragraphs, the words of each drawn by its number; one repeats others."""
    rng = np.random.default_rng(number)
    first, second = (" ".join(rng.choice(WORDS, 8)) for _ in range(2))
    title = " ".join(rng.choice(WORDS, 3))
    return (
        f"---\ntitle: {title} {number}\ndate: {1 + number % 28} May 2021\narea: Ward {number % 3}\n"
        f"---\n\nThe {first} of {number}.\n\nThe {second}.\n\n{CALL} {number}.\n"
    )


@pytest.fixture
def folder(write):
    return write({f"{number:02}.md": text_of(number) for number in range(40)})


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def updated(folder, index):
    report = build(folder, index, HashedWords(), update_within=0.5)
    assert verify_index(index, folder).faults == ()
    return report


def opened(index):
    return closing(open_generation(index, ("words", "words-1")))


def answers(index, question, **filters):
    with Assistant.open(index, encoder=HashedWords()) as desk:
        return desk.retrieve(question, 10, **filters)


@pytest.fixture
def changed(folder, index):
    """An index that was updated: one release added, two changed, two removed."""
    build(folder, index, HashedWords())
    (folder / "new.md").write_text(ADDED)
    (folder / "03.md").write_text(text_of(103))
    (folder / "21.md").write_text(text_of(121))
    (folder / "00.md").unlink()
    (folder / "39.md").unlink()
    report = updated(folder, index)
    assert (report.releases, report.awaiting_purge) == (39, 4)
    return index


def test_an_update_links_the_base_and_writes_the_rest(folder, index):
    first = build(folder, index, HashedWords()).generation
    (folder / "new.md").write_text(ADDED)

    report = updated(folder, index)

    place = index / "gens" / report.generation
    for file in (index / "gens" / first).iterdir():
        if file.name != "manifest.json":
            assert file.samefile(place / file.name)
    assert {path.name for path in place.iterdir() if path.is_dir()} == {"delta"}
    assert (report.releases, report.embedded, report.awaiting_purge) == (41, 3, 0)


def test_what_was_added_is_found_and_quoted_from_its_file(folder, changed):
    hit = answers(changed, "Which ferry sank off the quay with lamps?")[0]

    assert hit.release == "new.md"
    assert (folder / "new.md").read_text()[hit.start : hit.end] == hit.text


def test_what_was_removed_or_changed_is_in_nothing_that_is_told(folder, changed):
    with Assistant.open(changed, encoder=HashedWords()) as desk:
        assert desk.counts.releases == 39
        assert desk.counts.paragraphs == 3 * 39
        assert (desk.source("00.md"), desk.source("39.md")) == (None, None)
        assert desk.source("03.md") == text_of(103)
        hits = desk.retrieve(" ".join(WORDS), 100)
    assert {hit.release for hit in hits} < {path.name for path in folder.iterdir()}
    for hit in hits:
        assert (folder / hit.release).read_text()[hit.start : hit.end] == hit.text


def test_an_area_or_a_day_that_only_the_removed_have_is_gone(write, index):
    old = "---\ntitle: Old\ndate: 1 May 1999\narea: Atlantis\n---\n\nAn old ferry.\n"
    folder = write({f"{n:02}.md": text_of(n) for n in range(10)} | {"old.md": old})
    build(folder, index, HashedWords())
    (folder / "old.md").unlink()
    (folder / "new.md").write_text(old.replace("Atlantis", "Avalon").replace("1999", "2022"))

    updated(folder, index)

    with Assistant.open(index, encoder=HashedWords()) as desk:
        assert desk.areas == ("Avalon", "Ward 0", "Ward 1", "Ward 2")
        assert (desk.span.first.year, desk.span.last.year) == (2021, 2022)
        assert {hit.release for hit in desk.retrieve("ferry", areas=["Avalon"])} == {"new.md"}
        assert "old.md" not in {h.release for h in desk.retrieve("old ferry", 50)}


@pytest.mark.parametrize("filters", [{}, {"areas": ["Ward 1"]}, {"published_from": "2021-05-09"}])
def test_rankings_are_nearly_those_of_a_whole_build(folder, changed, tmp_path, filters):
    """Scores differ by idf and mean lengths alone, and by which pieces the projection knew."""
    build(folder, tmp_path / "whole", HashedWords())
    rng = np.random.default_rng(5)
    agreeing = []
    for _ in range(40):
        question = f"Where were the {' and the '.join(rng.choice(WORDS, 4))}?"
        ours, theirs = (
            answers(changed, question, **filters),
            answers(tmp_path / "whole", question, **filters),
        )
        keys = [[(hit.release, hit.paragraph, hit.text) for hit in hits] for hits in (ours, theirs)]
        agreeing.append(len(set(keys[0]) & set(keys[1])) / len(keys[1]))
    assert np.mean(agreeing) > 0.95


def test_scores_are_those_of_the_formula_with_the_base_s_numbers(folder, changed):
    with opened(changed) as generation:
        base, rows = generation.segments[0], generation.rows_by_path
        terms, n = generation.release_terms, len(base.sources)
        scores = terms.score(["ferri"])
        length = base.release_terms.mean_length
        df = base.release_terms.df("ferri")
        idf = np.log1p((n - df + 0.5) / (df + 0.5))
        # "ferry" stands twice in the title, which counts twice, and once in the text.
        words = 2 * len("ferry sunk".split()) + len(
            "ferry sunk ferry 12 lamps sank off quay".split()
        )
        words += len("nobody hurt squid".split())
        tf = 4
        expected = idf * tf / (tf + 1.5 * (0.25 + 0.75 * words / length))
        assert scores[rows["new.md"]] == pytest.approx(expected, rel=1e-5)
        assert terms.idf("squid") == pytest.approx(np.log1p((n + 3 - 1 + 0.5) / 1.5))


def test_every_part_has_the_rows_of_both(changed):
    with opened(changed) as generation:
        rows = np.arange(3 * 43)
        base, delta = generation.segments
        vectors = np.concatenate([base.dense.vectors, delta.dense.vectors])
        query = HashedWords().encode_query("ferry lamp")
        cosines = generation.dense.cosines(query.vector, rows)
        np.testing.assert_allclose(cosines, vectors @ query.vector, atol=1e-6)
        assert generation.dense.nearest(query.vector, 5).tolist() == (
            np.lexsort((rows, -cosines))[:5].tolist()
        )
        alone = [
            part.pieces.max_sim(query, np.arange(len(part.pieces.spans))) for part in (base, delta)
        ]
        # The weights of the pieces are of both, so compare a question of one piece, weighed 1.
        one = HashedWords().encode_query("ferry")
        alone = [p.pieces.max_sim(one, np.arange(len(p.pieces.spans))) for p in (base, delta)]
        np.testing.assert_allclose(
            generation.pieces.max_sim(one, rows), np.concatenate(alone), atol=1e-6
        )
        texts = generation.catalogue.paragraphs(rows.tolist())
        assert sorted(texts) == rows.tolist()
        release_of = generation.columns.release_of
        for row in rows.tolist():
            release = generation.catalogue.release(int(release_of[row]))
            assert release.text[texts[row].start : texts[row].end] == texts[row].text
            assert release.id == generation.sources[release_of[row]].path


def test_boilerplate_is_told_by_base_and_delta_together(folder, index):
    build(folder, index, HashedWords())
    (folder / "new.md").write_text(f"# Squid\n\nA squid was seen.\n\n{CALL} 999.\n")

    updated(folder, index)

    with opened(index) as generation:
        row = generation.rows_by_path["new.md"]
        kinds = [
            one.kind
            for one in generation.catalogue.paragraphs(
                generation.columns.rows_of(row).tolist()
            ).values()
        ]
        assert kinds == [Kind.HEADING, Kind.BODY, Kind.BOILERPLATE]


def test_going_back_to_the_base_leaves_no_delta(folder, index):
    first = build(folder, index, HashedWords()).generation
    before = (folder / "07.md").read_text()
    (folder / "07.md").write_text(text_of(107))
    assert updated(folder, index).awaiting_purge == 1
    (folder / "07.md").write_text(before)

    report = updated(folder, index)

    assert report.awaiting_purge == 0
    assert not (index / "gens" / report.generation / "delta").exists()
    assert (report.generation != first, report.embedded) == (True, 0)
    assert answers(index, "lamp")[0].text


def test_what_is_in_the_delta_is_neither_read_nor_embedded_again(folder, changed, monkeypatch):
    read = []
    from qa.releases import one_file as reading

    real = reading.read_alone
    monkeypatch.setattr(
        reading, "read_alone", lambda data, name: read.append(name) or real(data, name)
    )
    (folder / "newer.md").write_text("# Squid\n\nA squid was seen again.\n")

    report = updated(folder, changed)

    assert read == ["newer.md"]
    assert report.embedded == 2


@pytest.mark.parametrize(
    ("within", "updates"),
    [pytest.param(1 / 40, True, id="at"), pytest.param(0.02, False, id="past")],
)
def test_beyond_the_bound_everything_is_written_anew(folder, index, within, updates):
    build(folder, index, HashedWords())
    (folder / "new.md").write_text(ADDED)

    build(folder, index, HashedWords(), update_within=within)

    with closing(pin_current(index)) as pinned:
        assert (pinned.manifest.delta is not None) == updates


def test_a_file_that_cannot_be_read_weighs_nothing_once_it_is_known(folder, index):
    (folder / "broken.md").write_bytes(b"\xff\xfe\xfd")
    build(folder, index, HashedWords())
    (folder / "new.md").write_text(ADDED)

    report = build(folder, index, HashedWords(), update_within=1 / 40)

    assert [skip.path for skip in report.skipped] == ["broken.md"]
    with closing(pin_current(index)) as pinned:
        assert pinned.manifest.delta.releases == 1


def test_another_model_writes_everything_anew(folder, changed):
    report = build(folder, changed, HashedWords("words-2"), update_within=0.5)

    assert (report.awaiting_purge, report.reused) == (0, 0)


def test_a_damaged_base_is_not_built_upon(folder, index):
    name = build(folder, index, HashedWords()).generation
    place = index / "gens" / name / "vectors.npy"
    place.write_bytes(place.read_bytes()[:-1] + b"\1")
    (folder / "new.md").write_text(ADDED)

    build(folder, index, HashedWords(), update_within=0.5)

    assert verify_index(index).faults == ()
    with closing(pin_current(index)) as pinned:
        assert pinned.manifest.delta is None


def test_a_reader_that_follows_opens_the_delta_alone(folder, changed):
    with Assistant.open(changed, encoder=HashedWords()) as desk:
        base = desk.generation.segments[0]
        (folder / "newer.md").write_text("# Squid\n\nA squid was seen again.\n")
        updated(folder, changed)
        place = changed / "gens" / current_name(changed)
        for file in place.iterdir():  # gone, so that only what is open already can serve
            if file.is_file() and file.name != "manifest.json":
                file.unlink()

        assert desk.refresh()

        assert desk.generation.segments[0] is base
        assert desk.retrieve("Which squid was seen again?")[0].release == "newer.md"
        assert base.holders == 1
    assert base.holders == 0


def test_a_whole_index_is_as_it_was_built(folder, index, tmp_path):
    build(folder, index, HashedWords())
    (folder / "new.md").write_text(ADDED)
    updated(folder, index)
    build(folder, index, HashedWords(), fresh=True)
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    build(folder, tmp_path / "other", HashedWords())

    ours, theirs = contents(index), contents(tmp_path / "other")
    assert {data for name, data in ours.items() if name.endswith("catalogue.db")} == {
        data for name, data in theirs.items() if name.endswith("catalogue.db")
    }
