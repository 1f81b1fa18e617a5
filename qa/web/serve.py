"""The chat as a server on this machine, until it is stopped.

Everything Gradio could open to others (sharing, monitoring, files, its API) is switched off
by argument, so that no variable of the environment switches it on again.

Reads    where the index is, the settings, a host and a port
Gives    a page at http://host:port/, and its address on stdout once it answers
"""

import errno
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.settings import Settings
from qa.web.chat import build_chat
from qa.web.desk import Desk, Opening
from qa.web.harden import Harden
from qa.web.offline import keep_offline
from qa.web.theme import FONTS, STYLE_SHEET, build_theme, page_script

if TYPE_CHECKING:
    import gradio as gr

HOST = "127.0.0.1"
PORT = 7860

_log = logging.getLogger(__name__)


def serve(
    index: str | Path = "index",
    *,
    settings: Settings | None = None,
    host: str = HOST,
    port: int = PORT,
    releases: str | Path | None = None,
) -> None:
    """Serve the chat over one index until interrupted; the page is up before the model is.

    Raises:
        UsageError: The address cannot be listened on, e.g. because the port is taken.
    """
    serve_desk(open_later(index, settings, releases), host=host, port=port)


def serve_desk(opening: Opening, *, host: str = HOST, port: int = PORT) -> None:
    """Serve the chat over any desk until interrupted.

    Raises:
        UsageError: As `serve`.
    """
    with running(build_chat(opening), host=host, port=port) as address:
        sys.stdout.write(f"Release QA is ready at {address} (Ctrl+C stops it)\n")
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
def running(page: "gr.Blocks", *, host: str = HOST, port: int = PORT) -> Iterator[str]:
    """Run a built page for as long as the context lasts; gives its address.

    Raises:
        UsageError: The address cannot be listened on.
    """
    _check_free(host, port)
    _warn_if_public(host, port)
    with tempfile.TemporaryDirectory(prefix="release-qa-") as scratch:
        # Gradio's own choice is one predictable folder, shared by all users of the machine.
        environ["GRADIO_TEMP_DIR"] = scratch
        try:
            _launch(page, host, port)
            yield _address(host, port)
        finally:
            page.close(verbose=False)


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


def _launch(page: "gr.Blocks", host: str, port: int) -> None:
    keep_offline()
    from starlette.middleware import Middleware

    names = [] if _is_address(host) else [host]
    if _is_address(host) and ip_address(host).is_unspecified:
        names = [socket.gethostname(), socket.getfqdn()]
    try:
        page.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            inbrowser=False,
            show_error=False,
            theme=build_theme(),
            head=FONTS + page_script(),
            css_paths=[str(STYLE_SHEET)],
            app_kwargs={"openapi_url": None, "middleware": [Middleware(Harden, names=names)]},
            **_closed_doors(),
        )
    except OSError as error:
        # Another program took the port after it was probed.
        raise UsageError(_port_message(error, host, port)) from error


def _closed_doors() -> dict[str, Any]:
    return {
        "share": False,
        "mcp_server": False,
        "ssr_mode": False,
        "pwa": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "allowed_paths": [],
        "blocked_paths": [str(Path.cwd())],
        "max_file_size": "1kb",
        "strict_cors": True,
        "state_session_capacity": 1000,
    }


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
