"""A Milvus server, asked through one client; whatever fails has one type of error.

A read that is lost on the way is repeated once through a new client: after a restart the old one
would wait long before it looks again. Each call has a time of its own, since the package would
otherwise try again for minutes.
"""

import os
import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from grpc import RpcError, StatusCode

from qa.engines.milvus.driver import MilvusClient, MilvusException
from qa.engines.milvus.version import wanting
from qa.errors import EngineUnavailable, EngineUnfit, UsageError

TOKEN = "QA_MILVUS_TOKEN"  # noqa: S105 - the name of the variable that holds it
CONNECT_WITHIN = 5.0  # seconds a server has to take a connection
ANSWER_WITHIN = 8.0  # seconds after which it is looked whether the server is there at all
READ_WITHIN = 20.0  # seconds of a read, if it is
LOAD_WITHIN = 3600.0  # seconds of a step of loading: an index of many vectors takes long
NOT_FOUND, NOT_LOADED, NO_ALIAS = 100, 101, 1600  # error codes of Milvus


class Server:
    """One address; the connection is made when it is needed.

    Attributes:
        place: The address without user, password and token.
    """

    def __init__(self, address: str) -> None:
        """Take an address, `http://` or `https://`; nothing is asked yet.

        Raises:
            UsageError: It is none.
        """
        try:
            parts = urlsplit(address)
            port = parts.port or (443 if parts.scheme == "https" else 19530)
        except ValueError:
            parts, port = urlsplit(""), 0
        if not parts.hostname or parts.query or parts.fragment:
            raise UsageError(
                "the engine's address cannot be read; it must be like http://milvus:19530, or "
                "http://milvus:19530/database"
            )
        self._host, self._port = parts.hostname, port
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self._uri = f"{parts.scheme}://{shown}:{port}"
        self._database = unquote(parts.path.strip("/"))
        self.place = f"{self._uri}/{self._database}".rstrip("/")
        given = ":".join(unquote(one) for one in (parts.username, parts.password) if one)
        self._token = given or os.environ.get(TOKEN, "")
        self._lock = threading.Lock()
        self._client: Any = None
        self._is_down = False  # as far as the last question saw

    def read(self, method: str, *given: Any, **named: Any) -> Any:
        """Call a method of the client that only reads.

        Raises:
            MilvusException: The server refuses, with a code of its own.
            EngineUnavailable: The server cannot be asked.
        """
        if self._is_down:
            self._look()
        self._opened()  # a server that cannot be reached is not tried twice
        with suppress(EngineUnavailable):
            return self._asked(ANSWER_WITHIN, method, *given, **named)
        self._look()
        return self._asked(READ_WITHIN, method, *given, **named)

    def write(self, method: str, *given: Any, **named: Any) -> Any:
        """Call a method of the client that changes something, or waits long; see `read`."""
        client = self._opened()
        try:
            return getattr(client, method)(*given, timeout=LOAD_WITHIN, **named)
        except Exception as error:
            if not _is_refusal(error):
                self._renew(client)
            raise self.unavailable(error) from None

    def query(self, collection: str, **named: Any) -> list[dict[str, Any]]:
        """Query a collection; one that the server has let go of is loaded once more.

        Milvus Lite loads none by itself when it starts again.

        Raises:
            EngineUnavailable: The server cannot be asked, or the collection is gone.
        """
        return list(self._loaded("query", collection, **named))

    def search(self, collection: str, **named: Any) -> list[dict[str, Any]]:
        """Search a collection for one vector; see `query`."""
        return list(self._loaded("search", collection, **named)[0])

    def unavailable(self, error: Exception) -> EngineUnavailable:
        """Give what tells that the server failed."""
        found = " ".join(str(getattr(error, "message", "") or error).split())
        if getattr(error, "code", None) == NOT_FOUND:
            found = f"the generation that was open was removed there ({found})"
        return EngineUnavailable(self.place, found or type(error).__name__)

    def close(self) -> None:
        """Close the connection; does nothing the second time."""
        self._renew(self._client)

    def _asked(self, within: float, method: str, *given: Any, **named: Any) -> Any:
        client = self._opened()
        try:
            return getattr(client, method)(*given, timeout=within, **named)
        except Exception as error:
            if _is_refusal(error):
                raise
            if not _is_late(error):
                self._renew(client)
            raise self.unavailable(error) from None

    def _loaded(self, method: str, collection: str, **named: Any) -> Any:
        try:
            try:
                return self.read(method, collection, **named)
            except MilvusException as error:
                if error.code != NOT_LOADED:
                    raise
                self.read("load_collection", collection)
            return self.read(method, collection, **named)
        except MilvusException as error:
            raise self.unavailable(error) from None

    def _look(self) -> None:
        """See whether the server takes connections at all, which the package would wait for."""
        try:
            socket.create_connection((self._host, self._port), CONNECT_WITHIN).close()
        except OSError as error:
            self._is_down = True
            raise EngineUnavailable(self.place, error.strerror or str(error)) from None
        self._is_down = False

    def _opened(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connected()
            return self._client

    def _connected(self) -> Any:
        self._look()
        try:
            client = MilvusClient(
                self._uri,
                token=self._token,
                db_name=self._database,
                timeout=CONNECT_WITHIN,
                dedicated=True,
            )
        except Exception as error:  # whatever it is, the server cannot be asked
            raise self.unavailable(error) from None
        try:
            told = client.get_server_version(timeout=CONNECT_WITHIN)
            if (found := wanting(told)) is not None:
                raise EngineUnfit(self.place, found)
        except BaseException as error:
            client.close()
            if isinstance(error, MilvusException):
                raise self.unavailable(error) from None
            raise
        return client

    def _renew(self, client: Any) -> None:
        """Close a client; the next call makes another, unless one has been made meanwhile."""
        with self._lock:
            if client is None or self._client is not client:
                return
            self._client = None
        client.close()


def _is_late(error: Exception) -> bool:
    """Tell whether time was up, which is no fault of the connection that others use too."""
    return isinstance(error, RpcError) and error.code() is StatusCode.DEADLINE_EXCEEDED


def _is_refusal(error: Exception) -> bool:
    """Tell whether the server answered, and meant it."""
    code = getattr(error, "code", None)
    return isinstance(error, MilvusException) and code in (NOT_FOUND, NOT_LOADED, NO_ALIAS)
