"""Where proofs run: a clean process that has the libraries loaded, and the project's own source,
or a copy of it with one thing broken.

A subject is forked from there, waits until it is traced, does its publishes and tells of each.
How it went is its exit code too, since a subject whose writes fail cannot tell.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PUBLISHED, NOT_WRITTEN, NOT_CONFIRMED, OTHER_FAULT, CRASHED = 0, 3, 4, 5, 70

_PROCESSES = multiprocessing.get_context("forkserver")


def in_lab(proof, *arguments, source=ROOT):
    """Run a function of `tests.reliability`, named "module.function", upon a source tree.

    Raises:
        RuntimeError: It ended with an error; the text is its traceback.
    """
    receiver, sender = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_work, args=(proof, arguments, str(source), sender))
    process.start()
    sender.close()
    try:
        done, result = receiver.recv()
    except EOFError:
        done, result = False, f"{proof} ended with exit code {process.exitcode}"
    finally:
        process.join()
        receiver.close()
    if not done:
        raise RuntimeError(result)
    return result


def _work(proof, arguments, source, sender):
    for name in [name for name in sys.modules if name.split(".")[0] in ("qa", "tests")]:
        del sys.modules[name]
    sys.path.insert(0, source)
    module, function = proof.split(".")
    try:
        loaded = importlib.import_module(f"tests.reliability.{module}")
        import qa

        assert Path(qa.__file__).is_relative_to(source), qa.__file__
        _load_all()
        sender.send((True, getattr(loaded, function)(*arguments)))
    except Exception:
        sender.send((False, traceback.format_exc()))


def _load_all():
    """Publish and open once, so that subjects have every library loaded when they are forked."""
    from tests.reliability.rounds import publish_round, round_served, write_releases

    with tempfile.TemporaryDirectory() as scratch:
        publish_round(write_releases(scratch, 1), Path(scratch) / "index")
        assert round_served(Path(scratch) / "index") == 1


@dataclass(slots=True)
class Subject:
    """A process that publishes.

    Attributes:
        pid: Its number.
        heard: Pipe on which it tells of each round it published, as one byte.
        go: Pipe that lets it begin.
    """

    pid: int
    heard: int
    go: int

    def begin(self):
        os.write(self.go, b"g")

    def wait(self):
        """Wait for its end; gives (exit code or minus the signal, last round it told of)."""
        _, status = os.waitpid(self.pid, 0)
        told = os.read(self.heard, 1000)
        return os.waitstatus_to_exitcode(status), (told[-1] if told else 0)


@contextmanager
def subject(index, folders, *, prepare=None, fresh=False):
    """Fork a process that will publish folders of releases, one after the other.

    Args:
        index: The index folder.
        folders: By round: {round: folder}.
        prepare: Called in the process before it begins.
        fresh: Publish without the generation before.
    """
    heard, tell = os.pipe()
    wait, go = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(go)
        os._exit(_publish(index, folders, prepare, fresh, wait, tell))
    os.close(tell)
    os.close(wait)
    try:
        yield Subject(pid, heard, go)
    finally:
        os.close(heard)
        os.close(go)


def _publish(index, folders, prepare, fresh, wait, tell):
    from qa.errors import IndexNotConfirmed, IndexNotWritten, QAError
    from tests.reliability.rounds import publish_round

    try:
        _let_itself_be_traced()
        if prepare is not None:
            prepare()
        if not os.read(wait, 1):
            return CRASHED
        for round_, folder in folders.items():
            publish_round(folder, index, fresh=fresh)
            os.write(tell, bytes([round_]))
        return PUBLISHED
    except IndexNotConfirmed:
        return NOT_CONFIRMED
    except IndexNotWritten:
        return NOT_WRITTEN
    except QAError:
        return OTHER_FAULT
    except BaseException:
        return CRASHED


def _let_itself_be_traced():
    """Allow any process of ours to trace this one, where the system asks for that."""
    import ctypes

    set_ptracer, any_process = 0x59616D61, ctypes.c_ulong(-1)
    ctypes.CDLL(None).prctl(set_ptracer, any_process, 0, 0, 0)
