"""Milvus as an engine: an index that any number of programs ask, on a server or a cluster.

    engine: http://milvus:19530

A build is made in its folder as ever and then published: `publish`. What serves is read by the
rest: `Source`. The server must be 2.5 or later, or Milvus Lite 3, which is for trying.
"""

try:
    import qa.engines.milvus.driver  # noqa: F401
except ModuleNotFoundError as error:
    from qa.errors import UsageError

    raise UsageError(
        f"the package {error.name} is not installed; install it with: "
        "pip install 'release-qa[milvus]'"
    ) from None

from qa.engines.milvus.publish import publish
from qa.engines.milvus.serving import Database as Source

__all__ = ["Source", "publish"]
