"""What PDFium finds on a page: runs of characters with their place, and ruled lines."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mandategraph.ingest.readers.numerals import sign
from mandategraph.ingest.safety import LIMITS
from mandategraph.ingest.structure.marks import read_mark

if TYPE_CHECKING:
    import pypdfium2

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LINE = 1.2
_THIN = 3.5
_SHORTEST = 6.0


@dataclass(slots=True)
class Box:
    """A place on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.bottom + self.top) / 2


@dataclass(slots=True)
class Run(Box):
    """Characters of one line that follow one another without a wide gap."""

    words: str = ""
    size: float = 0.0
    baseline: float = 0.0
    looks: frozenset[str] = frozenset()
    raised: bool = False
    """Smaller and higher than what stands beside it: the sign of a footnote."""


@dataclass(slots=True)
class Rule:
    """A ruled line: at `place` across the page (or up it), from `start` to `end`."""

    place: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """One page, as yet without order."""

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    pictures: int = 0
    turned: int = 0
    """Characters that stand at an angle, as watermarks do."""
    unruled: bool = False
    """Whether the page holds more objects than are looked at for lines."""


@dataclass(slots=True)
class _Character:
    text: str
    box: Box
    size: float
    baseline: float
    index: int
    generated: bool


def read_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """Return what stands on a page; pages count from 0 here and from 1 for people."""
    page = document[number]
    try:
        width, height = page.get_size()
        found = Page(number + 1, width, height)
        text = page.get_textpage()
        try:
            _read_rules(found, page)
            _read_runs(found, page, text)
        finally:
            text.close()
    finally:
        page.close()
    return found


def _read_runs(found: Page, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> None:
    import pypdfium2.raw as raw

    left, bottom, _, _ = page.get_bbox()
    turn = page.get_rotation() % 360
    characters = [
        character
        for index in range(min(text.count_chars(), LIMITS.characters))
        if (character := _character(raw, text, index, found, turn, left, bottom)) is not None
    ]
    started: list[_Character] = []
    for character in characters:
        if started and _parts(started, character, found.upright):
            _add_run(found, raw, text, started)
            started = []
        if character.text != "\n":
            started.append(character)
    _add_run(found, raw, text, started)


def _character(
    raw: Any, text: Any, index: int, found: Page, turn: int, left: float, bottom: float
) -> _Character | None:
    code = raw.FPDFText_GetUnicode(text, index)
    generated = raw.FPDFText_IsGenerated(text, index) == 1
    if code in (10, 13):
        return _Character("\n", Box(0, 0, 0, 0), 0, 0, index, True)
    rectangle = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text, index, rectangle):
        return None
    # PDFium turns to the right, the format to the left.
    angle = -math.degrees(raw.FPDFText_GetCharAngle(text, index)) % 360
    if abs((angle - turn + 180) % 360 - 180) > 5 and not generated:
        found.turned += 1
        return None
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    box = _turned(
        Box(rectangle.left - left, rectangle.bottom - bottom, rectangle.right - left, rectangle.top - bottom),
        turn,
        found,
    )
    base = _turned(Box(x.value - left, y.value - bottom, x.value - left, y.value - bottom), turn, found).bottom
    shown = "-" if code == 2 or raw.FPDFText_IsHyphen(text, index) == 1 else _written(code)
    if not shown or not (-1 <= box.middle <= found.height + 1 and -1 <= (box.left + box.right) / 2 <= found.width + 1):
        return None
    # Neither of PDFium's boxes tells the height of a line in every font; the size of the letters does.
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    size = _LINE * raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    if not 1 < size < 1000:
        size = max(1.0, box.top - box.bottom)
    box.bottom, box.top = base - 0.2 * size, base + 0.8 * size
    return _Character(shown, box, size, base, index, generated)


def _written(code: int) -> str:
    if code in (0, 0xFFFE, 0xFFFF, 0xAD) or 0xD800 <= code < 0xE000 or code > 0x10FFFF or (code < 32 and code != 9):
        return ""
    character = chr(code)
    return _LIGATURES.get(character, sign(character) if 0xE000 <= code <= 0xF8FF else character)


def _turned(box: Box, turn: int, found: Page) -> Box:
    """The place on the page as it is shown; PDFium tells places as if it were not turned."""
    if turn == 90:
        return Box(box.bottom, found.height - box.right, box.top, found.height - box.left)
    if turn == 180:
        return Box(found.width - box.right, found.height - box.top, found.width - box.left, found.height - box.bottom)
    if turn == 270:
        return Box(found.width - box.top, box.left, found.width - box.bottom, box.right)
    return box


def _parts(held: list[_Character], after: _Character, upright: list[Rule]) -> bool:
    """Whether a run ends before a character."""
    if after.text == "\n":
        return True
    if after.text.isspace():
        # Blanks that PDFium puts in have neither a size nor a place to rely on.
        return False
    before = next((one for one in reversed(held) if not one.text.isspace()), None)
    if before is None:
        return True
    size = max(before.size, after.size)
    if abs(before.baseline - after.baseline) > 0.12 * size or min(before.size, after.size) < 0.8 * size:
        return True
    gap = after.box.left - before.box.right
    # Between words of a line that was stretched to both margins there is a blank, however wide the gap.
    blank = held[-1].text.isspace() and not held[-1].generated
    if not -0.6 * size < gap < (4 if blank else 1.2) * size:
        return True
    return gap > 1 and any(
        before.box.right - 1 <= rule.place <= after.box.left + 1 and rule.start <= after.box.middle <= rule.end
        for rule in upright
    )


def _add_run(found: Page, raw: Any, text: Any, held: list[_Character]) -> None:
    # Words that were printed twice, a little beside each other, to look bold, are there once.
    kept = [
        one
        for place, one in enumerate(held)
        if not (
            place
            and one.text == held[place - 1].text != " "
            and abs(one.box.left - held[place - 1].box.left) < 0.15 * one.size
        )
    ]
    solid = [one for one in kept if one.text.strip()]
    if not solid:
        return
    words = "".join(one.text for one in kept).strip()
    sizes = sorted(one.size for one in solid)
    found.runs.append(
        Run(
            min(one.box.left for one in solid),
            min(one.box.bottom for one in solid),
            max(one.box.right for one in solid),
            max(one.box.top for one in solid),
            words,
            sizes[len(sizes) // 2],
            solid[0].baseline,
            _looks(raw, text, kept),
        )
    )


def _looks(raw: Any, text: Any, held: list[_Character]) -> frozenset[str]:
    """The look of the first letters after a number."""
    written = "".join(one.text[0] for one in held)
    start = len(written) - len(written.lstrip())
    mark = read_mark(written, start)
    after = start + len(mark.printed) if mark is not None else start
    first = next((one for one in held[after:] if one.text[0].isalpha()), None)
    if first is None:
        return frozenset()
    name = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, first.index, name, 200, flags)
    font = name.value.decode("utf-8", "replace").casefold()
    looks = set()
    if raw.FPDFText_GetFontWeight(text, first.index) >= 600 or any(word in font for word in ("bold", "black", "heavy")):
        looks.add("bold")
    if flags.value & 64 or "italic" in font or "oblique" in font:
        looks.add("italic")
    return frozenset(looks)


def _read_rules(found: Page, page: pypdfium2.PdfPage) -> None:
    import pypdfium2.raw as raw

    turn = page.get_rotation() % 360
    left, bottom, _, _ = page.get_bbox()
    for count, item in enumerate(page.get_objects(max_depth=3)):
        if count > LIMITS.objects:
            found.unruled = True
            found.across, found.upright = [], []
            return
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            found.pictures += 1
        if item.type != raw.FPDF_PAGEOBJ_PATH or item.level:
            continue
        x0, y0, x1, y1 = item.get_bounds()
        box = _turned(Box(x0 - left, y0 - bottom, x1 - left, y1 - bottom), turn, found)
        _add_rules(found, box, _is_drawn(raw, item) and raw.FPDFPath_CountSegments(item) <= 6)


def _is_drawn(raw: Any, item: Any) -> bool:
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(item, filled, stroked)) and bool(stroked.value)


def _add_rules(found: Page, box: Box, framed: bool) -> None:
    wide, high = box.right - box.left, box.top - box.bottom
    if high <= _THIN and wide >= _SHORTEST:
        found.across.append(Rule(box.middle, box.left, box.right))
    elif wide <= _THIN and high >= _SHORTEST:
        found.upright.append(Rule((box.left + box.right) / 2, box.bottom, box.top))
    elif framed and wide > _SHORTEST and high > _SHORTEST:
        found.across += [Rule(box.bottom, box.left, box.right), Rule(box.top, box.left, box.right)]
        found.upright += [Rule(box.left, box.bottom, box.top), Rule(box.right, box.bottom, box.top)]
