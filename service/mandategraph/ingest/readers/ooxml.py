"""Names and values of WordprocessingML as lxml gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_OFF = frozenset({"0", "false", "off", "none"})
_VAL = W + "val"

# A document in the standard's strict form says the same under other names.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
}


def transitional(data: bytes) -> bytes:
    """Return a part in the names that Word writes by default."""
    if b"http://purl.oclc.org/ooxml/" in data[:4096]:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    return data


def child(element: _Element, name: str) -> _Element | None:
    """Return the first child of a name of Word's."""
    return element.find(W + name)


def value_of(element: _Element, name: str) -> str:
    """Return what the w:val of a child says, "" where there is none."""
    found = element.find(W + name)
    return "" if found is None else found.get(_VAL, "")


def is_on(element: _Element | None) -> bool:
    """Return whether a switch such as w:b is there and not turned off."""
    return element is not None and element.get(_VAL, "1") not in _OFF


def integer(text: str | None, otherwise: int) -> int:
    """
    Return a whole number as Word reads it; of what is none, the default.

    >>> integer("720", 0), integer("12.5", 0), integer("many", 3), integer(None, 1)
    (720, 12, 3, 1)
    """
    try:
        return max(-(1 << 31), min(1 << 31, int(float(text or ""))))
    except (ValueError, OverflowError):
        return otherwise
