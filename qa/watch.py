"""Build again whenever a release is added, changed or removed.

The folder is watched before the first build reads it, and changes gather while a build runs, so
none is lost; those of a short moment make one build. The system tells of changes at once. Where
it does not (a network folder, too many changes at a time) a look at names, sizes and
times finds them within half a minute.

Reads    the releases folder, and how each build went
Gives    a report or an error for each build, for ever
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import IndexFault, ReleasesError
from qa.records import BuildReport
from qa.releases.folder import snapshot
from qa.releases.walk import is_passed_over

GATHER = 2000  # milliseconds: the longest that changes are waited for once there is one
QUIET = 300  # milliseconds without a change after which those that came are taken
TICK = 500  # milliseconds between two looks at the clock
LOOK_EVERY = 30.0  # seconds between two looks at the folder itself
RETRY_AFTER = 5.0  # seconds after which a build that could not be published is tried again

Outcome = BuildReport | Exception


def watched_builds(
    releases: Path, index: Path, build: Callable[[], BuildReport]
) -> Iterator[Outcome]:
    """Build now, and again after every change, until the caller has enough.

    Args:
        releases: The folder to watch; it may go and come back.
        index: What is written to, in case it lies below the releases.
        build: Builds once; what it raises is given, not raised.

    Yields:
        How each build went; of those tried again without a change, only what is new.

    Raises:
        ReleasesError: The system will not watch the folder.
    """
    last: Outcome | None = None
    first, seen, looked = True, snapshot(releases), time.monotonic()
    for changed in _changes(releases, index):
        waited = time.monotonic() - looked
        # Another build, or a full disk, is not the releases' fault: no change need come first.
        again = isinstance(last, IndexFault) and waited >= RETRY_AFTER
        if not changed and waited >= LOOK_EVERY:
            changed, looked = snapshot(releases) != seen, time.monotonic()
        if not (first or changed or again):
            continue
        seen = snapshot(releases)
        outcome = _tried(build)
        if first or changed or str(outcome) != str(last):
            yield outcome
        last, first, looked = outcome, False, time.monotonic()


def _tried(build: Callable[[], BuildReport]) -> Outcome:
    try:
        return build()
    except Exception as error:  # whatever it is, the next change may mend it
        return error


def _changes(folder: Path, index: Path) -> Iterator[bool]:
    """Tell, twice a second and after each burst, whether something changed meanwhile."""
    from watchfiles import watch

    anew = False
    while True:
        root = _identity(folder)
        if root is None:
            yield from _absence(folder, anew)
            anew = True  # it is back, and is watched before this is told
            continue
        place, apart = folder.resolve(), index.resolve()
        try:
            for changes in watch(
                place,
                watch_filter=lambda _, path: _concerns(Path(path), place, apart),  # noqa: B023
                debounce=GATHER,
                step=QUIET,
                rust_timeout=TICK,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            ):
                yield anew or bool(changes)
                anew = _identity(folder) != root
                if anew:
                    break  # removed, moved away, or another one in its place
        except FileNotFoundError:
            anew = True  # removed between the look and the watch
        except OSError as error:
            raise ReleasesError(
                f"the releases folder {str(folder)!r} cannot be watched: {error}. Raise "
                f"fs.inotify.max_user_watches, or set WATCHFILES_FORCE_POLLING=true"
            ) from error


def _absence(folder: Path, anew: bool) -> Iterator[bool]:
    """Tell, twice a second for as long as there is no folder, whether that is `anew`."""
    while True:
        time.sleep(TICK / 1000)
        if _identity(folder) is not None:
            return
        yield anew
        anew = False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(folder)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _concerns(path: Path, root: Path, apart: Path) -> bool:
    if path.is_relative_to(apart) or not path.is_relative_to(root):
        return False
    return not any(is_passed_over(name) for name in path.relative_to(root).parts)
