"""Breaks of the protocol, one at a time, each of which a proof must catch.

A mutant is a patch of one place of the source: what is there, which must be there exactly once,
and what stands there instead. It runs upon a copy of `qa/`; the proofs are those of the project.
"""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.reliability.counts import Outcome
from tests.reliability.lab import ROOT, in_lab


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break.

    Attributes:
        name: What is wrong with it.
        file: Below `qa/index`.
        old: Text that is there once.
        new: What stands there instead.
        proof: Which proof catches it, and
        only: by which of its cases; "" for all.
    """

    name: str
    file: str
    old: str
    new: str
    proof: str
    only: str = ""


_WRITE = "        _write_all(handle, memoryview(data), path)\n        os.fsync(handle)\n"
_NAME = '    stage.rename(root / "gens" / name)\n    sync(root / "gens")\n'
_POINT = "    write_pointer(root, Pointer(FORMAT, name, record.sha256))\n"
_UNCONFIRMED = "        raise IndexNotConfirmed(pointer.generation, str(error)) from error\n"
POWER, KILL, DISK = "power_loss.prove", "kills.prove", "failing_disk.prove"
FLIP, OTHER, READ = "damage.prove_flips", "damage.prove_other_damage", "readers.prove"

MUTANTS = (
    Mutant("files are not synced", "files.py", _WRITE, _WRITE.split("\n")[0] + "\n", POWER),
    Mutant(
        "a sync that failed is tried again",
        "files.py",
        _WRITE,
        _WRITE.replace(
            "        os.fsync(handle)\n",
            "        try:\n            os.fsync(handle)\n"
            "        except OSError:\n            os.fsync(handle)\n",
        ),
        DISK,
        "fsync:error=EIO:",
    ),
    Mutant(
        "folders are not synced",
        "files.py",
        "    try:\n        os.fsync(handle)\n    finally:\n",
        "    try:\n        pass\n    finally:\n",
        POWER,
    ),
    Mutant(
        "the record is of what was read, not of what was meant",
        "files.py",
        "    return FileRecord(len(data), hashlib.sha256(data).hexdigest())\n",
        "    return record_of(path)\n",
        DISK,
        "write:retval",
    ),
    Mutant(
        "a write that took less is not gone on with",
        "files.py",
        "        view = view[taken:]\n",
        "        view = view[len(view) :]\n",
        DISK,
        "short writes",
    ),
    Mutant(
        "bytes are not compared with their hash",
        "files.py",
        "    if found != expected.sha256:\n",
        "    if False:\n",
        FLIP,
    ),
    Mutant(
        "sizes are not compared",
        "files.py",
        "        if size != expected.size:\n",
        "        if False:\n",
        OTHER,
    ),
    Mutant("the stage is not synced", "store.py", "    sync(stage)\n", "", POWER),
    Mutant(
        "the delta's folder is not synced",
        "store.py",
        "        sync(folder)\n",
        "        pass\n",
        POWER,
    ),
    Mutant("what is dead is found", "joined/columns.py", "        dead=dead,\n", "", READ),
    Mutant(
        "the base that is open is taken for any base",
        "generation.py",
        "shared.records == parts[0].records and ",
        "",
        READ,
    ),
    Mutant("gens is not synced", "store.py", _NAME, _NAME.split("\n")[0] + "\n", POWER),
    Mutant(
        "the pointer comes before what it names",
        "store.py",
        _NAME + _POINT,
        _POINT + _NAME,
        KILL,
        "rename",
    ),
    Mutant(
        "nothing is read back",
        "store.py",
        "    read_back(stage, {**manifest.files, MANIFEST: record}, linked)\n",
        "",
        DISK,
        "write:retval",
    ),
    Mutant(
        "a stage that failed is not thrown away",
        "store.py",
        "        shutil.rmtree(stage, ignore_errors=True)\n",
        "        pass\n",
        DISK,
        "fsync:error=EIO:",
    ),
    Mutant(
        "two builds may write at once",
        "store.py",
        "        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "",
        READ,
    ),
    Mutant(
        "readers do not pin",
        "store.py",
        "        fcntl.flock(file, fcntl.LOCK_SH)\n",
        "        pass\n",
        READ,
    ),
    Mutant(
        "any manifest will do",
        "store.py",
        "    if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:\n",
        "    if False:\n",
        FLIP,
        "manifest",
    ),
    Mutant(
        "a manifest of any size is read",
        "store.py",
        "        if (size := os.fstat(file.fileno()).st_size) > _LARGEST_MANIFEST:\n",
        "        if (size := os.fstat(file.fileno()).st_size) < 0:\n",
        OTHER,
    ),
    Mutant(
        "pins are not looked at",
        "garbage.py",
        "                fcntl.flock(pin, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "",
        READ,
    ),
    Mutant(
        "the pointer is not synced",
        "pointer.py",
        "    write_file(aside, data)\n",
        "    aside.write_bytes(data)\n",
        POWER,
    ),
    Mutant(
        "the pointer's folder is not synced",
        "pointer.py",
        "        sync(root)\n",
        "        pass\n",
        POWER,
    ),
    Mutant(
        "the pointer is written in place",
        "pointer.py",
        "    aside.replace(root / POINTER)\n",
        "    (root / POINTER).write_bytes(data)\n",
        POWER,
    ),
    Mutant(
        "the pointer is not read back before it serves",
        "pointer.py",
        "    if aside.read_bytes() != data:\n",
        "    if False:\n",
        DISK,
        "write:retval",
    ),
    Mutant(
        "a pointer that was begun is in the way",
        "pointer.py",
        "    aside.unlink(missing_ok=True)\n",
        "",
        KILL,
    ),
    Mutant(
        "what was not confirmed is called published",
        "pointer.py",
        _UNCONFIRMED,
        "        return\n",
        DISK,
        "fsync:error=EIO:",
    ),
    Mutant(
        "a pointer left unsynced is taken for kept",
        "recovery.py",
        "    sync(root)\n",
        "",
        POWER,
    ),
    Mutant(
        "a new index is not synced into the folders above",
        "recovery.py",
        "        _sync_upwards(root)\n",
        "        pass\n",
        POWER,
    ),
    Mutant(
        "what broken-off builds left stays",
        "recovery.py",
        "    remove_leftovers(root, current)\n",
        "",
        KILL,
    ),
)


def misfits():
    """Give the names of mutants whose text is not there exactly once."""
    return [
        m.name for m in MUTANTS if (ROOT / "qa" / "index" / m.file).read_text().count(m.old) != 1
    ]


def prove(counts, enough=None, only=""):
    """Run each mutant, or some of them spread over all, against the proof that must catch it."""
    step = 1 if counts.mutants is None else max(1, len(MUTANTS) // counts.mutants)
    chosen = MUTANTS[::step][: counts.mutants]
    thorough = replace(
        counts,
        states=0.02,
        kill_points=None,
        faults=None,
        flips=max(counts.flips, 400),
        publishes=max(counts.publishes, 8),
    )
    missed = [f"not caught: {m.name}" for m in chosen if not _caught(m, thorough)]
    return Outcome(len(chosen), tuple(missed), f"of {len(MUTANTS)}")


def _caught(mutant, counts):
    with _mutated(mutant) as source:
        try:
            return bool(in_lab(mutant.proof, counts, 1, mutant.only, source=source).failures)
        except RuntimeError as error:
            # It is so broken that not even the publishes before the accident work.
            if "AssertionError" in str(error) or "qa.errors" in str(error):
                return True
            raise


@contextmanager
def _mutated(mutant):
    target = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(
            ROOT / "qa",
            target / "qa",
            ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"),
        )
        (target / "tests").symlink_to(ROOT / "tests")
        file = target / "qa" / "index" / mutant.file
        source = file.read_text()
        assert source.count(mutant.old) == 1, f"{mutant.name}: its text is not there exactly once"
        file.write_text(source.replace(mutant.old, mutant.new))
        yield target
    finally:
        shutil.rmtree(target)
