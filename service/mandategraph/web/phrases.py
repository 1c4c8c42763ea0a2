"""The words of the pages themselves, in four languages, from one catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from mandategraph.core.errors import BrokenLibrary
from mandategraph.web.negotiation import LANGUAGES

LANGUAGE_NAMES = {"en": "English", "es": "Español", "fr": "Français", "pt": "Português"}
"""Each language by its own name, as the language switch shows it."""

Entry = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """
    The catalogue in one language.

    A phrase that counts has a twin with `-one` for exactly one; placeholders are named.

    >>> Phrases("es")("nav.questions")
    'Preguntas'
    >>> Phrases("en")("count.findings", n=1), Phrases("en")("count.findings", n=3)
    ('1 finding', '3 findings')
    """

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a phrase with its placeholders filled; an unknown key is a fault of ours and raises."""
        known = catalogue()
        if values.get("n") == 1 and f"{key}-one" in known:
            key = f"{key}-one"
        entry = known.get(key)
        if entry is None:
            raise BrokenLibrary(f"web/phrases.toml has no phrase “{key}”.")
        return entry[self.language].format_map(values) if values else entry[self.language]


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Entry]:
    """Return every phrase by `table.key`; raises BrokenLibrary where a language is missing."""
    tables = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))
    known: dict[str, Entry] = {}
    for table, phrases in tables.items():
        for key, entry in phrases.items():
            missing = [language for language in LANGUAGES if not entry.get(language)]
            if missing:
                raise BrokenLibrary(f"web/phrases.toml: {table}.{key} lacks {', '.join(missing)}.")
            known[f"{table}.{key}"] = entry
    return known
