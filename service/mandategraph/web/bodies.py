"""What a request brings: taken as it comes, never more of it than it may have, never packed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request

from mandategraph.web.problems import Problem


async def body_of(request: Request, most_bytes: int, what: str) -> bytes:
    """Return the body of a request; a Problem 413 as soon as it is longer than it may be."""
    gathered = bytearray()
    async for piece in limited(request, most_bytes, what):
        gathered += piece
    return bytes(gathered)


async def limited(request: Request, most_bytes: int, what: str) -> AsyncIterator[bytes]:
    """Yield the body of a request piece by piece, and no more of it than it may have."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        detail = f"{what} comes as it is; “{coding}” is not unpacked here."
        raise Problem(415, "unsupported-media-type", detail, headers={"Accept-Encoding": "identity"})
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most_bytes:
        raise _too_large(most_bytes, what)
    received = 0
    async for piece in request.stream():
        received += len(piece)
        if received > most_bytes:
            raise _too_large(most_bytes, what)
        yield piece


def _too_large(most_bytes: int, what: str) -> Problem:
    return Problem(413, "too-large", f"{what} may have {most_bytes:,} bytes; send less at once.")
