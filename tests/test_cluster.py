"""Building on a Ray cluster: the same index, whatever dies, and nothing made twice."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from qa.embedding import sentence_transformer
from qa.errors import ClusterError
from tests import tiny_models
from tests.cluster_samples import CHUNK, build_here, build_there, many_releases, shards
from tests.conftest import ROOT
from tests.index_samples import contents
from tests.shell import run

# Ray takes 127.0.0.1 for the machine's outer address.
NODE = {"node_ip_address": "127.0.0.2", "object_store_memory": 100 << 20}


@pytest.fixture(scope="module")
def model(made_once):
    return made_once("cluster-model", tiny_models.embedding) / "st"


@pytest.fixture(scope="module")
def releases(seeds, made_once):
    return made_once("cluster-releases", lambda folder: many_releases(seeds, folder))


@pytest.fixture(scope="module")
def local(releases, model, made_once):
    """The index that one process builds."""
    return made_once("cluster-local", lambda folder: build_here(releases, folder, model))


@contextmanager
def nodes(count):
    """A cluster of machines on the loopback, each with one core and room for one process."""
    # Without the second, its processes would be starved by whatever runs beside the tests.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0")
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True,
        head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False},
    )
    try:
        yield cluster, [cluster.add_node(num_cpus=1, **NODE) for _ in range(count)]
    finally:
        cluster.shutdown()


def killed_at(releases, index, model, address, work, made):
    """Build in another process, and kill it once so many shards are there."""
    command = [sys.executable, "-m", "tests.cluster_samples", releases, index, model, address, work]
    with subprocess.Popen(list(map(str, command)), cwd=ROOT) as process:
        until = time.monotonic() + 300
        try:
            while len(shards(work)) < made:
                assert process.poll() is None, "it ended by itself"
                assert time.monotonic() < until
                time.sleep(0.01)
        finally:
            process.kill()
    time.sleep(1)  # what its processes were at may still come


def at_work(machine):
    """Give the process of a machine that has begun, and so is given more work; None without one."""
    raylet = machine.all_processes["raylet"][0].process.pid
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            title = (place / "cmdline").read_bytes().rstrip(b"\0 ")
            if title in (b"ray::Worker", b"ray::Worker.embed") and (
                f"\nPPid:\t{raylet}\n" in (place / "status").read_text()
            ):
                return int(place.name)
    return None


def test_whatever_dies_the_index_is_the_same_and_no_shard_is_made_twice(
    releases, model, local, tmp_path, caplog
):
    index, work = tmp_path / "index", tmp_path / "work"
    seen = {}

    def progress(step, done, total):
        if step == "embed" and done > 1000 + len(before) * CHUNK and len(workers) == 2:
            machine, process = next(
                (one, process) for one in workers if (process := at_work(one)) is not None
            )
            workers.remove(machine)
            cluster.remove_node(machine, allow_graceful=False)
            # Left alone by its machine it would go on for a moment, in which all may be done.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if step == "write":
            seen.update(shards(work))

    with nodes(2) as (cluster, workers):
        killed_at(releases, index, model, cluster.address, work, made=2)
        before = shards(work)
        with caplog.at_level(logging.WARNING, "qa.cluster"):
            report = build_there(releases, index, model, cluster.address, work, progress)

    assert contents(index) == contents(local)
    assert len(workers) == 1
    assert "its work goes to another" in caplog.text
    assert 2 <= len(before) < len(seen)
    assert len(seen) == -(-(report.embedded - 1000) // CHUNK)
    assert {name: seen[name] for name in before} == before
    assert not work.exists(), "what was made is in the index, and nowhere else"


def test_the_command_has_a_cluster_of_this_machine_do_it(releases, model, tmp_path, monkeypatch):
    settings, index = tmp_path / "qa.yaml", tmp_path / "index"
    settings.write_text(f"model: {model}\nreader: none\ndtype: float32\n")
    monkeypatch.setenv("QA_SETTINGS", str(settings))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    before = set(Path("/tmp").glob("qa-ray-*"))

    done = run("build", "--releases", releases, "--index", index, "--json", "--ray")
    here = build_here(releases, tmp_path / "here", model, chunk=sentence_transformer.CHUNK)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["embedded"] == here.embedded > 1000
    assert contents(index) == contents(tmp_path / "here")
    assert "Embedding passages: 0 of" in done.stderr
    assert set(Path("/tmp").glob("qa-ray-*")) == before


if os.environ.get("QA_PROOF") == "full":

    def test_without_any_machine_it_fails_and_goes_on_when_there_is_one(
        releases, model, local, tmp_path
    ):
        index, work, kept = tmp_path / "index", tmp_path / "work", {}

        def lose_all(step, done, total):
            while step == "embed" and done > 1000 and workers:
                kept.update(shards(work))
                cluster.remove_node(workers.pop(), allow_graceful=False)

        def look(step, done, total):
            if step == "write":
                seen.update(shards(work))

        with nodes(2) as (cluster, workers):
            with pytest.raises(ClusterError, match="no process of the cluster is left"):
                build_there(releases, index, model, cluster.address, work, lose_all)
            assert kept
            assert not (index / "CURRENT").exists()
            seen = {}
            cluster.add_node(num_cpus=1, **NODE)
            build_there(releases, index, model, cluster.address, work, look)

        assert contents(index) == contents(local)
        assert {name: seen[name] for name in kept} == kept
