"""Connections to public addresses alone, with one limit of time for all that is done on them.

A name is looked up once, every address it has is checked, and the connection is made to an address
that was checked: what the name says a moment later (rebinding) is never asked. TLS still checks the
certificate against the name. No proxy of the environment is used, since it would do the looking up.

Reads    host names
Gives    a backend for `httpcore2`
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore2

from qa.errors import Unreachable

_PROTOCOLS = ip_network("192.0.0.0/24")  # which Python before 3.11.10 takes for public in part
_NAT64 = ip_network("64:ff9b::/96")
ONLINE = "see to the network, or save the page by other means and add it with: qa add FILE"

Address = IPv4Address | IPv6Address


class Deadline:
    """A moment by which all must be done, however small the steps."""

    def __init__(self, seconds: float) -> None:
        """Begin now."""
        self.seconds = seconds
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds that are left, more than 0.

        Raises:
            Unreachable: None are.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise self.missed()
        return left

    def missed(self) -> Unreachable:
        """Make the error of a moment that has passed."""
        return Unreachable(f"it takes over {self.seconds:g} s", "try later, or raise --seconds")


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public network, and leads to no other kind.

    >>> [is_public(ip_address(one)) for one in ("9.9.9.9", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo or address.is_site_local:
            return False
    elif address in _PROTOCOLS:
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_private or address.is_unspecified
    )


class Checked(httpcore2.NetworkBackend):
    """Connects to addresses that were checked."""

    def __init__(self, deadline: Deadline, *, allow_private: bool = False) -> None:
        """Take note of what is allowed."""
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            Unreachable: It has none, one of them is not public, or none answers in time.
        """
        addresses = resolved(host, port, self._deadline)
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    place = "" if host == str(address) else f"at {address}, which is "
                    raise Unreachable(
                        f"{host} is {place}no public address",
                        "fetch from the public web; --allow-private lifts this",
                    )
        fault: OSError | None = None
        for address in addresses:
            try:
                connected = socket.create_connection((str(address), port), self._deadline.left())
            except OSError as error:
                fault = error
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(connected, self._deadline)
        self._deadline.left()
        said = (fault.strerror or str(fault)) if fault else "it has no address"
        raise Unreachable(f"{host} cannot be reached: {said}", ONLINE)


class _Stream(httpcore2.NetworkStream):
    """A socket, each step on which has the time that is left for all."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._timed().recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._timed().sendall(buffer)

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        # Python counts the timeout over the whole handshake.
        secure = ssl_context.wrap_socket(self._timed(), server_hostname=server_hostname)
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return None

    def _timed(self) -> socket.socket:
        self._socket.settimeout(self._deadline.left())
        return self._socket


def resolved(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Look up the addresses of a host; the system's own way knows no limit of time, so here is one.

    Raises:
        Unreachable: It has none, or the look-up does not end in time.
    """
    found: list[Address] = []
    faults: list[OSError] = []

    def look_up() -> None:
        try:
            for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                address = ip_address(str(place[0]).partition("%")[0])
                if address not in found:
                    found.append(address)
        except (OSError, UnicodeError) as error:
            faults.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise deadline.missed()
    if faults:
        said = faults[0].strerror or str(faults[0])
        raise Unreachable(f"no address is found for {host} ({said})", ONLINE)
    return found


def _translated(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
