"""Examine everything that could keep the program from answering; each check names its cure."""

from collections.abc import Iterator
from pathlib import Path

from qa.doctor.check import Check, State, build_command
from qa.doctor.engine import check_engine
from qa.doctor.index import check_index, check_leftovers, check_releases
from qa.doctor.machine import check_machine
from qa.doctor.program import check_models, check_program
from qa.errors import ReleasesError
from qa.releases.folder import load_files
from qa.releases.one_file import ReleaseFile
from qa.settings import FOLDER, Settings

__all__ = ["Check", "State", "examine"]


def examine(index: Path, releases: Path, settings: Settings) -> Iterator[Check]:
    """Examine program, index, releases and machine; changes nothing.

    Args:
        index: The index folder; it need not be there.
        releases: The folder of releases; it need not be there.
        settings: Model, reader, and how large a release may be.

    Yields:
        Each check as it is done; the index, every byte of which is read, takes longest.
    """
    yield from check_program()
    models, encoder, reader = check_models(settings)
    yield from models
    checks, indexed = check_index(index, releases, encoder, reader)
    # A machine that only serves needs no index of its own.
    if settings.engine == FOLDER or index.exists():
        yield from checks
    files: list[ReleaseFile] = []
    fault = None
    try:
        files, _ = load_files(releases, max_file_bytes=settings.max_file_kb * 1024)
    except ReleasesError as error:
        fault = error
    yield check_releases(indexed, files, fault, releases, build_command(releases, index))
    yield from check_leftovers(index)
    yield from check_engine(index, settings, releases)
    yield from check_machine(index, sum(file.size for file in files))
