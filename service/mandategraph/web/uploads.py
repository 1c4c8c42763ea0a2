"""Files that a form brings, each with its media type, within one limit for all of them."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.formats import format_of_file
from mandategraph.web.bodies import limited

MOST_FILES = 100


async def parts_of(request: Request, most_bytes: int) -> list[tuple[bytes, str, str]]:
    """
    Return the files of a form: bytes, media type, name. A file that does not say its type is known by its ending.

    Raises WrongUse where there is none or the form cannot be read, and a Problem 413 as soon as it is too long.
    """
    pieces = limited(request, most_bytes, "A form with its files")

    async def receive() -> Message:
        async for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    try:
        async with Request(request.scope, receive).form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            found = [(await file.read(), _type_of(file), file.filename or "a file") for file in files]
    except MultiPartException as problem:
        raise WrongUse(f"The form cannot be read: {problem.message}") from problem
    if not found:
        raise WrongUse("The form brings no file.")
    return found


def _type_of(file: UploadFile) -> str:
    told = file.content_type or ""
    if told and told != "application/octet-stream":
        return told
    try:
        return format_of_file(file.filename or "").media_type
    except UnknownName:
        return told
