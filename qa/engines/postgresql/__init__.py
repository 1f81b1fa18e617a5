"""PostgreSQL as an engine: an index that any number of programs ask, on one server or many.

    engine: postgresql://qa@db1,db2/releases

A build is made in its folder as ever and then published: `publish`. What serves is read by the
rest: `Source`. The server needs the extension pgvector, 0.8 or later.
"""

try:
    import psycopg as _driver  # noqa: F401
    import psycopg_pool as _pool  # noqa: F401
except ModuleNotFoundError as error:
    from qa.errors import UsageError

    raise UsageError(
        f"the package {error.name} is not installed; install it with: "
        "pip install 'release-qa[postgresql]'"
    ) from None

from qa.engines.postgresql.publish import publish
from qa.engines.postgresql.serving import Database as Source

__all__ = ["Source", "publish"]
