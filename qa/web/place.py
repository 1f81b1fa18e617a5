"""Where a server listens: a host and a port that are free, and what it is called from outside.

Reads    a host and a port, names that the owner gives
Gives    errors with their cure, a warning where others can reach it, addresses
"""

import errno
import logging
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

from qa.errors import UsageError
from qa.service.limits import Reached

_log = logging.getLogger(__name__)


def names_of(host: str, reached: Reached) -> list[str]:
    """Give the names that the server goes by."""
    names = [] if _is_address(host) else [host]
    if _is_address(host) and ip_address(host).is_unspecified:
        names = [socket.gethostname(), socket.getfqdn()]
    return [*names, *reached.names]


def port_of(text: str) -> int:
    """Give the port that a text names.

    Raises:
        UsageError: It names none that can be listened on.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise UsageError(f"port {text!r} is no port; give a number from 1 to 65535, e.g. --port 7961")


def check_free(host: str, port: int) -> None:
    """Raise a `UsageError` if the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise UsageError(port_message(error, host, port)) from None


def port_message(error: Exception, host: str, port: int) -> str:
    """Say why a port cannot be listened on, and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is taken by another program. Stop that program, or choose "
            f"another port, e.g.: {_command()} --port {port + 1}"
        )
    if number == errno.EACCES:
        return f"port {port} needs rights this user does not have; choose one from 1024 to 65535"
    return f"cannot listen on {host} port {port}: {error}. Choose a host and port of this machine"


def _command() -> str:
    """Give the command that was run."""
    return "python app.py" if Path(sys.argv[0]).name == "app.py" else "qa serve"


def warn_if_public(host: str, port: int) -> None:
    """Warn if others than this machine can reach the host."""
    if host == "localhost" or (_is_address(host) and ip_address(host).is_loopback):
        return
    _log.warning(
        "the chat listens on %s port %d: anyone who can reach this machine can read the "
        "releases through it; there is no login",
        host,
        port,
    )


def address_of(host: str, port: int) -> str:
    """Give the address that a browser on this machine opens."""
    shown = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
