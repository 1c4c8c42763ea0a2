"""How word processors spell the numbers they count: “iv”, “BB”, “3rd”, “•”."""

from __future__ import annotations

from collections.abc import Callable

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
_CHICAGO = "*†‡§"
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}

# Symbol and Wingdings put their signs where Unicode has no characters; a list of Word's is full of them.
_SIGNS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0e0": "→",
    "\uf0a8": "□",
    "\uf06f": "□",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf076": "❖",
    "\uf0be": "–",
    "\uf02d": "–",
    "\uf0d0": "–",
    "\uf0a3": "□",
    "\uf0fe": "☑",
    "\uf06c": "●",
    "\uf0b0": "°",
    "\uf0ae": "→",
}


def sign(text: str) -> str:
    """
    Return a bullet or symbol as Unicode has it; a sign of an unknown font becomes a plain bullet.

    >>> sign("\\uf0b7"), sign("–"), sign("\\uf099")
    ('•', '–', '•')
    """
    return "".join(_SIGNS.get(found, "•") if "\ue000" <= found <= "\uf8ff" else found for found in text)


def roman(value: int) -> str:
    """
    Return a number in small roman letters; what these cannot write stays in figures.

    >>> roman(14), roman(1999), roman(0)
    ('xiv', 'mcmxcix', '0')
    """
    if not 0 < value < 32_768:
        return str(value)
    letters = ""
    for size, written in _ROMAN:
        letters += written * (value // size)
        value %= size
    return letters


def letters(value: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """
    Return a number as Word letters it: after z come aa, bb, cc.

    >>> letters(1), letters(26), letters(27), letters(28)
    ('a', 'z', 'aa', 'bb')
    """
    if not 0 < value < 20_000:
        return str(value)
    return alphabet[(value - 1) % len(alphabet)] * ((value - 1) // len(alphabet) + 1)


def letter_pairs(value: int) -> str:
    """
    Return a number as LibreOffice and HTML letter it: after z come aa, ab, ac.

    >>> letter_pairs(26), letter_pairs(27), letter_pairs(28), letter_pairs(703)
    ('z', 'aa', 'ab', 'aaa')
    """
    if value < 1:
        return str(value)
    written = ""
    while value:
        value, place = divmod(value - 1, 26)
        written = chr(97 + place) + written
    return written


def ordinal(value: int) -> str:
    """
    Return an English ordinal in figures.

    >>> [ordinal(value) for value in (1, 2, 3, 11, 22)]
    ['1st', '2nd', '3rd', '11th', '22nd']
    """
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def in_words(value: int) -> str:
    """
    Return a number below a thousand in English words, as Word writes it.

    >>> in_words(7), in_words(42), in_words(120)
    ('Seven', 'Forty-two', 'One hundred twenty')
    """
    return _words(value).capitalize() if 0 <= value < 1000 else str(value)


def _words(value: int) -> str:
    if value < 20:
        return _UNITS[value]
    if value < 100:
        return _TENS[value // 10] + (f"-{_UNITS[value % 10]}" if value % 10 else "")
    return f"{_UNITS[value // 100]} hundred" + (f" {_words(value % 100)}" if value % 100 else "")


def ordinal_in_words(value: int) -> str:
    """
    Return an English ordinal in words.

    >>> ordinal_in_words(1), ordinal_in_words(20), ordinal_in_words(33)
    ('First', 'Twentieth', 'Thirty-third')
    """
    if not 0 <= value < 1000:
        return str(value)
    whole = _words(value)
    last = whole.replace("-", " ").split()[-1]
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    ending = _ORDINALS.get(last, regular)
    return (whole.removesuffix(last) + ending).capitalize()


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if 0 < value < 21 else str(value)


_WORD: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": letters,
    "upperLetter": lambda value: letters(value).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda value: roman(value).upper(),
    "ordinal": ordinal,
    "cardinalText": in_words,
    "ordinalText": ordinal_in_words,
    "russianLower": lambda value: letters(value, _CYRILLIC),
    "russianUpper": lambda value: letters(value, _CYRILLIC).upper(),
    "hex": lambda value: f"{value:X}",
    "chicago": lambda value: _CHICAGO[(value - 1) % 4] * ((value - 1) // 4 + 1) if 0 < value < 999 else str(value),
    "numberInDash": lambda value: f"- {value} -",
    "decimalEnclosedCircle": _circled,
    "decimalFullWidth": lambda value: "".join(chr(ord(figure) + 0xFEE0) for figure in str(value)),
    "none": lambda value: "",  # noqa: ARG005
}


def spelled(value: int, format_: str) -> str:
    """
    Return a number in one of Word's formats; of a format that we do not know, in figures.

    >>> spelled(4, "lowerRoman"), spelled(28, "upperLetter"), spelled(5, "thaiCounting")
    ('iv', 'BB', '5')
    """
    return _WORD.get(format_, str)(value)


def knows(format_: str) -> bool:
    """Return whether numbers of a format are written as Word writes them."""
    return format_ in _WORD or format_ == "bullet"
