"""Plain text: its encoding found and repaired, hard line ends mended, running heads and page numbers set apart."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mandategraph.ingest.reading import Block, Kind, Number, Reading, Stitch
from mandategraph.ingest.structure.marks import read_mark

# What UTF-8 looks like when it was read as Windows-1252 and written again.
_MOJIBAKE = re.compile(r"[ÂÃÅÐÑâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
_NUMBER_ALONE = re.compile(r"\s*(?:-\s*)?(?:page\s*|p\.\s*)?\d{1,4}(?:\s*(?:/|of|de|sur)\s*\d{1,4})?(?:\s*-)?\s*\Z", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_ENDS = re.compile(r"[.;:!?…][”\"’')\]]*\d*\s*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def decoded(data: bytes) -> tuple[str, list[str]]:
    """
    Return the text of a file and notes on what was repaired.

    >>> decoded("résolution".encode("cp1252"))
    ('résolution', ['The file is not UTF-8; it was read as Windows-1252.'])
    >>> decoded("rÃ©solution â€“ sÃ©ance".encode())
    ('résolution – séance', ['Characters that were saved twice in the wrong encoding were repaired in 3 places.'])
    """
    notes: list[str] = []
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            notes.append("The file is not UTF-8; it was read as Windows-1252.")
    repaired = 0

    def mend(found: re.Match[str]) -> str:
        nonlocal repaired
        for encoding in ("cp1252", "latin-1"):
            try:
                whole = found.group().encode(encoding).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            repaired += 1
            return whole
        return found.group()

    text = _MOJIBAKE.sub(mend, text)
    if repaired:
        notes.append(f"Characters that were saved twice in the wrong encoding were repaired in {repaired} places.")
    if "\ufffd" in text:
        notes.append(f"{text.count(chr(0xFFFD))} characters could not be read.")
    return text, notes


@dataclass(slots=True)
class _Line:
    words: str
    start: int
    number: int
    page: int
    furniture: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.words.strip()


def read_text(name: str, data: bytes) -> Reading:
    """
    Return the reading of a plain text file.

    The text is the file's own where its lines are whole paragraphs; where they were broken at a width, paragraphs are
    joined again and `stitches` lead back to the file.
    """
    text, notes = decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = list(_lines(text))
    _mark_furniture(lines)
    width = _width(lines)
    if width:
        notes.append(f"The lines were broken at about {width} characters; paragraphs were joined again.")
        return _mended(name, data, lines, width, notes)
    blocks = tuple(_blocks(text, lines))
    return Reading(name, "text", hashlib.sha256(data).hexdigest(), text, blocks, tuple(notes))


def _lines(text: str) -> Iterator[_Line]:
    page, start = 1, 0
    for number, piece in enumerate(re.split(r"(\n|\f)", text)):
        if number % 2:
            start += 1
            page += piece == "\f"
            continue
        yield _Line(piece, start, number // 2 + 1, page)
        start += len(piece)


def _mark_furniture(lines: Sequence[_Line]) -> None:
    """Running heads and feet: the first and last lines of pages that come back on other pages, their digits apart."""
    pages: dict[int, list[_Line]] = {}
    for line in lines:
        if not line.is_blank:
            pages.setdefault(line.page, []).append(line)
    if len(pages) < 2:
        return

    def shape(line: _Line) -> str:
        return re.sub(r"\d+", "9", line.words.strip())

    edges = Counter(shape(line) for held in pages.values() for line in {id(x): x for x in [*held[:2], *held[-2:]]}.values())
    for held in pages.values():
        for side in (held[:2], held[::-1][:2]):
            for line in side:
                if edges[shape(line)] > max(1, len(pages) // 2) or _NUMBER_ALONE.match(line.words):
                    line.furniture = True
                else:
                    break


def _width(lines: Sequence[_Line]) -> int:
    """Return the width at which lines were broken, 0 where they are whole paragraphs."""
    lengths = [len(line.words.rstrip()) for line in lines if not line.is_blank and not line.furniture]
    if len(lengths) < 8:
        return 0
    longest = sorted(lengths)[int(len(lengths) * 0.98)]
    if longest > 140:
        return 0
    full = sum(1 for length in lengths if length >= longest * 0.8)
    return max(lengths) if full >= 0.35 * len(lengths) and max(lengths) <= 160 else 0


def _begins_paragraph(line: _Line, before: _Line | None, width: int) -> bool:
    if before is None:
        return True
    words, held = line.words, before.words.rstrip()
    first = _WORD.search(words)
    opening = first.group() if first else ""
    fits = len(held) + 1 + len(opening) <= width
    indented = len(words) - len(words.lstrip()) > len(before.words) - len(before.words.lstrip()) + 1
    if indented and (read_mark(words.lstrip()) is not None or _ENDS.search(held) or held.endswith(",")):
        return True
    # The word would have fitted on the line before: whoever broke the lines began anew here.
    return fits and not (held.endswith("-") and opening[:1].islower() and not fits)


def _mended(name: str, data: bytes, lines: Sequence[_Line], width: int, notes: list[str]) -> Reading:
    pieces: list[str] = []
    stitches: list[Stitch] = []
    blocks: list[Block] = []
    length = 0

    def write(piece: str, place: int | None = None) -> int:
        nonlocal length
        if place is not None:
            stitches.append(Stitch(length, "", place))
        pieces.append(piece)
        at = length
        length += len(piece)
        return at

    held: list[_Line] = []

    def flush() -> None:
        if not held:
            return
        start = length
        for place, line in enumerate(held):
            words = line.words.strip()
            if place:
                before = held[place - 1].words.rstrip()
                hyphen = before.endswith("-") and len(before) > 1 and before[-2].isalpha() and words[:1].islower()
                if not hyphen:
                    write(" ")
            write(words, line.start + len(line.words) - len(line.words.lstrip()))
        end = length
        write("\n")
        blocks.append(_numbered("".join(pieces[-(len(pieces)):]) if False else _tail(pieces, length - start), start, end, held[0], Kind.PARAGRAPH))
        held.clear()

    def _tail(parts: list[str], size: int) -> str:
        taken: list[str] = []
        total = 0
        for part in reversed(parts):
            taken.append(part)
            total += len(part)
            if total >= size:
                break
        return "".join(reversed(taken))[-size:]

    before: _Line | None = None
    for line in lines:
        if line.furniture:
            continue
        if line.is_blank:
            # A blank line ends a paragraph, unless a page ended within it.
            following_page = before is not None and line.page != before.page
            if not following_page and not _page_edge(lines, line):
                flush()
                before = None
            continue
        if _begins_paragraph(line, before, width):
            flush()
        held.append(line)
        before = line
    flush()
    furniture = [line for line in lines if line.furniture]
    for line in furniture:
        at = write(line.words.strip(), line.start)
        blocks.append(Block(at, length, Kind.FURNITURE, page=line.page, place=f"line {line.number}"))
        write("\n")
    text = "".join(pieces)
    return Reading(name, "text", hashlib.sha256(data).hexdigest(), text, tuple(blocks), tuple(notes), tuple(stitches))


def _page_edge(lines: Sequence[_Line], line: _Line) -> bool:
    """Whether a blank line stands between the words of a page and its furniture."""
    place = line.number - 1
    above = next((other for other in reversed(lines[:place]) if not other.is_blank), None)
    below = next((other for other in lines[place + 1 :] if not other.is_blank), None)
    return (above is not None and above.furniture) or (below is not None and (below.furniture or below.page != line.page))


def _numbered(words: str, start: int, end: int, line: _Line, kind: Kind) -> Block:
    mark = read_mark(words)
    number = None
    if mark is not None and len(mark.printed) < end - start:
        number = Number(start, start + len(mark.printed), mark.printed)
        rest = words[len(mark.printed) : end - start]
        start += len(mark.printed) + len(rest) - len(rest.lstrip(" \t\u00a0\u200e\u200f"))
    return Block(start, end, kind, number, page=line.page, place=f"line {line.number}")


def _blocks(text: str, lines: Sequence[_Line]) -> Iterator[Block]:
    """Each line a block; a number alone on its line is the number of the line after it."""
    waiting: Number | None = None
    for line in lines:
        if line.is_blank:
            continue
        start = line.start + len(line.words) - len(line.words.lstrip())
        end = line.start + len(line.words.rstrip())
        if line.furniture:
            yield Block(start, end, Kind.FURNITURE, page=line.page, place=f"line {line.number}")
            continue
        words = text[start:end]
        mark = read_mark(words + " ")
        if mark is not None and mark.printed == words:
            if waiting is not None:
                yield Block(waiting.start, waiting.end, page=line.page, place=f"line {line.number}")
            waiting = Number(start, end, words)
            continue
        block = _numbered(words, start, end, line, Kind.PARAGRAPH)
        if waiting is not None:
            if block.number is None:
                block = Block(block.start, block.end, block.kind, waiting, page=line.page, place=block.place)
            else:
                yield Block(waiting.start, waiting.end, page=line.page, place=f"line {line.number}")
            waiting = None
        yield block
    if waiting is not None:
        yield Block(waiting.start, waiting.end, place="end")
