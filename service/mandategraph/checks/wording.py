"""Templates of messages: placeholders, numbers with their noun, parts that fall away, lists in four languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LANGUAGES = ("en", "es", "fr", "pt")
NOT_STATED = {"en": "not stated", "es": "no consta", "fr": "non précisé", "pt": "não consta"}
_LINES = {
    "en": ("line", "lines"),
    "es": ("línea", "líneas"),
    "fr": ("ligne", "lignes"),
    "pt": ("linha", "linhas"),
}
# English and Portuguese print quotations in “…”, and a quotation in one in ‘…’; Spanish and French print it in “…”.
_INNER = str.maketrans("“”", "‘’")
_AND = {"en": "and", "es": "y", "fr": "et", "pt": "e"}
# "y" before the sound i is "e": Colombia e Italia.
_SPANISH_I = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)
_SLOT = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?::(?P<forms>[^{}]*))?\}|(?P<open>\[\[)|(?P<close>\]\])")

Lookup = Callable[[str], Sequence[str]]
"""What a placeholder stands for, in words; empty where nothing is bound."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder, with the forms of a noun where it counts something."""

    name: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence that falls away where a placeholder in it has nothing to say."""

    pieces: tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """
    A sentence with placeholders.

    >>> told = {"n": ["3"], "who": ["CIM", "IIN"], "k": ["0"]}
    >>> read_template("{n:entry names|entries name} {who}[[ before {date}]]; {k:nothing waits|waits|wait}.").filled(
    ...     lambda name: told.get(name, []), "en")
    '3 entries name CIM and IIN; nothing waits.'
    """

    pieces: tuple[str | Slot | Part, ...]

    def names(self) -> Iterator[str]:
        """Yield the names of the placeholders."""
        for piece in self.pieces:
            for inner in piece.pieces if isinstance(piece, Part) else (piece,):
                if isinstance(inner, Slot):
                    yield inner.name

    def filled(self, lookup: Lookup, language: str) -> str:
        """Return the sentence; what is not bound is said to be not stated."""
        words = []
        for piece in self.pieces:
            if isinstance(piece, Part):
                if all(lookup(inner.name) for inner in piece.pieces if isinstance(inner, Slot)):
                    words += [_said(inner, lookup, language) for inner in piece.pieces]
            else:
                words.append(_said(piece, lookup, language))
        return capitalised("".join(words))


def read_template(text: str) -> Template:
    """Return a template; ValueError where its brackets do not match or a number has no two or three forms."""
    outer: list[str | Slot | Part] = []
    inner: list[str | Slot] | None = None
    at = 0
    for match in _SLOT.finditer(text):
        target: list[str | Slot] | list[str | Slot | Part] = outer if inner is None else inner
        if match.start() > at:
            target.append(text[at : match.start()])
        at = match.end()
        if match["open"]:
            if inner is not None:
                raise ValueError("“[[” stands inside “[[”")
            inner = []
        elif match["close"]:
            if inner is None:
                raise ValueError("“]]” has no “[[”")
            outer.append(Part(tuple(inner)))
            inner = None
        else:
            forms = tuple(match["forms"].split("|")) if match["forms"] is not None else ()
            if len(forms) not in (0, 2, 3):
                raise ValueError(f"{{{match['name']}:…}} has {len(forms)} forms, not two or three")
            target.append(Slot(match["name"], forms))
    if inner is not None:
        raise ValueError("“[[” has no “]]”")
    outer.append(text[at:])
    rest = "".join(piece for piece in outer if isinstance(piece, str))
    if "{" in rest or "}" in rest:
        raise ValueError("a brace that is no placeholder")
    return Template(tuple(piece for piece in outer if piece != ""))


def _said(piece: str | Slot, lookup: Lookup, language: str) -> str:
    if isinstance(piece, str):
        return piece
    found = lookup(piece.name)
    if not found:
        return NOT_STATED[language]
    if not piece.forms:
        return listed(found, language)
    number = int(found[0])
    if len(piece.forms) == 3 and number == 0:
        return piece.forms[0]
    singular, plural = piece.forms[-2:]
    # French and Portuguese count nothing in the singular.
    one = number == 1 or (number == 0 and language in ("fr", "pt"))
    return f"{number} {singular if one else plural}"


def listed(words: Sequence[str], language: str) -> str:
    """
    Return words as a list of the language.

    >>> listed(["Colombia", "Panamá", "Italia"], "es")
    'Colombia, Panamá e Italia'
    """
    if len(words) < 2:
        return "".join(words)
    joint = _AND[language]
    if language == "es" and _SPANISH_I.match(words[-1]):
        joint = "e"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def lines_said(lines: Sequence[int], language: str) -> str:
    """
    Return the lines of a text in words, empty where there are none.

    >>> lines_said([212, 214], "es"), lines_said([60], "en")
    ('líneas 212 y 214', 'line 60')
    """
    if not lines:
        return ""
    return f"{_LINES[language][len(lines) > 1]} {listed([str(line) for line in lines], language)}"


def quotable(words: str, language: str) -> str:
    """
    Return words as they stand inside the quotation marks of a language.

    >>> quotable("the document “Future Framework”", "en")
    'the document ‘Future Framework’'
    """
    return words.translate(_INNER) if language in ("en", "pt") else words


def capitalised(sentence: str) -> str:
    """Return a sentence that begins with a capital letter, behind any quotation mark."""
    for place, letter in enumerate(sentence):
        if letter.isalpha():
            return sentence[:place] + letter.upper() + sentence[place + 1 :]
        if letter.isdigit():
            break
    return sentence
