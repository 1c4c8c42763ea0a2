"""Documents and drafts as people name them on the command line."""

from __future__ import annotations

from pathlib import Path

from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import ID
from mandategraph.core.symbols import Symbols
from mandategraph.library import Library


def document_named(words: str, library: Library) -> str:
    """Return the IRI of a document, given as a symbol of any organisation, an address or an IRI."""
    if words.startswith(("http://", "https://")):
        return words
    for key in library.organisations():
        symbol = Symbols.of(library.organisation(key)).read(words)
        if symbol is not None and symbol.path:
            return ID + symbol.path
    plans = library.plans()
    if words in plans:
        return plans[words].iri
    if "/" in words and words == words.lower():
        return ID + words
    raise WrongUse(f"“{words}” is no symbol of an organisation known here. Give the IRI of the document.")


def draft_named(words: str, library: Library) -> Path | str:
    """Return the file of a draft, or the IRI of a document whose draft lies in the store."""
    path = Path(words)
    if path.is_file():
        return path
    if path.suffix in (".trig", ".nq", ".ttl"):
        raise WrongUse(f"There is no draft {words}. `mandategraph ingest FILE --out DIR` writes one.")
    return document_named(words, library)
