"""Guards for every route: host names, token, other sites, request bodies, response headers."""

from __future__ import annotations

import json
from itertools import chain
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphlab.app.page.help_pages import HELP_PLACE
from graphlab.app.page.notices import notice
from graphlab.app.page.scripts import read_script
from graphlab.app.server.access import Access, host_of, tokens_in, without_token

MOST_BODY_BYTES = 4_000_000
MOST_DROPPED_BYTES = 64_000_000
DEEPEST = 40  # nesting of lists and tables: the page sends four levels
PAGE = "/"
# React and Plotly style elements one by one. Pictures come as data: in snapshots of runs and in styles.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
FAILED = "graphlab could not answer this request; see the terminal for the reason"
NO_TOKEN = (
    "Other machines can reach this graphlab, so it asks for a token once. Look in the terminal that graphlab runs in: "
    "the line that begins with <b>graphlab is at</b> has the complete address. Open that address in this browser. The "
    "browser then remembers the token."
)
HOME = (
    '<p>The address may be mistyped, or from another version of graphlab.</p><p><a href="/">Go to the home page</a></p>'
)


def policy(nonce: str = "") -> str:
    """The Content-Security-Policy of an answer; scripts inside a page run only with the nonce."""
    allowed = {**POLICY, "script-src": f"'self' 'nonce-{nonce}'"} if nonce else POLICY
    return "; ".join(f"{name} {what}" for name, what in allowed.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guarded(app: ASGIApp, access: Access) -> ASGIApp:
    """The app behind all guards."""
    inner = SameOriginMiddleware(BodyMiddleware(app))
    return HeadersMiddleware(HostMiddleware(TokenMiddleware(inner, access), access))


class HeadersMiddleware:
    """Adds the headers that an answer lacks, also to failed ones."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            if not has_started:
                failed = PlainTextResponse(FAILED, 500)
                await failed(scope, receive, send_with_headers)
            raise


class HostMiddleware:
    """Refuses requests under another name than the server's own, which any page could point at it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        # Starlette's TrustedHostMiddleware cuts a host at its first colon, so it does not support [::1].
        host, server_address = host_of(Headers(scope=scope).get("host", "")), (scope.get("server") or ("",))[0]
        if not self.access.admits(host, server_address):
            words = (
                f"graphlab does not answer requests for the host {host!r}; to allow it, start graphlab with "
                f"--allow-host {host or 'NAME'}"
            )
            await PlainTextResponse(words, 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class TokenMiddleware:
    """Admits requests with the token: in the address at the first visit, in a cookie after that."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, redirect it to the address without the token, or answer 401."""
        headers = Headers(scope=scope)
        if self.access.is_free(host_of(headers.get("host", ""))):
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        query_token, cookie_token = tokens_in(query, headers.get("cookie", ""), self.access.cookie)
        if query_token and self.access.knows(query_token) and scope["method"] in ("GET", "HEAD"):
            await self._enter(scope["path"], without_token(query))(scope, receive, send)
        elif any(token and self.access.knows(token) for token in (query_token, cookie_token)):
            await self.app(scope, receive, send)
        else:
            await _refusal(scope)(scope, receive, send)

    def _enter(self, path: str, query: str) -> Response:
        """Redirect to the same address without the token, and set a cookie with it that no script can read."""
        location = "/" + quote(path.lstrip("/\\"))  # //host would lead elsewhere
        answer = RedirectResponse(location + (f"?{query}" if query else ""), 303, {"Cache-Control": "no-store"})
        answer.set_cookie(self.access.cookie, self.access.token, path="/", httponly=True, samesite="strict")
        return answer


def _refusal(scope: Scope) -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="graphlab"', "Cache-Control": "no-store"}
    if not wants_page(scope):
        return PlainTextResponse("open the address in graphlab's terminal; it contains the token", 401, headers)
    page, nonce = notice("This address has no token", f"<p>{NO_TOKEN}</p>", script=read_script("ask_again"))
    return HTMLResponse(page, 401, {**headers, "Content-Security-Policy": policy(nonce)})


def wants_page(scope: Scope) -> bool:
    """Whether a person may see the answer; False for requests of scripts and for parts of a page."""
    headers = Headers(scope=scope)
    accepted = headers.get("accept", "*/*")
    whole = "text/html" in accepted or ("*/*" in accepted and headers.get("sec-fetch-dest", "document") == "document")
    return whole and scope["method"] in ("GET", "HEAD")


class SameOriginMiddleware:
    """Refuses requests from other sites' pages: a request for a scene runs an offered source with given shapes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and _is_foreign(scope):
            await PlainTextResponse("this request came from another site", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    """Whether another site's page sends the request, except for a link that a person followed."""
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _leads_to_page(scope):
        return True
    origin, host = headers.get("origin"), headers.get("host", "")
    changes = scope["method"] not in ("GET", "HEAD")
    return changes and origin is not None and origin not in (f"http://{host}", f"https://{host}")


def _leads_to_page(scope: Scope) -> bool:
    """Whether the request is for a page itself, not for a part of one."""
    headers = Headers(scope=scope)
    is_followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    is_page = scope["path"] == PAGE or scope["path"].startswith(HELP_PLACE)
    return is_followed and scope["method"] in ("GET", "HEAD") and is_page


class BodyMiddleware:
    """Reads a request's body before anything else does: of limited size, complete, and JSON if it is posted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer 413 or 400; do not answer a client that has left."""
        headers = Headers(scope=scope)
        if scope["method"] != "POST" and not {"content-length", "transfer-encoding"} & set(headers.keys()):
            await self.app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            return
        if len(body) > MOST_BODY_BYTES:
            words = f"the body of this request is too large: the limit is {MOST_BODY_BYTES:,} bytes"
            await PlainTextResponse(words, 413, {"Connection": "close"})(scope, receive, send)
        elif scope["method"] == "POST" and not is_json(body):
            await PlainTextResponse("the body of this request is not valid JSON", 400)(scope, receive, send)
        else:
            await self.app(scope, _replayed(body, receive), send)


async def _whole(receive: Receive) -> bytes | None:
    """A request's body, or only the start of one that is too large; None if the client has left.

    Most of a body that is too large is still read, and dropped: a client that still sends would not see the answer.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if size <= MOST_BODY_BYTES:
            parts.append(part)
        size += len(part)
        if not message.get("more_body", False) or size > MOST_DROPPED_BYTES:
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Passes on the body once, and then the connection's messages."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def is_json(body: bytes) -> bool:
    """Whether the body is JSON that can be encoded as UTF-8 and is nested no deeper than the page's requests."""
    try:
        document = json.loads(body)
        if _is_deeper(document, DEEPEST):
            return False
        if b"\\ud" in body.lower():  # a lone surrogate: no file or answer can contain it
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return False
    return True


def _is_deeper(value: object, most: int) -> bool:
    level: list[object] = [value]
    for _ in range(most):
        nested = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list)))
        level = list(chain.from_iterable(nested))
        if not level:
            return False
    return True


def not_found(scope: Scope, words: str) -> Response:
    """The answer 404: for a person a page that links to the home page, else only the words."""
    if not wants_page(scope):
        return PlainTextResponse(words, 404)
    page, nonce = notice(words[:1].upper() + words[1:], HOME)
    return HTMLResponse(page, 404, {"Content-Security-Policy": policy(nonce)})
