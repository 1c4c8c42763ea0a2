"""Answers made smaller on the way: gzip, piece by piece, for those who say that they can read it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mandategraph.web.told import told

# RFC 9110, 8.8.3.3: another coding is another representation, so its entity tag is another one.
_MARK = "-gzip"
_MARKED = re.compile(rf'{_MARK}"')
_CONDITIONS = frozenset([b"if-none-match", b"if-match"])
_SMALLER = re.compile(
    r"(text/.*|application/([^;]*\+)?(json|xml)|application/(n-triples|n-quads|trig)|image/svg\+xml)\Z"
)
# Below this a header or two more weigh more than what is saved.
_FEWEST_BYTES = 600
# The lowest levels are the quickest, and nearly as small for text that repeats itself as ours does.
_LEVEL = 4
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
Header = tuple[bytes, bytes]


class Compression:
    """
    Sends answers as gzip to those who accept it, and says on every answer that this makes a difference.

    A stream that breaks off has no end of gzip either: whoever unpacks it sees that it is broken.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = told(scope, b"accept-encoding")
        is_conditional = any(name in _CONDITIONS for name, _ in scope["headers"])
        answer = _Answer(send, bool(coding) and accepts_gzip(coding), is_conditional and _has_marked(scope["headers"]))
        if is_conditional:
            scope = {**scope, "headers": list(_without_marks(scope["headers"]))}
        await self._app(scope, receive, answer.send)


class _Answer:
    """One answer on its way."""

    def __init__(self, send: Send, is_wanted: bool, has_marked: bool) -> None:
        self._send = send
        self._is_wanted = is_wanted
        self._has_marked = has_marked
        self._start: Message = {}
        self._held = b""
        self._packer: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # Whether the body is long is known when it comes.
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self._start:
            if self._held:
                message = {**message, "body": self._held + message.get("body", b"")}
            if self._is_wanted and message.get("more_body", False) and len(message.get("body", b"")) < _FEWEST_BYTES:
                self._held = message.get("body", b"")
                return
            start, self._start = self._start, {}
            self._decide(start, message)
            await self._send(start)
        if self._packer is None:
            await self._send(message)
            return
        is_last = not message.get("more_body", False)
        packed = self._packer.compress(message.get("body", b"")) + (self._packer.flush() if is_last else b"")
        if packed or is_last:
            await self._send({**message, "body": packed})

    def _decide(self, start: Message, first: Message) -> None:
        is_unchanged = start["status"] == 304
        if not is_unchanged and not _may_be_smaller(start["headers"]):
            return
        start["headers"] = _varied(start["headers"])
        is_whole = not first.get("more_body", False)
        if is_unchanged:
            if self._has_marked:
                _mark(MutableHeaders(scope=start))
            return
        if not self._is_wanted or (is_whole and len(first.get("body", b"")) < _FEWEST_BYTES):
            return
        headers = MutableHeaders(scope=start)
        headers["Content-Encoding"] = "gzip"
        _mark(headers)
        del headers["Content-Length"]
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER)
        if is_whole:
            packed = self._packer.compress(first["body"]) + self._packer.flush()
            headers["Content-Length"] = str(len(packed))
            first["body"] = packed
            self._packer = None


def accepts_gzip(header: str | None) -> bool:
    """
    Return whether a client reads gzip, and likes it no less than the plain bytes (RFC 9110, 12.5.3).

    >>> accepts_gzip("br, gzip;q=0.8"), accepts_gzip("gzip;q=0"), accepts_gzip("*"), accepts_gzip(None)
    (True, False, True, False)
    >>> accepts_gzip("gzip;q=0.5, identity")
    False
    """
    weights: dict[str, float] = {}
    for part in (header or "").lower().split(","):
        name, _, rest = part.partition(";")
        weights[name.strip()] = _weight(rest)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _weight(told: str) -> float:
    name, _, value = told.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _may_be_smaller(headers: Sequence[Header]) -> bool:
    """Whether an answer is text that is not packed yet, by its headers."""
    media_type = b""
    for name, value in headers:
        if name == b"content-encoding":
            return False
        if name == b"content-type":
            media_type = value
    return _is_text(media_type)


@lru_cache(maxsize=64)
def _is_text(content_type: bytes) -> bool:
    return _SMALLER.match(content_type.decode("latin-1").partition(";")[0].strip().lower()) is not None


def _varied(headers: Sequence[Header]) -> list[Header]:
    """Return headers that say that the coding asked for makes a difference."""
    others = [header for header in headers if header[0] != b"vary"]
    told = [value for name, value in headers if name == b"vary"]
    if b"*" not in told:
        told = [*told, b"Accept-Encoding"]
    return [*others, (b"vary", b", ".join(told))]


def _mark(headers: MutableHeaders) -> None:
    tag = headers.get("etag", "")
    if tag.endswith('"'):
        headers["ETag"] = f'{tag[:-1]}{_MARK}"'


def _has_marked(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name in _CONDITIONS and _MARKED.search(value.decode("latin-1")) for name, value in headers)


def _without_marks(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    """Yield the headers with entity tags as the routes know them."""
    for name, value in headers:
        if name in _CONDITIONS:
            yield name, _MARKED.sub('"', value.decode("latin-1")).encode("latin-1")
        else:
            yield name, value
