"""Stage one compares word by word only those releases that all else speaks for."""

from contextlib import closing

import pytest

from qa.assistant import Assistant
from qa.records import Query
from qa.retrieval import releases
from qa.retrieval.releases import find_releases, release_candidates
from qa.retrieval.scope import scope_of
from tests.index_samples import HashedWords, build

MANY = 30


@pytest.fixture
def desk(write, tmp_path):
    """Thirty releases that a question has words of, more of them the higher the number."""
    words = "bees swarmed over the old mill near seven barns".split()
    texts = {
        f"{number:02}.md": f"# Report {number}\n\nWe saw {' '.join(words[: 1 + number % 9])}.\n"
        for number in range(MANY)
    }
    encoder = HashedWords()
    build(write(texts), tmp_path / "index", encoder)
    with closing(Assistant.open(tmp_path / "index", encoder=encoder)) as opened:
        yield opened


@pytest.fixture
def compared(monkeypatch):
    """How many releases each question compared word by word."""
    counts, whole = [], releases._max_sim

    def counted(asked, generation, candidates):
        counts.append(len(candidates))
        return whole(asked, generation, candidates)

    monkeypatch.setattr(releases, "_max_sim", counted)
    return counts


def found(desk, k):
    query = Query("Where have bees swarmed over the old mill near seven barns?")
    scope, asked = scope_of(query, desk.generation.columns), desk.serving.asked(query)
    assert len(release_candidates(asked, desk.generation, scope)) == MANY
    return [one.row for one in find_releases(asked, desk.generation, scope, k)]


def test_the_most_promising_are_compared_and_the_best_stay(desk, compared, monkeypatch):
    best = found(desk, 2)
    monkeypatch.setattr(releases, "CLOSELY", 10)

    assert found(desk, 2) == best
    assert compared == [MANY, 10]


def test_whoever_wants_many_has_more_compared(desk, compared, monkeypatch):
    all_of_them = found(desk, MANY)
    monkeypatch.setattr(releases, "CLOSELY", 10)

    assert found(desk, 5) == all_of_them[:5]
    assert found(desk, 9) == all_of_them[:9]
    assert compared == [MANY, 20, MANY]
