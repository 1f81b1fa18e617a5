"""A PostgreSQL server, asked through a pool of connections; whatever fails has one type of error.

Reads are repeated once on another connection: after a restart, or when the primary is gone and
the address names a replica too, every connection at hand is broken, and a new one is well.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import conninfo, sql
from psycopg.errors import InvalidSchemaName, QueryCanceled, UndefinedTable
from psycopg_pool import ConnectionPool, PoolClosed

from qa.errors import EngineUnavailable, UsageError

CONNECTIONS = 8  # of one process
CONNECT_WITHIN = 5  # seconds a server has to take a connection
WAIT = 10.0  # seconds that a question waits for a connection that others use
RECONNECT_WITHIN = 2.0  # seconds that the pool tries by itself; then the next question does
STATEMENT_WITHIN = 20_000  # milliseconds
_READ = (
    "SET default_transaction_read_only = on",
    f"SET statement_timeout = {STATEMENT_WITHIN}",
    # A sequence of all vectors is read where there is no other way, or where it is asked for.
    "SET enable_seqscan = off",
    "SET hnsw.ef_search = 1000",
    "SET hnsw.iterative_scan = strict_order",
)

Statement = sql.SQL | sql.Composed
Rows = list[tuple[Any, ...]]


class Server:
    """One address; connections are made when they are needed.

    Attributes:
        place: The address without user and password.
    """

    def __init__(self, address: str) -> None:
        """Take an address; nothing is asked yet.

        Raises:
            UsageError: It is none.
        """
        try:
            known: dict[str, Any] = conninfo.conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            # What libpq says of it repeats parts of it, which may be of a password.
            raise UsageError(
                "the engine's address cannot be read; it must be like postgresql://qa@db/releases, "
                "with %25 for each % in a name or password"
            ) from None
        defaults = {
            "connect_timeout": CONNECT_WITHIN,
            "tcp_user_timeout": STATEMENT_WITHIN,  # a machine that is gone says nothing
            "application_name": "release-qa",
        }
        self._address = conninfo.make_conninfo(**{**defaults, **known})
        hosts = str(known.get("host") or known.get("hostaddr") or "")
        ports = str(known.get("port") or "")
        ports = f":{ports}" if ports.strip(",") else ""
        self.place = f"postgresql://{hosts}{ports}/{known.get('dbname') or ''}"
        self._lock = threading.Lock()
        self._pool: ConnectionPool | None = None
        self._is_down = False  # as far as the last question saw

    def fetch(self, statement: Statement, values: Sequence[Any] = ()) -> Rows:
        """Give the rows of a statement that only reads.

        Raises:
            EngineUnavailable: The server cannot be asked, or what was asked for is gone.
        """
        if self._is_down:
            self._look()
        pool = self._opened()
        try:
            return _rows(pool, statement, values)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if isinstance(error, QueryCanceled | PoolClosed):
                raise self.unavailable(error) from None
            self._look()
            pool.check()
        except psycopg.Error as error:
            raise self.unavailable(error) from None
        try:
            return _rows(pool, statement, values)
        except psycopg.Error as error:
            raise self.unavailable(error) from None

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection of its own to a server that takes writes.

        Raises:
            EngineUnavailable: No server of the address does.
        """
        try:
            connection = psycopg.connect(
                self._address, target_session_attrs="read-write", autocommit=True
            )
        except psycopg.OperationalError as error:
            raise self.unavailable(error) from None
        try:
            yield connection
        finally:
            connection.close()

    def unavailable(self, error: Exception) -> EngineUnavailable:
        """Give what tells that the server failed."""
        # What follows the first line asks whether it is running at all.
        found = str(error).strip().partition("\n")[0].rstrip(". ") or type(error).__name__
        if isinstance(error, UndefinedTable | InvalidSchemaName):
            found = f"the generation that was open was removed there ({found})"
        return EngineUnavailable(self.place, found)

    def close(self) -> None:
        """Close all connections; does nothing the second time."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _look(self) -> None:
        """See whether any server of the address takes connections.

        The pool would wait, and then say only that time is up.
        """
        try:
            psycopg.connect(self._address).close()
        except psycopg.OperationalError as error:
            self._is_down = True
            raise self.unavailable(error) from None
        self._is_down = False

    def _opened(self) -> ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> ConnectionPool:
        self._look()
        # What it logs of each attempt is told once, by whoever waits for it.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        return ConnectionPool(
            self._address,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=WAIT,
            reconnect_timeout=RECONNECT_WITHIN,
            configure=_configure,
            kwargs={"autocommit": True},
            open=True,
        )


def _rows(pool: ConnectionPool, statement: Statement, values: Sequence[Any]) -> Rows:
    with pool.connection() as connection, connection.cursor(binary=True) as cursor:
        return cursor.execute(statement, values).fetchall()


def _configure(connection: psycopg.Connection[Any]) -> None:
    for statement in _READ:
        connection.execute(statement)


def within(schema: str, statement: LiteralString) -> sql.Composed:
    """Give a statement whose {s} is a schema.

    >>> within("qa_gen_1", "SELECT row FROM {s}.vectors").as_string(None)
    'SELECT row FROM "qa_gen_1".vectors'
    """
    return sql.SQL(statement).format(s=sql.Identifier(schema))
