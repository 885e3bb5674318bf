"""The port that the app listens on, its address, and a warning about who can reach it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from graphlab.app.server.access import TOKEN, Access, access_to, is_everywhere, is_local, own_addresses, shown_host
from graphlab.errors import GraphlabError

PORTS_TRIED = 50
MOST_TOLD = 4  # names and addresses


@dataclass(frozen=True)
class Door:
    """Whom the app answers, the name or address in its printed address, and a line about who can reach it, or ""."""

    access: Access
    host: str
    port: int
    warning: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether the address to open contains the token."""
        return not self.access.is_free(self.host)

    def url(self, source: str = "") -> str:
        """The address to open, of a source or of the home page; with the token if needed."""
        token = f"{TOKEN}={self.access.token}" if self.is_secret else ""
        query = "&".join(filter(None, (token, source and f"source={quote(source, safe='/:')}")))
        return f"http://{shown_host(self.host)}:{self.port}/" + (f"?{query}" if query else "")


def open_door(listener: socket.socket, host: str, allowed: Iterable[str] = ()) -> Door:
    """The door of a server that listens on `host`. It also answers to the names in `allowed`."""
    address, port = listener.getsockname()[:2]
    access = access_to(host, address, port, allowed)
    if not access.token:
        return Door(access, host, port)
    if is_local(access.address):
        words = f"requests for {' or '.join(allowed)} require a token: add ?{TOKEN}={access.token} to the address"
        return Door(access, host, port, words)
    addresses = own_addresses(access.address)
    if not addresses:
        loopback = "::1" if ":" in access.address else "127.0.0.1"
        warning = "no other machine can reach graphlab now, because this machine has no network"
        return Door(access, loopback, port, warning)
    public_host = addresses[0] if is_everywhere(access.address) else host
    others = [name for name in (*addresses, *allowed) if name not in (public_host, access.address)][:MOST_TOLD]
    other_names = f" (and at {', '.join(others)})" if others else ""
    risk = "anyone who has the address below can see the sources and start training runs"
    return Door(access, public_host, port, f"other machines can reach graphlab at {public_host}{other_names}: {risk}")


def listen(host: str, port: int, say: Callable[[str], None]) -> socket.socket:
    """A socket that listens on the port, or on the next free one."""
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            listener = _bound(host, candidate)
        except PermissionError as error:
            raise GraphlabError(
                f"binding port {candidate} requires elevated privileges; use --port 1024 or higher"
            ) from error
        except UnicodeError as error:
            raise GraphlabError(f"{host!r} is not a name or an address; use --host 127.0.0.1") from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise GraphlabError(f"{host!r} is not an address of this machine; use --host 127.0.0.1") from error
            continue
        if candidate != port:
            say(f"port {port} is in use, using {candidate} instead")
        return listener
    raise GraphlabError(f"no free port from {port} to {port + PORTS_TRIED - 1}; choose another with --port")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # :: includes every IPv4 address
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
