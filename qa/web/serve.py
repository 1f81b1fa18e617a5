"""The chat as a server on this machine, until it is stopped.

One app: the routes for programs, the plain pages, and the chat mounted beside them, behind one
wall. Everything Gradio could open to others (sharing, monitoring, files, its API) is switched
off by argument, so that no variable of the environment switches it on again.

Reads    where the index is, the settings, a host and a port, limits
Gives    a page at http://host:port/; on stdout its address, and that it is ready once a question
         would be answered
"""

import errno
import gc
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.limits import DEFAULTS, Limits
from qa.service.fairness import Turnstile
from qa.service.limits import Reached
from qa.settings import Settings, load_settings
from qa.web.chat import build_chat
from qa.web.desk import Desk, Opening
from qa.web.lean import import_gradio
from qa.web.place import address_of, check_free, names_of, port_message, warn_if_public
from qa.web.turns import fair

if TYPE_CHECKING:
    from qa.web.admin.office import Office

HOST = "127.0.0.1"
PORT = 7860
_CONNECTIONS = 1000  # open at once; an open page holds two or three


def serve(
    index: str | Path = "index",
    *,
    settings: Settings | None = None,
    host: str = HOST,
    port: int = PORT,
    reached: Reached | None = None,
    releases: str | Path | None = None,
    admin: bool = False,
) -> None:
    """Serve the chat over one index until interrupted; the page is up before the model is.

    Args:
        index: Folder of the index.
        settings: Model, limits of files and of questions; from the settings file if absent.
        host: Address to listen on.
        port: Port to listen on.
        reached: By what names the server is known.
        releases: Folder of the releases, against whose files quotes are checked.
        admin: Open the pages of the owner, who adds to `releases` (or `seeds`) and builds.

    Raises:
        UsageError: The address cannot be listened on, e.g. because the port is taken; or the
            owner's pages would be open to others without a password.
    """
    settings = settings or load_settings()
    opening, office = open_later(index, settings, releases), None
    if admin:
        from qa.web.admin.office import open_office

        folders = Path(releases or "seeds"), Path(index)
        office = open_office(*folders, opening, host, max_kb=settings.max_file_kb)
    serve_desk(
        opening, host=host, port=port, reached=reached, limits=settings.limits, office=office
    )


def serve_desk(
    opening: Opening,
    *,
    host: str = HOST,
    port: int = PORT,
    reached: Reached | None = None,
    limits: Limits = DEFAULTS,
    office: "Office | None" = None,
) -> None:
    """Serve the chat over any desk until interrupted.

    Raises:
        UsageError: As `serve`.
    """
    site = running(opening, host=host, port=port, reached=reached, limits=limits, office=office)
    with _no_garbage() as loaded, site as address:
        _say(f"Release QA is loading at {address} (Ctrl+C stops it); a question waits till then")
        if office is not None:
            _say(f"The owner's pages are at {address}/admin")
        opening.warm(lambda: _say(f"Release QA is ready at {address}"), loaded)
        _wait()


@contextmanager
def _no_garbage() -> Iterator[Callable[[], None]]:
    """Look for no garbage until what is given is called: loading makes none, and it took 6 %."""

    def loaded() -> None:
        gc.freeze()
        gc.enable()

    gc.disable()
    try:
        yield loaded
    finally:
        gc.enable()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


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
    reached: Reached | None = None,
    limits: Limits = DEFAULTS,
    office: "Office | None" = None,
) -> Iterator[str]:
    """Run the site for as long as the context lasts; gives its address.

    Raises:
        UsageError: The address cannot be listened on.
    """
    reached = reached or Reached()
    check_free(host, port)
    warn_if_public(host, port)
    with tempfile.TemporaryDirectory(prefix="release-qa-") as scratch:
        # Gradio's own choice is one predictable folder, shared by all users of the machine.
        environ["GRADIO_TEMP_DIR"] = scratch
        import_gradio()
        from qa.web.site import build_site

        turnstile = Turnstile(limits)
        page = build_chat(fair(opening, turnstile), limits, turnstile.rest)
        site = build_site(page, opening, turnstile, names=names_of(host, reached), office=office)
        with _listening(site, host, port, reached.proxies):
            yield address_of(host, port)


@contextmanager
def _listening(site: Any, host: str, port: int, proxies: Sequence[str]) -> Iterator[None]:
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            site,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # an address line would hold the questions of plain pages
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
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
                raise UsageError(port_message(OSError(errno.EADDRINUSE, "taken"), host, port))
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _wait() -> None:
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    # A signal may come to another thread, which does not wake this one: it looks by itself.
    while not stop.wait(1):
        pass
