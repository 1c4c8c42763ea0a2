"""The one gate through which files enter: how large, how deep, how many, and what is never followed."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element

MEGABYTE = 1 << 20
SAVE_AGAIN = "open it where it was written, save it again and give that file"

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_DEFLATED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 1
_OUTSIDE = re.compile(r"(?:\A|[/\\])\.\.(?:[/\\]|\Z)|\A[/\\]|\A[A-Za-z]:|\0")

# What may stand before the first element: declaration, comments, instructions for programs, blanks.
_PROLOGUE = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of us at most; a session's longest reports stay far below."""

    file_bytes: int = 64 * MEGABYTE
    unpacked_bytes: int = 256 * MEGABYTE
    part_bytes: int = 48 * MEGABYTE
    ratio: int = 250
    parts: int = 10_000
    pages: int = 2_000
    objects: int = 200_000
    """On one page of a PDF."""
    characters: int = 20_000_000
    depth: int = 120
    """Tables in tables, lists in lists."""


LIMITS = Limits()


def check_size(file: str, size: int, limits: Limits = LIMITS) -> None:
    """Refuse a file that holds nothing, or too much; asked before the file is opened."""
    if not size:
        raise UnreadableFile(file, "is empty", "give a file that holds a document")
    if size > limits.file_bytes:
        told = f"is {size / MEGABYTE:,.0f} MB, more than the {limits.file_bytes // MEGABYTE} MB that are read"
        raise UnreadableFile(file, told, "split it, or take its pictures out, and give the parts")


def check_words(file: str, count: int, limits: Limits = LIMITS) -> None:
    """Refuse a document of more characters than anybody will review."""
    if count > limits.characters:
        told = f"holds more than {limits.characters:,} characters"
        raise UnreadableFile(file, told, "split it and give the parts")


class Package:
    """
    The parts of a zipped document, read from memory one by one; nothing is unpacked to disk.

    >>> Package("plan.docx", b"PK\\x03\\x04 and no more")
    Traceback (most recent call last):
    mandategraph.core.errors.UnreadableFile: plan.docx is damaged: its parts cannot be listed; open it where it was \
written, save it again and give that file.
    """

    def __init__(self, file: str, data: bytes, limits: Limits = LIMITS) -> None:
        self.file = file
        self._limits = limits
        self._read = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            listed = self._archive.infolist()
        except _DAMAGED as problem:
            raise UnreadableFile(file, "is damaged: its parts cannot be listed", SAVE_AGAIN) from problem
        self._check(listed)
        self._parts = {part.filename: part for part in listed}

    def _check(self, listed: list[zipfile.ZipInfo]) -> None:
        if len(listed) > self._limits.parts:
            raise UnreadableFile(self.file, f"has {len(listed):,} parts inside", SAVE_AGAIN)
        if any(_OUTSIDE.search(part.filename) for part in listed):
            told = "names parts that lie outside of it, which no word processor does"
            raise UnreadableFile(self.file, told, "do not open it, and ask its sender for another copy")
        if any(part.flag_bits & _ENCRYPTED for part in listed):
            raise UnreadableFile(self.file, "is encrypted", "take the password off and save it again")
        if sum(part.file_size for part in listed) > self._limits.unpacked_bytes:
            raise self._bomb()
        if any(
            part.file_size > MEGABYTE and part.file_size > self._limits.ratio * max(1, part.compress_size)
            for part in listed
        ):
            raise self._bomb()

    def _bomb(self) -> UnreadableFile:
        return UnreadableFile(self.file, "unpacks to far more than it should (a zip bomb)", "do not open it")

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    @property
    def names(self) -> list[str]:
        """The parts, in the order of the file."""
        return list(self._parts)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part, b"" where there is none; sizes are counted, not believed."""
        held = self._parts.get(part)
        if held is None:
            return b""
        if held.compress_type not in _DEFLATED:
            raise UnreadableFile(self.file, "is packed in a way that no word processor uses", SAVE_AGAIN)
        try:
            with self._archive.open(held) as stream:
                data = stream.read(self._limits.part_bytes + 1)
        except _DAMAGED as problem:
            raise UnreadableFile(self.file, f"is damaged: {part} cannot be unpacked", SAVE_AGAIN) from problem
        self._read += len(data)
        if len(data) > self._limits.part_bytes or self._read > self._limits.unpacked_bytes:
            raise self._bomb()
        return data

    def xml(self, part: str) -> _Element | None:
        """Return the root of a part that is XML, None where there is no such part."""
        data = self.read(part)
        return parse_xml(self.file, data, part) if data else None


def parse_xml(file: str, data: bytes, part: str = "") -> _Element:
    """
    Return the root element: no DOCTYPE, no entities, nothing fetched, comments gone.

    >>> parse_xml("bill.xml", b"<!DOCTYPE x SYSTEM 'other.xml'><x/>")
    Traceback (most recent call last):
    mandategraph.core.errors.UnreadableFile: bill.xml declares a DOCTYPE, through which XML reads other files; take \
the declaration out and give it again.
    """
    from lxml import etree

    where = f"its part {part}" if part else "its XML"
    refuse_doctype(file, data, where)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        if "depth" in str(problem).lower():
            raise UnreadableFile(file, f"nests {where} more than 256 deep", SAVE_AGAIN) from problem
        line = f" (line {problem.lineno})" if problem.lineno else ""
        raise UnreadableFile(file, f"is damaged: {where} is not well formed{line}", SAVE_AGAIN) from problem
    except (ValueError, LookupError) as problem:
        raise UnreadableFile(file, f"is damaged: {where} cannot be decoded", SAVE_AGAIN) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(file)
    return root


def refuse_doctype(file: str, data: bytes, where: str = "its XML") -> None:
    """Refuse a declaration before any parser sees it, in whatever encoding it hides."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    if encoding:
        data = data.decode(encoding, errors="replace").lstrip("\ufeff").encode("utf-8")
    found = _PROLOGUE.match(data)
    rest = data[found.end() if found else 0 :][:9]
    if rest.upper() == b"<!DOCTYPE":
        raise _doctype(file)
    if not rest.startswith(b"<"):
        raise UnreadableFile(file, f"is damaged: {where} does not begin as XML does", SAVE_AGAIN)


def _doctype(file: str) -> UnreadableFile:
    told = "declares a DOCTYPE, through which XML reads other files"
    return UnreadableFile(file, told, "take the declaration out and give it again")
