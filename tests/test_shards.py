"""Work for a cluster, without one: what is sent where, what a shard holds, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest

from qa.cluster.connect import need_ray
from qa.cluster.shards import Shards, shard_name
from qa.cluster.worker import Orders, Worker, rules_of
from qa.cluster.workers import GROUP, GROUP_BYTES, _group_ends
from qa.embedding import Passage, SentenceTransformerEncoder
from qa.errors import ClusterError, UsageError
from qa.index.layer import Part
from qa.index.purge import purge_index
from qa.index.vectors import embed_with
from qa.releases.one_file import ReleaseFile, Unread, read_here
from tests import tiny_models
from tests.cluster_samples import build_here, build_there, settings_of
from tests.index_samples import RELEASES, HashedWords, build, contents
from tests.shell import called

PROJECTION = np.eye(16, 8, dtype=np.float32)
PASSAGES = [Passage("Fair", "Pears sold out."), Passage("", "—"), Passage("Hall", "It is shut.")]


@pytest.fixture
def shards(tmp_path):
    return Shards(tmp_path / "work")


def part(pieces):
    """A part of some word pieces, each of its numbers another."""
    return Part(
        np.arange(4, dtype=np.float32) / (pieces + 1),
        np.arange(2 * pieces, dtype=np.int8).reshape(pieces, 2),
        np.arange(pieces, dtype=np.int32) + 70_000,
        np.arange(pieces, dtype=np.uint8),
    )


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in ("vector", "pieces", "ids", "sentences")
    )


# Shards


def test_a_shard_gives_back_what_was_written(shards):
    parts = [part(3), part(0), part(5)]

    with shards.held():
        shards.write("shard-a.npz", parts)
        held = shards.read("shard-a.npz")

    assert len(held) == 3
    assert all(same(one, other) for one, other in zip(held, parts, strict=True))


def test_a_shard_that_is_damaged_anywhere_counts_as_not_there(shards, tmp_path):
    with shards.held():
        shards.write("shard-a.npz", [part(3)])
    file = tmp_path / "work" / "shard-a.npz"
    whole = file.read_bytes()

    caught = 0
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        held = shards.read("shard-a.npz")
        caught += held is None
        assert held is None or same(held[0], part(3)), "of what no one reads, such as a date"
    assert caught > len(whole) / 7 / 2
    file.write_bytes(whole[:-1])
    assert shards.read("shard-a.npz") is None
    assert shards.read("shard-b.npz") is None


def test_whatever_decides_a_shard_is_in_its_name():
    name = shard_name("rules", PROJECTION, PASSAGES)
    others = [
        shard_name("other", PROJECTION, PASSAGES),
        shard_name("rules", PROJECTION * 2, PASSAGES),
        shard_name("rules", PROJECTION, PASSAGES[::-1]),
        shard_name("rules", PROJECTION, PASSAGES[:2]),
        shard_name("rules", PROJECTION, [Passage("Fai", "rPears sold out."), *PASSAGES[1:]]),
    ]

    assert name == shard_name("rules", PROJECTION.copy(), list(PASSAGES))
    assert len({name, *others}) == 1 + len(others)


def test_two_builds_do_not_work_in_one_folder(shards, tmp_path):
    with (
        shards.held(),
        pytest.raises(ClusterError, match="another build works in"),
        Shards(tmp_path / "work").held(),
    ):
        pass
    with shards.held():
        pass


def test_clearing_leaves_nothing_but_what_others_put_there(shards, tmp_path):
    with shards.held():
        shards.write("shard-a.npz", [part(1)])
    (tmp_path / "work" / "notes.txt").write_text("mine")

    shards.clear()

    assert [path.name for path in (tmp_path / "work").iterdir()] == ["notes.txt"]


def test_a_full_disk_leaves_no_half_shard(shards, tmp_path):
    (tmp_path / "work").touch()  # no folder: writing fails

    with pytest.raises(OSError, match="Not a directory"):
        shards.write("shard-a.npz", [part(1)])
    with pytest.raises(ClusterError, match="cannot be written to"), shards.held():
        pass


def test_what_a_broken_off_build_left_goes_with_the_next_one_and_with_a_purge(write, tmp_path):
    index = tmp_path / "index"
    left = index / "work" / "shard-a.npz"

    def leave():
        left.parent.mkdir(parents=True)
        left.write_bytes(b"words of a release")

    leave()
    build(write(RELEASES), index, HashedWords())
    assert not left.parent.exists()

    leave()
    purged = purge_index(index)
    assert not left.parent.exists()
    assert (purged.removed, purged.freed) == (("work",), len(b"words of a release"))
    assert purged.holders == ()


# What a process does


@pytest.fixture
def orders(tmp_path):
    settings = settings_of(tiny_models.embedding(tmp_path / "model"))
    work = tmp_path / "work"
    work.mkdir()
    (work / "token").touch()
    rules = rules_of(SentenceTransformerEncoder(settings), settings)
    return Orders(settings, 2, rules, str(work), "token")


def test_a_process_makes_the_parts_that_the_builder_would_make(orders):
    worker = Worker(orders)
    worker.prepare()

    worker.embed(PASSAGES[:2], PROJECTION, "shard-a.npz")

    encoder = SentenceTransformerEncoder(orders.settings, chunk=2)
    expected = dict(embed_with(encoder)(PASSAGES, PROJECTION))
    made = Shards(Path(orders.work)).read("shard-a.npz")
    assert len(made) == 2
    assert all(same(made[place], expected[place]) for place in range(2))


def test_a_process_with_another_program_or_model_does_not_begin(orders):
    other = Orders(orders.settings, 2, "others", orders.work, "token")

    with pytest.raises(ClusterError, match="another version"):
        Worker(other).prepare()


def test_a_process_that_does_not_reach_the_work_folder_does_not_begin(orders):
    elsewhere = Orders(orders.settings, 2, orders.rules, orders.work, "other-token")

    with pytest.raises(ClusterError, match="does not reach the work folder"):
        Worker(elsewhere).prepare()


def test_files_are_read_the_same_in_groups_and_with_their_faults():
    files = [Unread(ReleaseFile(name, text.encode())) for name, text in RELEASES.items()]
    files.insert(1, Unread(ReleaseFile("bad.md", b"\xff")))

    def gone():
        return b"other bytes"

    files.append(Unread(ReleaseFile("gone.zip", b"bytes", gone)))
    sent = [one.held() for one in files]

    whole = list(read_here(files, 10_000))
    grouped = [made for group in (sent[:2], sent[2:]) for made in read_here(group, 10_000)]

    assert grouped == whole
    assert [len(made) for made in whole] == [1] * 5
    assert "changed while it was read" in whole[4][0].reason


def test_groups_are_bounded_by_files_and_by_bytes():
    small = [Unread(ReleaseFile(f"{n}.md", b"x")) for n in range(2 * GROUP + 1)]
    large = [Unread(ReleaseFile(f"{n}.md", bytes(GROUP_BYTES // 2))) for n in range(3)]

    assert _group_ends(small) == [GROUP, 2 * GROUP, 2 * GROUP + 1]
    assert _group_ends(large) == [2, 3]
    assert _group_ends([]) == []


# What is refused, and what needs no cluster


def test_a_build_too_small_to_share_needs_no_cluster(write, orders, tmp_path):
    releases, model = write(RELEASES), orders.settings.model
    work = tmp_path / "there-work"

    build_there(releases, tmp_path / "there", model, "192.0.2.1:6379", work)
    build_here(releases, tmp_path / "here", model)

    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert not work.exists()


def test_without_the_package_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not there

    done = called("build", "--index", tmp_path / "index", "--ray")

    assert done.returncode == 2
    assert "pip install 'release-qa[ray]'" in done.stderr
    assert not (tmp_path / "index").exists()


def test_a_cluster_elsewhere_needs_a_folder_that_all_reach(tmp_path):
    done = called("build", "--index", tmp_path / "index", "--ray", "192.0.2.1:6379")

    assert done.returncode == 2
    assert "--work DIR" in done.stderr


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(UsageError, match="HOST:PORT"):
        need_ray("ray://192.0.2.1:10001")
