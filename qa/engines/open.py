"""Which engine a place is of: what begins as a PostgreSQL address is one, all else is a folder."""

from pathlib import Path

from qa.engines.engine import Engine
from qa.engines.folder import Folder
from qa.settings import is_address


def engine_of(index: str | Path) -> Engine:
    """Give the engine of an index folder or an address, without asking it for anything yet.

    Raises:
        UsageError: The packages that the engine needs are not installed.
    """
    if not is_address(index):
        return Folder(index)
    from qa.engines.postgresql import PostgreSQL

    return PostgreSQL(str(index))
