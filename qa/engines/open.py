"""Which engine a place is of: an address begins with the name of its protocol, else it is a folder.

What speaks to a server is imported for an address of its kind alone.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.engines.engine import GRACE, Engine, Loaded
from qa.engines.folder import Folder
from qa.settings import is_address

if TYPE_CHECKING:
    from qa.index.verify import Verification


def engine_of(index: str | Path) -> Engine:
    """Give the engine of an index folder or an address, without asking it for anything yet.

    Raises:
        UsageError: It is no address, or the packages that the engine needs are not installed.
    """
    if not is_address(index):
        return Folder(index)
    from qa.engines.far.engine import FarEngine

    return FarEngine(_adapter(str(index)).Source(str(index)))


def publish(index: str | Path, address: str, *, grace: float = GRACE) -> Loaded:
    """Make the generation that serves in a folder the one that serves on a server.

    Args:
        index: The index folder.
        address: Of the server.
        grace: Seconds after which a replaced generation is removed.

    Raises:
        IndexFault: There is no index in the folder, or it is damaged.
        IndexBusy: Another program is publishing there.
        IndexNotWritten: The server did not take it; what served before still does.
        EngineUnavailable: No server of the address takes writes.
        EngineUnfit: The server is too old.
        UsageError: As of `engine_of`.
    """
    loaded: Loaded = _adapter(address).publish(index, address, grace=grace)
    return loaded


def verify(address: str) -> "Verification":
    """Verify the generation that serves on a server; no model and no folder is needed.

    Raises:
        IndexFault: There is none, or it cannot be read.
        UsageError: As of `engine_of`.
    """
    from qa.engines.far.verify import verify_source

    return verify_source(_adapter(address).Source(address))


def _adapter(address: str) -> Any:
    """Give the package that has `Source` and `publish` for an address."""
    kind = "milvus" if address.startswith("http") else "postgresql"
    return import_module(f"qa.engines.{kind}")
