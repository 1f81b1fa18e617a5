"""Can the server that holds the index be asked, and is it up to date?

Reads    the settings, the server, and the index folder that builds are made in
Gives    checks
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from qa.doctor.check import Check, State, build_command
from qa.engines import engine_of
from qa.errors import IndexFault, IndexMissing, QAError
from qa.index.store import current_name
from qa.settings import FOLDER, Settings


def check_engine(index: Path, settings: Settings, releases: Path) -> Iterator[Check]:
    """Check the server that the settings name; nothing is said where they name none.

    Args:
        index: The index folder, where a build is made before it is published.
        settings: Name the engine.
        releases: For the command that publishes.
    """
    if settings.engine == FOLDER:
        return
    try:
        with closing(engine_of(settings.engine)) as engine:
            build = build_command(releases, index, "--engine", engine.place)
            serves = engine.current_name()
            manifest = engine.manifest()
    except IndexMissing as error:
        yield Check("engine", State.WRONG, str(error), build)
        return
    except QAError as error:  # no command of ours starts a server
        yield Check("engine", State.WRONG, str(error))
        return
    found = f"{engine.place} has {serves}, {manifest.counts.releases:,} releases"
    try:
        here = current_name(index)
    except IndexFault:
        yield Check("engine", State.NOTE, f"{found}; nothing was built on this machine")
        return
    if here == serves:
        yield Check("engine", State.WELL, found)
        return
    yield Check("engine", State.WRONG, f"{found}, but {here} was built here", build)
