"""Numbers as they are printed: “18.”, “(a)”, “(ii)”, “A.”, “•”, “Art. 5”; what kind each is and which comes next."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """The look of a printed number; a list keeps one style."""

    ARABIC = "1."
    ARABIC_PARENTHESIS = "1)"
    ARABIC_BOTH = "(1)"
    LETTER = "a."
    LETTER_PARENTHESIS = "a)"
    LETTER_BOTH = "(a)"
    CAPITAL = "A."
    CAPITAL_PARENTHESIS = "A)"
    CAPITAL_BOTH = "(A)"
    ROMAN = "i."
    ROMAN_PARENTHESIS = "i)"
    ROMAN_BOTH = "(i)"
    CAPITAL_ROMAN = "I."
    DECIMAL = "1.1"
    ARTICLE = "Art. 1"
    BULLET = "•"


BULLETS = "•∙●♦◆▪■‣◦○·➢✓–—‒-*o"
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_FORM = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})\Z")

# The number of an article, in the words of the official languages: Article 5, Artículo 5, Art. 5º, Artigo 5.
_ARTICLE = (
    r"(?P<article>(?:Article|Art[íi]culo|Artigo|ARTICLE|ART[ÍI]CULO|ARTIGO|Art\.?|ART\.?)"
    r"\s*(?P<article_number>\d+)\s*[.ºo°]*\s*[-–—:.]*)"
)
_MARK = re.compile(
    rf"""(?:
        {_ARTICLE}(?=\s|\Z)
      | (?P<decimal>\d+(?:\.\d+)+)\.?(?=\s|\Z)
      | (?P<bracketed>\((?P<inside>[0-9]{{1,3}}|[a-z]{{1,3}}|[A-Z]{{1,3}}|[ivxlcIVXLC]{{1,6}})\))
        (?=\s|\Z|[A-ZÀ-Ý][a-zà-ý])
      | (?P<glued>(?P<counted>[0-9]{{1,3}})\.)(?=[A-ZÀ-Ý][a-zà-ý])
      | (?P<plain>(?P<value>[0-9]{{1,3}}|[a-z]{{1,2}}|[A-Z]|[ivxlc]{{1,6}}|[IVXLC]{{1,7}})
        (?P<close>[.)]|\.[-–]|º\.?|°\.?))(?=\s|\Z)
      | (?P<sign>(?=\w*[\u2160-\u217f])[\u2160-\u217fIVXivx]+)[.)]?(?=\s|\Z)
      | (?P<bullet>[{re.escape(BULLETS)}])(?=\s+\S)
    )[\u200e\u200f]?""",
    re.VERBOSE,
)


def roman_value(text: str) -> int | None:
    """
    Return what a roman numeral counts, None where it is none.

    >>> roman_value("xiv"), roman_value("XLII"), roman_value("iiii"), roman_value("")
    (14, 42, None, None)
    """
    lower = text.lower()
    if not lower or not _ROMAN_FORM.match(lower):
        return None
    total = 0
    for here, following in zip(lower, lower[1:] + " ", strict=True):
        value = _ROMAN[here]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total


def letter_value(text: str) -> int:
    """
    Return the place of a letter in an alphabet that goes on with aa, bb or aa, ab.

    >>> [letter_value(letters) for letters in ("a", "z", "aa", "bb", "ab")]
    [1, 26, 27, 28, 28]
    """
    lower = text.lower()
    if len(lower) == 1:
        return ord(lower) - 96
    return 26 + ord(lower[1]) - 96


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A printed number: the characters, their style, what they count; `roman` is the count if they may be roman as well.

    >>> read_mark("(i) Peace").value, read_mark("(i) Peace").roman
    (9, 1)
    """

    printed: str
    style: Style
    value: int
    roman: int | None = None

    @property
    def roman_style(self) -> Style | None:
        """The style this mark has if it is read as roman."""
        return _AS_ROMAN.get(self.style) if self.roman is not None else None

    def counted_after(self, last: int) -> Mark:
        """
        Return the mark as the next after number `last`: a letter that may be roman is so where the count says so.

        >>> read_mark("I. Decides").counted_after(0).value, read_mark("I. Decides").counted_after(8).value
        (1, 9)
        """
        if self.roman == last + 1 and self.value != last + 1 and self.roman_style is not None:
            return Mark(self.printed, self.roman_style, self.roman, self.roman)
        return self


_AS_ROMAN = {
    Style.LETTER: Style.ROMAN,
    Style.LETTER_PARENTHESIS: Style.ROMAN_PARENTHESIS,
    Style.LETTER_BOTH: Style.ROMAN_BOTH,
    Style.CAPITAL: Style.CAPITAL_ROMAN,
    Style.ROMAN: Style.ROMAN,
    Style.ROMAN_PARENTHESIS: Style.ROMAN_PARENTHESIS,
    Style.ROMAN_BOTH: Style.ROMAN_BOTH,
    Style.CAPITAL_ROMAN: Style.CAPITAL_ROMAN,
}


def read_mark(text: str, start: int = 0) -> Mark | None:
    """
    Return the number with which the text opens at `start`, None where it opens with none.

    >>> read_mark("18.\\tTo instruct").style, read_mark("• Media").style, read_mark("Art. 3º Peace").value
    (<Style.ARABIC: '1.'>, <Style.BULLET: '•'>, 3)
    >>> read_mark("1.Decides").value, read_mark("(a)To develop").printed
    (1, '(a)')
    >>> read_mark("2016 was a year") is None, read_mark("A. Peace").value
    (True, 1)
    """
    found = _MARK.match(text, start)
    if found is None:
        return None
    printed = found.group().rstrip()
    if found["article"]:
        return Mark(printed, Style.ARTICLE, int(found["article_number"]))
    if found["decimal"]:
        return Mark(printed, Style.DECIMAL, int(found["decimal"].rsplit(".", 1)[1]))
    if found["bullet"]:
        return Mark(printed, Style.BULLET, 1)
    if found["sign"]:
        # One character for a whole roman number, or for a part of it: “Ⅱ.”, “ⅩIII.”.
        letters = unicodedata.normalize("NFKC", found["sign"])
        counted = roman_value(letters)
        if counted is None:
            return None
        return Mark(printed, Style.CAPITAL_ROMAN if letters.isupper() else Style.ROMAN, counted, counted)
    if found["glued"]:
        # The blank after the number was lost: “1.Decides”.
        return _mark_of(printed, found["counted"], ".")
    if found["bracketed"]:
        return _mark_of(printed, found["inside"], "()")
    return _mark_of(printed, found["value"], ")" if found["close"] == ")" else ".")


def _mark_of(printed: str, value: str, closing: str) -> Mark | None:
    if value.isdigit():
        style = {"()": Style.ARABIC_BOTH, ")": Style.ARABIC_PARENTHESIS, ".": Style.ARABIC}[closing]
        return Mark(printed, style, int(value))
    roman = roman_value(value)
    capital = value.isupper()
    if len(value) == 1 or (len(value) == 2 and (roman is None or value[0] == value[1] == "x")):
        if len(value) == 2 and value[0] != value[1] and value[0] not in "ab":
            return None  # two letters that count nothing: “no.”, “op.”
        if capital:
            style = {"()": Style.CAPITAL_BOTH, ")": Style.CAPITAL_PARENTHESIS, ".": Style.CAPITAL}[closing]
        else:
            style = {"()": Style.LETTER_BOTH, ")": Style.LETTER_PARENTHESIS, ".": Style.LETTER}[closing]
        return Mark(printed, style, letter_value(value), roman)
    if roman is None:
        return None
    if capital:
        return Mark(printed, Style.CAPITAL_ROMAN, roman, roman)
    style = {"()": Style.ROMAN_BOTH, ")": Style.ROMAN_PARENTHESIS, ".": Style.ROMAN}[closing]
    return Mark(printed, style, roman, roman)
