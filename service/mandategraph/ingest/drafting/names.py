"""The abbreviations that a plan uses: where each stands first, and where the plan spells it out, if it does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mandategraph.core.namespaces import ID, SKOSXL
from mandategraph.ingest.drafting.keys import slug_of
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text
from mandategraph.ingest.meaning.found import Known


def write_names(paper: Paper, known: Iterable[Known]) -> None:
    """
    Write a name for each abbreviation of the register that stands in the text.

    It is spelt out where a longer name of the same thing stands right before it in brackets.
    """
    source = paper.reading.text
    names = list(known)
    abbreviations: dict[str, set[tuple[str, str]]] = {}
    for one in names:
        if _is_short(one.label):
            abbreviations.setdefault(one.label, set()).add((one.path, one.language))
    for label, meant in sorted(abbreviations.items()):
        first = re.search(rf"(?<![\w/.-]){re.escape(label)}(?![\w/-])", source)
        paths = {path for path, _ in meant}
        if first is None or len(paths) != 1:
            continue
        (path,) = paths
        languages = {language for _, language in meant}
        language = "" if languages & {"", paper.language} else min(languages)
        longer = [one.label for one in names if one.path == path and " " in one.label]
        spelt = _spelt_out(source, label, longer)
        paper.read(
            iri(ID, f"{path}/name/{slug_of(label)}"),
            TYPE,
            mg("Name"),
            f"<{SKOSXL}literalForm>",
            text(label, language),
            mg("nameOf"),
            iri(ID, path),
            mg("nameKind"),
            kos("name-abbreviation"),
            mg("firstUse"),
            paper.span(*first.span()),
            *([mg("expansion"), paper.span(*spelt)] if spelt else [mg("notStated"), mg("expansion")]),
        )


def _is_short(label: str) -> bool:
    return re.fullmatch(r"[A-Z][A-Za-z]*[A-Z][A-Za-z-]*", label) is not None


def _spelt_out(source: str, label: str, longer: Iterable[str]) -> tuple[int, int] | None:
    """Where the longest of some names stands with the abbreviation in brackets behind it, first in the text."""
    found: list[tuple[int, int]] = []
    for name in longer:
        # Register and text may differ in blanks and in the form of an apostrophe.
        pattern = r"\s+".join(re.escape(word).replace("’", "['’]").replace("'", "['’]") for word in name.split())
        match = re.search(rf"\b{pattern}\s*\({re.escape(label)}\)", source)
        if match is not None:
            found.append(match.span())
    return min(found, default=None)
