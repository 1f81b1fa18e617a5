"""The chat as a server on this machine, until it is stopped.

One app: the routes for programs, the plain pages, and the chat mounted beside them, behind one
wall. Everything Gradio could open to others (sharing, monitoring, files, its API) is switched
off by argument, so that no variable of the environment switches it on again.

Reads    where the index is, the settings, a host and a port, limits
Gives    a page at http://host:port/, and its address on stdout once it answers
"""

import errno
import logging
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.service.fairness import Turnstile
from qa.service.limits import Limits
from qa.settings import Settings
from qa.web.chat import build_chat
from qa.web.desk import Desk, Opening
from qa.web.offline import keep_offline
from qa.web.turns import fair

if TYPE_CHECKING:
    from qa.web.admin.office import Office

HOST = "127.0.0.1"
PORT = 7860
_CONNECTIONS = 1000  # open at once; an open page holds two or three

_log = logging.getLogger(__name__)


def serve(
    index: str | Path = "index",
    *,
    settings: Settings | None = None,
    host: str = HOST,
    port: int = PORT,
    limits: Limits | None = None,
    releases: str | Path | None = None,
    admin: bool = False,
) -> None:
    """Serve the chat over one index until interrupted; the page is up before the model is.

    Args:
        index: Folder of the index.
        settings: Model and limits of files.
        host: Address to listen on.
        port: Port to listen on.
        limits: How much may be asked, and by what names the server is known.
        releases: Folder of the releases, against whose files quotes are checked.
        admin: Open the pages of the owner, who adds to `releases` (or `seeds`) and builds.

    Raises:
        UsageError: The address cannot be listened on, e.g. because the port is taken; or the
            owner's pages would be open to others without a password.
    """
    opening, office = open_later(index, settings, releases), None
    if admin:
        from qa.web.admin.office import open_office

        office = open_office(Path(releases or "seeds"), Path(index), opening, host)
    serve_desk(opening, host=host, port=port, limits=limits, office=office)


def serve_desk(
    opening: Opening,
    *,
    host: str = HOST,
    port: int = PORT,
    limits: Limits | None = None,
    office: "Office | None" = None,
) -> None:
    """Serve the chat over any desk until interrupted.

    Raises:
        UsageError: As `serve`.
    """
    with running(opening, host=host, port=port, limits=limits, office=office) as address:
        sys.stdout.write(f"Release QA is ready at {address} (Ctrl+C stops it)\n")
        if office is not None:
            sys.stdout.write(f"The owner's pages are at {address}/admin\n")
        sys.stdout.flush()
        opening.warm()
        _wait()


def open_later(
    index: str | Path, settings: Settings | None = None, releases: str | Path | None = None
) -> Opening:
    """Give an opening of an assistant that follows `index`; nothing is loaded yet.

    Args:
        index: The index folder.
        settings: From the settings file if absent.
        releases: Folder of the release files, against which quotes are checked.
    """

    def open_assistant() -> Desk:
        from qa.assistant import Assistant

        return Assistant.open(index, settings, follow=True)

    return Opening(open_assistant, Path(releases) if releases is not None else None)


@contextmanager
def running(
    opening: Opening,
    *,
    host: str = HOST,
    port: int = PORT,
    limits: Limits | None = None,
    office: "Office | None" = None,
) -> Iterator[str]:
    """Run the site for as long as the context lasts; gives its address.

    Raises:
        UsageError: The address cannot be listened on.
    """
    limits = limits or Limits()
    _check_free(host, port)
    _warn_if_public(host, port)
    with tempfile.TemporaryDirectory(prefix="release-qa-") as scratch:
        # Gradio's own choice is one predictable folder, shared by all users of the machine.
        environ["GRADIO_TEMP_DIR"] = scratch
        keep_offline()
        from qa.web.site import build_site

        turnstile = Turnstile(limits)
        page = build_chat(fair(opening, turnstile))
        site = build_site(page, opening, turnstile, names=_names(host, limits), office=office)
        with _listening(site, host, port, limits):
            yield _address(host, port)


@contextmanager
def _listening(site: Any, host: str, port: int, limits: Limits) -> Iterator[None]:
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            site,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # an address line would hold the questions of plain pages
            server_header=False,
            proxy_headers=bool(limits.proxies),
            forwarded_allow_ips=list(limits.proxies),
            timeout_keep_alive=15,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=32 * 1024,
            limit_concurrency=_CONNECTIONS,
            ws="none",
        )
    )
    thread = threading.Thread(target=server.run, name="qa-web", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                # Another program took the port after it was probed.
                raise UsageError(_port_message(OSError(errno.EADDRINUSE, "taken"), host, port))
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _names(host: str, limits: Limits) -> list[str]:
    """Give the names that the server goes by."""
    names = [] if _is_address(host) else [host]
    if _is_address(host) and ip_address(host).is_unspecified:
        names = [socket.gethostname(), socket.getfqdn()]
    return [*names, *limits.names]


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise UsageError(_port_message(error, host, port)) from None


def _port_message(error: Exception, host: str, port: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is taken by another program. Stop that program, or choose "
            f"another port, e.g.: python app.py --port {port + 1}"
        )
    if number == errno.EACCES:
        return f"port {port} needs rights this user does not have; choose one from 1024 to 65535"
    return f"cannot listen on {host} port {port}: {error}. Choose a host and port of this machine"


def _warn_if_public(host: str, port: int) -> None:
    if host == "localhost" or (_is_address(host) and ip_address(host).is_loopback):
        return
    _log.warning(
        "the chat listens on %s port %d: anyone who can reach this machine can read the "
        "releases through it; there is no login",
        host,
        port,
    )


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _wait() -> None:
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    stop.wait()
