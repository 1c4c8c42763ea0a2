"""What a request says in its headers, read as it came: every request passes here several times."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any


def told(scope: MutableMapping[str, Any], name: bytes) -> str:
    """
    Return the first line of a header, by its name in small letters; empty where there is none.

    >>> told({"headers": [(b"accept", b"text/csv"), (b"accept", b"*/*")]}, b"accept")
    'text/csv'
    """
    for each, value in scope["headers"]:
        if each == name:
            line: str = value.decode("latin-1")
            return line
    return ""


def lines(scope: MutableMapping[str, Any], name: bytes) -> list[str]:
    """
    Return every line of a header.

    >>> lines({"headers": [(b"accept", b"text/csv"), (b"accept", b"*/*")]}, b"accept")
    ['text/csv', '*/*']
    """
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]
