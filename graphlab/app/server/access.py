"""Who may use the server: the host names that it answers to, and who needs its token. Imports nothing slow."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote, urlsplit

from graphlab.errors import GraphlabError

TOKEN = "token"  # the parameter with the token in the printed address
TOKEN_BYTES = 24
SOMEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # documentation addresses, nobody's


@dataclass(frozen=True)
class Access:
    """`address` is what the server listens on, `names` are the other names that it answers to.

    `free` are the names that need no token. `token` is "" if none is ever needed, `cookie` is the cookie in which a
    browser keeps it.
    """

    address: str
    names: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    token: str = ""
    cookie: str = "graphlab"

    def admits(self, host: str, server_address: str) -> bool:
        """Whether a request may name this host; `server_address` is the machine's address that it came to.

        The connection knows this address, so that the machine's addresses may change meanwhile.
        """
        name, anywhere = plain(host), is_everywhere(self.address)
        if name in self.names or (is_local(name) and (anywhere or is_local(self.address))):
            return True
        return anywhere and bool(name) and name == plain(server_address)

    def is_free(self, host: str) -> bool:
        """Whether requests under this name need no token."""
        name = plain(host)
        return not self.token or name in self.free or (is_local(name) and is_local(self.address))

    def knows(self, token: str) -> bool:
        """Whether this is the token. The comparison takes the same time however much of it is right."""
        from hmac import compare_digest  # only a server with a token needs these imports

        return compare_digest(token.encode("utf-8", "replace"), self.token.encode())


def access_to(host: str, address: str, port: int, allowed: Iterable[str] = ()) -> Access:
    """The access to a server that was asked to listen on `host` and listens on `address`.

    Only this machine can reach a loopback address, which needs no token. Names in `allowed` need one even there,
    because they mean that something forwards other machines' requests.
    """
    address, allowed_names = plain(address), frozenset(map(_name, allowed))
    names = frozenset({plain(host)})
    if is_local(address):
        passed_on = [name for name in allowed_names - names if not is_local(name)]
        return Access(address, names | allowed_names, names, _new_token() if passed_on else "", f"graphlab-{port}")
    if is_everywhere(address):
        name = plain(socket.gethostname())
        names = frozenset({name, f"{name}.local"})
    return Access(address, names | allowed_names, frozenset(), _new_token(), f"graphlab-{port}")


def _name(text: str) -> str:
    """The plain name in an --allow-host, which may be a whole address. Raises GraphlabError if there is none."""
    address = text.rpartition("://")[2]
    name = plain(address) if address.count(":") > 1 else plain(host_of(address))
    if not name or set(name) & set("*/@ "):
        raise GraphlabError(f"{text!r} is not the name of a host; use one name or address, such as graphs.example")
    return name


def _new_token() -> str:
    from secrets import token_urlsafe

    return token_urlsafe(TOKEN_BYTES)


def plain(host: str) -> str:
    """One spelling of each name and address: `::ffff:127.0.0.1` is `127.0.0.1`, `HOST.` is `host`."""
    name = host.lower().strip("[]")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name.removesuffix(".")
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).compressed


def is_local(host: str) -> bool:
    """Whether a plain name or address is the machine's name for itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_everywhere(address: str) -> bool:
    """Whether a plain address stands for all of the machine's own."""
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The name or address in a Host header; "" if there is none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def shown_host(host: str) -> str:
    """A name or address in the form that web addresses use."""
    return f"[{host}]" if ":" in host else host


def tokens_in(query: str, cookies: str, cookie: str) -> tuple[str, str]:
    """The tokens of a request: that of its address, that of its cookie; "" if missing."""
    from starlette.requests import cookie_parser  # the port opens before this is loaded

    tokens = [unquote(value) for name, _, value in map(_name_and_value, query.split("&")) if name == TOKEN]
    return tokens[-1] if tokens else "", cookie_parser(cookies).get(cookie, "")


def without_token(query: str) -> str:
    """An address's query as typed, without the token."""
    return "&".join(parameter for parameter in query.split("&") if _name_and_value(parameter)[0] != TOKEN)


def _name_and_value(parameter: str) -> tuple[str, str, str]:
    return parameter.partition("=")


def own_addresses(address: str) -> list[str]:
    """The addresses at which other machines reach a server that listens on `address`, the usual one first."""
    if not is_everywhere(address):
        return [address]
    is_ipv6 = ":" in address  # a socket of IPv6 takes IPv4, too
    families = (socket.AF_INET, socket.AF_INET6) if is_ipv6 else (socket.AF_INET,)
    routed = [own_address for family in families if (own_address := _routed(family))]
    return list(dict.fromkeys([*routed, *_assigned(families)]))


def _routed(family: socket.AddressFamily) -> str:
    """The address from which the machine would send, "" if it has no network. Nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((SOMEWHERE[family], 9))
            address = plain(asking.getsockname()[0])
    except OSError:
        return ""
    return "" if is_local(address) else address


def _assigned(families: Iterable[socket.AddressFamily]) -> list[str]:
    import psutil

    card_addresses = chain.from_iterable(psutil.net_if_addrs().values())
    addresses = (entry.address for entry in card_addresses if entry.family in families)
    # Link-local addresses (fe80::1%eth0) work in no browser.
    return [
        address
        for address in map(plain, addresses)
        if not is_local(address) and not ipaddress.ip_address(address).is_link_local
    ]
