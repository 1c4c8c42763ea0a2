"""What drafts need, put together: lexicons, grammars and verbs of the languages, registers of an organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandategraph import __version__
from mandategraph.core.configuration import (
    LEXICON,
    PLAN_KEYS,
    VERBS,
    WORK_PLANS,
    broken,
    compare,
    look_alike,
    look_at,
    look_at_patterns,
)
from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.namespaces import DCTERMS, ID, MG, RDF, SKOS
from mandategraph.core.symbols import Symbols
from mandategraph.ingest.drafting.drafter import Drafter
from mandategraph.ingest.drafting.registers import Registers
from mandategraph.ingest.drafting.work import body_of
from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.meaning import Known, Meaning
from mandategraph.library import Library

if TYPE_CHECKING:
    import pyoxigraph as oxigraph

_PARSER = re.compile(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ")
_FAMILIES = {
    f"{MG}Body": "body",
    f"{MG}CollectiveActor": "collective",
    f"{SKOS}Concept": "theme",
    f"{MG}EventSeries": "series",
    **{f"{MG}{name}": "document" for name in ("Document", "Report", "WorkPlan")},
}
_NAMES = frozenset({f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel", f"{DCTERMS}title", f"{MG}asWritten"})


def drafter_of(library: Library, key: str, graph: str) -> Drafter:
    """Return the drafter for an organisation's documents, whose drafts lie in `graph`."""
    folder = library.data_folder
    organisation = library.organisation(key)
    words = {path.stem: library.table(path) for path in sorted((folder / "languages").glob("*.toml"))}
    grammars = {path.stem: library.table(path) for path in sorted((folder / "meaning").glob("*.toml"))}
    verbs, plan_words = grammars.pop("verbs"), library.table(folder / "work-plans.toml")
    look_at(verbs, VERBS, str(folder / "meaning" / "verbs.toml"))
    look_at(plan_words, WORK_PLANS, str(folder / "work-plans.toml"))
    compare(words, lambda language: str(folder / "languages" / f"{language}.toml"))
    compare(grammars, lambda language: str(folder / "meaning" / f"{language}.toml"))
    own = _own_words(library, folder / key / "lexicon.toml", words, grammars, plan_words)
    for language in words:
        words[language] = _joined(words[language], own.get("languages", {}).get(language, {}))
    for language in grammars:
        grammars[language] = _joined(grammars[language], own.get("meaning", {}).get(language, {}))
    plan_words = _joined(plan_words, own.get("work-plans", {}))
    quads = _registered(library, key)
    register = _register(quads)
    known, versions = _addresses(quads)
    try:
        meanings = {
            language: Meaning(table, grammars[language], verbs, organisation, register)
            for language, table in words.items()
            if language in grammars
        }
        # English first: it is the language of a text that no lexicon knows.
        ordered = sorted(words, key=lambda name: (name != "en", name))
        lexicons = Lexicons(Lexicon(words[language]) for language in ordered)
        registers = Registers(known, verbs, _organs(organisation), versions, _keys(library, key))
        symbols = Symbols.of(organisation)
    except (LookupError, TypeError, ValueError, AttributeError, re.error) as problem:
        told = f"“{problem.args[0]}” is missing" if isinstance(problem, KeyError) and problem.args else str(problem)
        raise BrokenLibrary(
            f"The words for reading documents of {key} cannot be used ({told}). Compare {folder / key}, "
            f"{folder / 'languages'} and {folder / 'meaning'} with the manual, “Add an organisation”."
        ) from problem
    return Drafter(key, symbols, lexicons, meanings, plan_words, registers, graph, __version__)


def _own_words(
    library: Library,
    path: Path,
    words: Mapping[str, Mapping[str, Any]],
    grammars: Mapping[str, Mapping[str, Any]],
    plan_words: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Return what an organisation adds to the shared words; BrokenLibrary where it adds to nothing that is read."""
    if not path.is_file():
        return {}
    own = library.table(path)
    look_at(own, LEXICON, str(path))
    for part, shared in (("languages", words), ("meaning", grammars)):
        for language, table in own.get(part, {}).items():
            if language not in shared:
                raise broken(str(path), f"nothing reads “{part}.{language}”; languages are {', '.join(shared)}.")
            look_alike(table, {language: shared[language], **shared}, str(path), f"{part}.{language}")
    for language, table in own.get("meaning", {}).items():
        look_at_patterns(table, str(path), f"meaning.{language}")
    look_alike(own.get("work-plans", {}), {"": plan_words}, str(path), "work-plans")
    return own


def _joined(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the shared words with those of an organisation: lists grow, tables are joined, any other value is replaced.

    >>> _joined({"operative": ["urge"], "forms": {"urge": ["urges"]}}, {"operative": ["bid"], "forms": {"bid": []}})
    {'operative': ['urge', 'bid'], 'forms': {'urge': ['urges'], 'bid': []}}
    """
    joined = dict(shared)
    for key, value in own.items():
        held = joined.get(key)
        if isinstance(value, Mapping) and isinstance(held, Mapping):
            joined[key] = _joined(held, value)
        elif isinstance(value, list) and isinstance(held, list):
            joined[key] = [*held, *(one for one in value if one not in held)]
        else:
            joined[key] = value
    return joined


def _registered(library: Library, key: str) -> list[oxigraph.Quad]:
    """Return what the organisation's registers say; BrokenLibrary, with line and column, where one cannot be read."""
    import pyoxigraph as oxigraph

    found: list[oxigraph.Quad] = []
    for path in library.organisation_files(key):
        try:
            found += oxigraph.parse(path=str(path), format=oxigraph.RdfFormat.TURTLE)
        except SyntaxError as problem:
            place = f"{path}, line {problem.lineno}, column {problem.offset}" if problem.lineno else str(path)
            told = _PARSER.sub("", str(problem.msg)).rstrip(".")
            raise BrokenLibrary(f"{place}: it is no Turtle ({told}). Mend it there.") from problem
        except (OSError, ValueError) as problem:
            raise BrokenLibrary(f"The file {path} cannot be read ({problem}). Look at its permissions.") from problem
    return found


def _register(quads: Iterable[oxigraph.Quad]) -> list[Known]:
    """Return the names that the organisation's registers hold: bodies, collectives, documents, themes."""
    import pyoxigraph as oxigraph

    families: dict[str, str] = {}
    keys: dict[str, str] = {}
    names: list[tuple[str, oxigraph.Literal]] = []
    for quad in quads:
        subject, predicate, value = getattr(quad.subject, "value", ""), quad.predicate.value, quad.object
        if predicate == f"{RDF}type" and isinstance(value, oxigraph.NamedNode):
            family = _FAMILIES.get(value.value)
            if family is not None and (family != "theme" or "/theme/" in subject):
                families[subject] = family
        elif predicate == f"{DCTERMS}identifier" and isinstance(value, oxigraph.Literal):
            keys[subject] = value.value
        elif predicate in _NAMES and isinstance(value, oxigraph.Literal):
            names.append((subject, value))
    known = [
        Known(keys[subject], name.value, name.language or "", families[subject])
        for subject, name in names
        if subject in keys and subject in families
    ]
    return _without_doubt(known)


def _without_doubt(known: list[Known]) -> list[Known]:
    """
    Leave out titles that several documents carry: a title is no key.

    Where one of them is the work of which others are versions, the title means the work.
    """
    carriers: dict[tuple[str, str], set[str]] = {}
    for one in known:
        if one.family == "document":
            carriers.setdefault((one.language, one.label.casefold()), set()).add(one.path)
    kept = []
    for one in known:
        paths = carriers.get((one.language, one.label.casefold()), set()) if one.family == "document" else set()
        if len(paths) < 2 or any(other.startswith(f"{one.path}/") for other in paths):
            kept.append(one)
    return kept


def _addresses(quads: Iterable[oxigraph.Quad]) -> tuple[frozenset[str], dict[str, dict[str, str]]]:
    """Return the address of everything that the registers describe, and the versions of works of one kind by year."""
    import pyoxigraph as oxigraph

    addresses: dict[str, str] = {}
    kinds: dict[str, str] = {}
    works: list[tuple[str, str]] = []
    for quad in quads:
        subject, predicate, value = getattr(quad.subject, "value", ""), quad.predicate.value, quad.object
        if predicate == f"{DCTERMS}identifier" and isinstance(value, oxigraph.Literal):
            addresses[subject] = value.value
        elif predicate == f"{MG}documentType" and isinstance(value, oxigraph.NamedNode):
            kinds[subject] = value.value
        elif predicate == f"{MG}versionOf" and isinstance(value, oxigraph.NamedNode):
            works.append((subject, value.value))
    versions: dict[str, dict[str, str]] = {}
    for version, work in works:
        if version in addresses and work in addresses and kinds.get(version) == kinds.get(work):
            address = addresses[version]
            versions.setdefault(addresses[work], {})[address.rsplit("/", 1)[-1]] = address
    return frozenset(addresses.values()), versions


def _organs(organisation: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return the names of the organs by the address of the body."""
    return {body_of(str(organ["path"])): organ["names"] for organ in organisation.get("organ", []) if "names" in organ}


def _keys(library: Library, key: str) -> dict[str, dict[str, str]]:
    """Return the reviewed keys of the entries of an organisation's plans, from keys.toml in the folder of a plan."""
    found: dict[str, dict[str, str]] = {}
    for plan in library.plans().values():
        path = plan.source_file.parent / "keys.toml"
        if plan.organisation == key and path.is_file():
            given = library.table(path)
            look_at(given, PLAN_KEYS, str(path))
            keys = {" ".join(str(row["words"]).casefold().split()): str(row["key"]) for row in given.get("entry", [])}
            found[plan.iri.removeprefix(ID)] = keys
    return found
