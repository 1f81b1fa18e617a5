"""A reader takes up what is published, between questions, and never harms one under way."""

import threading
import time

import pytest

from qa.engines.folder import Folder
from qa.errors import IndexDamaged
from qa.index import latest
from qa.index.generation import open_generation
from qa.index.latest import Latest
from qa.index.store import current_name
from tests.index_samples import RELEASES, HashedWords, build, generations

MODEL = ("words", "words-1")


@pytest.fixture
def index(write, tmp_path):
    build(write(RELEASES), tmp_path / "index", HashedWords())
    return tmp_path / "index"


@pytest.fixture
def publish(write, index):
    """Publish one more generation; gives its name."""
    rounds = iter(range(1000))

    def publish_one():
        folder = write({"round.md": f"Round {next(rounds)} is on.\n"})
        return build(folder, index, HashedWords()).generation

    return publish_one


class Opener:
    """Opens generations for real, and keeps each; it can be held up, as a slow disk would."""

    def __init__(self, index):
        self.index = index
        self.opened = []
        self.may_open = threading.Event()
        self.may_open.set()
        self.begun = threading.Event()

    def __call__(self, before):
        self.begun.set()
        assert self.may_open.wait(20)
        self.opened.append(open_generation(self.index, MODEL))
        return self.opened[-1]


@pytest.fixture
def opener(index):
    return Opener(index)


@pytest.fixture
def held(index, opener):
    held = Latest(Folder(index), opener)
    yield held
    held.close()
    assert all(is_closed(generation) for generation in opener.opened)


def is_closed(generation):
    return generation.pinned.file.closed


def wait_until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


def test_a_question_ends_on_the_generation_it_began_with(held, opener, publish):
    with held.lease() as first:
        newer = publish()
        assert held.refresh()
        with held.lease() as second:
            assert (first.name, second.name) == (opener.opened[0].name, newer)
        assert not is_closed(first), "a question is at it"
        assert first.catalogue.release(0).text
    assert is_closed(first)
    assert not is_closed(held.opened)


def test_it_is_closed_after_the_last_of_several_questions(held, publish):
    one, two = held.lease(), held.lease()
    first = one.__enter__()
    assert two.__enter__() is first
    publish()
    held.refresh()

    one.__exit__(None, None, None)
    assert not is_closed(first)
    two.__exit__(None, None, None)
    assert is_closed(first)


def test_a_closed_generation_is_unpinned_and_the_next_build_removes_it(held, publish, index):
    first = held.opened.name
    publish()
    publish()
    assert first in generations(index), "it is held"
    held.refresh()
    publish()
    assert first not in generations(index)


def test_nothing_new_opens_nothing(held, opener):
    assert held.refresh() is False
    assert len(opener.opened) == 1


def test_one_that_follows_takes_up_each_generation(held, opener, publish):
    held.follow()
    for _ in range(3):
        newer = publish()
        wait_until(lambda newer=newer: held.opened.name == newer)
        assert [is_closed(generation) for generation in opener.opened] == [
            *[True] * (len(opener.opened) - 1),
            False,
        ]


def test_no_question_waits_for_an_opening(held, opener, publish):
    first = held.opened
    opener.begun.clear()
    opener.may_open.clear()
    held.follow()
    newer = publish()
    assert opener.begun.wait(20), "the newer one is being opened"

    with held.lease() as given:
        assert given is first

    opener.may_open.set()
    wait_until(lambda: held.opened.name == newer)


def test_what_was_published_between_looking_and_opening_is_not_opened_twice(index, publish):
    opener = Opener(index)
    held = Latest(Folder(index), lambda before: (publish(), opener(before))[1])
    assert held.opened.name == current_name(index)
    assert held.refresh() is False
    held.close()


def damage(index):
    vectors = index / "gens" / current_name(index) / "vectors.npy"
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return vectors, whole


def test_a_damaged_generation_is_told_once_and_the_one_before_serves(
    held, opener, publish, index, caplog, monkeypatch
):
    monkeypatch.setattr(latest, "RETRY_AFTER", 0.0)
    opener.may_open.clear()
    held.follow()
    publish()
    vectors, whole = damage(index)
    opener.may_open.set()
    wait_until(lambda: caplog.records)
    time.sleep(3 * latest.LOOK_EVERY)  # in which it is tried again, to no avail

    (record,) = caplog.records
    assert record.levelname == "ERROR"
    told = record.getMessage()
    assert f"{opener.opened[0].name} goes on serving" in told
    assert str(vectors) in told
    assert "qa build --releases" in told
    assert held.opened is opener.opened[0]
    with pytest.raises(IndexDamaged):
        held.refresh()

    vectors.write_bytes(whole)
    wait_until(lambda: held.opened.name == current_name(index))


def test_the_build_after_a_damaged_one_is_taken_up_at_once(held, publish, index, caplog):
    held.follow()
    (index / "CURRENT").write_text("{}")
    wait_until(lambda: caplog.records)
    assert "CURRENT" in caplog.records[0].getMessage()
    newer = publish()
    wait_until(lambda: held.opened.name == newer)


def test_an_index_that_is_gone_is_told_and_served_from_memory(held, index, caplog):
    held.follow()
    index.rename(index.with_name("moved"))
    wait_until(lambda: caplog.records)
    assert "there is no index in" in caplog.records[0].getMessage()
    with held.lease() as given:
        assert given.catalogue.release(0).text


def test_closing_waits_for_the_question_under_way_and_takes_no_more(index, opener):
    held = Latest(Folder(index), opener)
    with held.lease() as given:
        held.close()
        held.close()
        assert not is_closed(given)
    assert is_closed(given)
    with pytest.raises(ValueError, match="closed"), held.lease():
        pass


def test_what_is_opened_after_closing_is_closed_too(index, opener, publish):
    held = Latest(Folder(index), opener)
    opener.begun.clear()
    opener.may_open.clear()
    publish()
    opening = threading.Thread(target=held.refresh)
    opening.start()
    assert opener.begun.wait(20)
    held.close()
    opener.may_open.set()
    opening.join()

    assert len(opener.opened) == 2
    assert all(is_closed(generation) for generation in opener.opened)
