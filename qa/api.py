"""The calls of `import qa`: build, ask, retrieve, list_releases, timeline, read_as.

`ask` and `retrieve` keep the index they opened for the next call, and take up another generation
once it has been published.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from qa.answers.probes import probe_middles
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.errors import EngineUnavailable, IndexNotWritten, UsageError
from qa.index.build import HERE, Probing, Progress, Workers, build_index, no_progress
from qa.index.garbage import WORK
from qa.index.generation import Generation
from qa.index.terms import new_stemmer
from qa.questions.day import Day
from qa.questions.understand import Rules
from qa.reading import Middles, Reader, open_reader
from qa.records import Answer, BuildReport, Hit, Listing, Query, ReadAs, Step, Turn
from qa.retrieval.asked import make_ready
from qa.settings import FOLDER, Settings, is_address, load_settings

_open: dict[tuple[str | Path, Settings], Assistant] = {}
_lock = threading.Lock()


def build(
    releases: str | Path = "seeds",
    index: str | Path = "index",
    settings: Settings | None = None,
    *,
    fresh: bool = False,
    progress: Progress = no_progress,
    ray: str | None = None,
    work: str | Path | None = None,
) -> BuildReport:
    """Build the index of a folder of releases; quick if nothing has changed.

    With an engine in the settings it is then published there.

    Args:
        releases: Folder of release files.
        index: Folder of the index; made if it is not there.
        settings: Model, limits and engine; from the settings file if absent.
        fresh: Use nothing of the index that is there.
        progress: Called with (step, done, total).
        ray: Address of a Ray cluster that does the work; "local" starts one on this machine.
        work: Folder for what its machines make, which each reaches by the same path; may be
            absent if the cluster is local.

    Raises:
        ReleasesError: The folder is missing, or nothing in it can be read.
        IndexFault: Another build is running, or disk or server would not take the index.
        ModelError: The model is missing or damaged.
        ClusterError: The cluster cannot be reached, or was lost; another build goes on from there.
    """
    return Builder(settings or load_settings()).build(
        releases, index, fresh=fresh, progress=progress, ray=ray, work=work
    )


class Builder:
    """Builds as often as wanted, with models that are loaded once."""

    def __init__(self, settings: Settings) -> None:
        """Find the models.

        Raises:
            ModelError: One is missing or damaged.
        """
        self.settings = settings
        self.encoder = SentenceTransformerEncoder(settings)
        self.reader = open_reader(settings)

    def build(
        self,
        releases: str | Path,
        index: str | Path,
        *,
        fresh: bool = False,
        progress: Progress = no_progress,
        ray: str | None = None,
        work: str | Path | None = None,
    ) -> BuildReport:
        """Build once; see `build`."""
        with self._workers(ray, Path(index), work) as workers:
            report = build_index(
                releases,
                index,
                self.encoder,
                max_file_bytes=self.settings.max_file_kb * 1024,
                fresh=fresh,
                progress=progress,
                probing=_probing(self.reader, self.encoder),
                workers=workers,
            )
        if self.settings.engine != FOLDER:
            from qa.engines import publish

            progress("load", 0, 1)
            try:
                publish(index, self.settings.engine)
            except EngineUnavailable as error:
                raise IndexNotWritten(
                    f"the index {str(index)!r} is built, and could not be published at "
                    f"{error.place}: {error.found}. What served there before still does; once it "
                    "answers, the same command publishes and builds nothing again"
                ) from error
            progress("load", 1, 1)
        return report

    def _workers(
        self, ray: str | None, index: Path, work: str | Path | None
    ) -> AbstractContextManager[Workers]:
        if ray is None:
            return nullcontext(HERE)
        from qa.cluster import LOCAL, cluster_workers

        if work is None and ray != LOCAL:
            raise UsageError(
                "name a folder that every machine of the cluster reaches by the same path: "
                "--work DIR"
            )
        folder = index / WORK if work is None else Path(work)
        return cluster_workers(self.encoder, self.settings, ray, folder)


def ask(
    question: str,
    *,
    index: str | Path = "index",
    history: Sequence[Turn | str] = (),
    areas: Sequence[str] = (),
    published_from: Day = None,
    published_to: Day = None,
    understand: Rules = True,
    today: Day = None,
) -> Answer:
    """Answer one question; see `Assistant.ask`."""
    return _assistant(index).ask(
        question,
        history=history,
        areas=areas,
        published_from=published_from,
        published_to=published_to,
        understand=understand,
        today=today,
    )


def retrieve(
    question: str,
    k: int = 5,
    *,
    index: str | Path = "index",
    areas: Sequence[str] = (),
    published_from: Day = None,
    published_to: Day = None,
    understand: Rules = True,
    today: Day = None,
) -> list[Hit]:
    """Give the `k` best paragraphs for a question; see `Assistant.retrieve`."""
    return _assistant(index).retrieve(
        question,
        k,
        areas=areas,
        published_from=published_from,
        published_to=published_to,
        understand=understand,
        today=today,
    )


def list_releases(
    question: str,
    *,
    index: str | Path = "index",
    areas: Sequence[str] = (),
    published_from: Day = None,
    published_to: Day = None,
    understand: Rules = True,
    today: Day = None,
) -> Listing:
    """List every release that a question is about; see `Assistant.list_releases`."""
    return _assistant(index).list_releases(
        question,
        areas=areas,
        published_from=published_from,
        published_to=published_to,
        understand=understand,
        today=today,
    )


def timeline(
    release_or_question: str,
    *,
    index: str | Path = "index",
    understand: Rules = True,
    today: Day = None,
) -> tuple[Step, ...]:
    """Give the releases of one matter by date; see `Assistant.timeline`."""
    return _assistant(index).timeline(release_or_question, understand=understand, today=today)


def read_as(
    question: str,
    *,
    index: str | Path = "index",
    areas: Sequence[str] = (),
    published_from: Day = None,
    published_to: Day = None,
    understand: Rules = True,
    today: Day = None,
) -> ReadAs:
    """Tell how a question is read by itself; see `Assistant.read_as`."""
    return _assistant(index).read_as(
        question,
        areas=areas,
        published_from=published_from,
        published_to=published_to,
        understand=understand,
        today=today,
    )


def _probing(reader: Reader | None, encoder: SentenceTransformerEncoder) -> Probing | None:
    if reader is None:
        return None

    def middles(generation: Generation, progress: Callable[[int, int], None]) -> Middles | None:
        stemmer = new_stemmer()
        return probe_middles(
            generation,
            reader,
            lambda question: make_ready(Query(question), encoder, stemmer),
            progress,
        )

    return Probing(reader, middles)


def _assistant(index: str | Path) -> Assistant:
    # As it was named: what a link leads to is opened by that link, which may go.
    settings = load_settings()
    key = (index if is_address(index) else Path(index).absolute(), settings)
    with _lock:
        if key not in _open:
            _open[key] = Assistant.open(index, key[1])
        held = _open[key]
        # Questions that other threads are at end on the generation before.
        held.refresh()
        return held
