"""Processes of a cluster that do jobs: each is done once, whatever dies meanwhile.

A job whose process died goes to another. A process that died is replaced, on whatever machine has
room. Only when no machine is left, or one job has ended several processes, does the build fail.

Letters: n processes.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.errors import ClusterError, IndexNotWritten, QAError

DEATHS = 3  # processes that one job may end
BEGINS = 300.0  # seconds that processes have to begin: for machines that are busy, or far
_LOOK_EVERY = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A method of `Worker`, and what it is called with."""

    method: str
    arguments: tuple[Any, ...]


@dataclass(slots=True, eq=False)
class _Task:
    """A job on its way.

    Attributes:
        job: What is to be done; None once it is done, so that its texts can go.
        at_work: Whether a process is at it.
        deaths: How many processes died at it.
        made: What it gave.
    """

    job: Job | None
    at_work: bool = field(default=False)
    deaths: int = 0
    made: Any = None


class Pool:
    """n processes, which begin when there is a job for them."""

    def __init__(self, ray: Any, begin: Callable[[], Any], n: int) -> None:
        """Begin nothing yet.

        Args:
            ray: The package, connected with a cluster.
            begin: Begins a process, wherever there is room; gives its handle at once.
            n: How many there are to be.
        """
        self._ray, self._begin, self._n = ray, begin, n
        self._idle: list[Any] = []
        # What is awaited, by reference: a process, and its task; None while it begins.
        self._busy: dict[Any, tuple[Any, _Task | None]] = {}
        self._reasons: list[str] = []  # why processes could not begin
        self._able_at = time.monotonic()  # when there last was a process to do something

    def in_order(self, jobs: Iterable[Job | None]) -> Iterator[Any]:
        """Do jobs; give what each gave, in their order.

        Args:
            jobs: Taken as there is room for them, at most 2 n ahead of what was given. None is
                one that is done already, and gives None.

        Raises:
            ClusterError: No process is left, or a job cannot be done.
            QAError: As a process raised it.
        """
        source, begun = iter(jobs), deque[_Task]()
        ended = False
        while not ended or begun:
            while not ended and len(begun) < 2 * self._n:
                job = next(source, self)
                ended = job is self
                if not ended:
                    begun.append(_Task(job))  # type: ignore[arg-type]
            while begun and begun[0].job is None:
                yield begun.popleft().made
            self._hand_out(task for task in begun if task.job is not None and not task.at_work)
            if begun and begun[0].job is not None:
                self._await()

    def _hand_out(self, tasks: Iterable[_Task]) -> None:
        for task in tasks:
            if not self._idle and not self._busy:
                self._able_at = time.monotonic()
                for _ in range(self._n):
                    self._join()
            if not self._idle:
                return
            process, job = self._idle.pop(), task.job
            assert job is not None  # noqa: S101 - else it would not be handed out
            task.at_work = True
            self._busy[getattr(process, job.method).remote(*job.arguments)] = (process, task)

    def _join(self) -> None:
        process = self._begin()
        self._busy[process.prepare.remote()] = (process, None)

    def _await(self) -> None:
        """Wait until something is done, or for a moment."""
        ready, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=_LOOK_EVERY)
        for reference in ready:
            process, task = self._busy.pop(reference)
            self._settle(reference, process, task)
        if self._idle or any(task is not None for _, task in self._busy.values()):
            self._able_at = time.monotonic()
        elif not self._busy or not self._machines():
            raise ClusterError(f"no process of the cluster is left{self._why()}")
        elif time.monotonic() - self._able_at > BEGINS:
            raise ClusterError(f"no machine of the cluster has room for a process{self._why()}")

    def _settle(self, reference: Any, process: Any, task: _Task | None) -> None:
        errors = self._ray.exceptions
        try:
            made = self._ray.get(reference)
        except errors.RayTaskError as error:
            if task is not None:
                raise _raised(error) from error
            self._leave_out(str(error.cause))
        except errors.RayError as error:
            self._lost(process, task, error)
        else:
            if task is not None:
                task.made, task.job = made, None
            self._idle.append(process)

    def _leave_out(self, reason: str) -> None:
        """Take note of a process that cannot do the work, and do without."""
        if reason not in self._reasons:
            self._reasons.append(reason)
            _log.warning("left out: %s", reason)

    def _lost(self, process: Any, task: _Task | None, error: Exception) -> None:
        """Give the task of a process that died to another, and replace the process."""
        self._ray.kill(process)  # if it only cannot be reached, it must not go on
        if task is None:
            self._leave_out(f"a process ended before it began ({_first_line(error)})")
            return
        task.at_work, task.deaths = False, task.deaths + 1
        _log.warning("a process of the cluster is lost; its work goes to another")
        if task.deaths == DEATHS:
            raise ClusterError(
                f"{DEATHS} processes ended at the same work ({_first_line(error)}); give the "
                f"machines more memory, or build on one: leave out --ray"
            )
        self._join()

    def _machines(self) -> bool:
        """Tell whether any machine is there that can do work."""
        return any(node["Alive"] and node["Resources"].get("CPU") for node in self._ray.nodes())

    def _why(self) -> str:
        reasons = "".join(f"\n  {reason}" for reason in self._reasons)
        return (
            f". What was made is kept: see to the machines, and build again to go on from "
            f"there{reasons}"
        )


def _raised(error: Any) -> QAError:
    """Give what a job raised, as an error that may be shown."""
    if isinstance(error.cause, QAError):
        return error.cause
    if isinstance(error.cause, OSError):
        return IndexNotWritten(
            f"a machine of the cluster could not write to the work folder ({error.cause}); make "
            f"room, and build again to go on from there"
        )
    return ClusterError(f"a process of the cluster failed: {error.cause!r}")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
