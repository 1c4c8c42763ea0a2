"""What the engine reads wrongly in a query, written so that it reads it rightly; every character keeps its place."""

from __future__ import annotations

import re

from mandategraph.core.scanner import tokens

# Neither in small letters, as the engine wants them, nor a part of something longer.
_TRUTH = re.compile(r"(?<![\w:?$@])(?!(?-i:true|false)\b)(?:true|false)\b", re.IGNORECASE)


def mended(query: str) -> str:
    """
    Return a query with TRUE and FALSE in small letters: they are keywords, and the case of those does not count.

    SPARQL 1.1, 19.8, note 1; the engine takes small letters only. What stands in strings, names and comments stays.

    >>> mended("ASK { ?s ?p True, 'TRUE' }")
    "ASK { ?s ?p true, 'TRUE' }"
    """
    if not _TRUTH.search(query):
        return query
    characters = list(query)
    for token in tokens(query):
        if token.keyword in {"TRUE", "FALSE"}:
            characters[token.start : token.end] = token.text.lower()
    return "".join(characters)
