"""What a draft brings with it where the registers do not have it yet: verbs, organs, sessions, cited documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.namespaces import DCTERMS, ID, ORG, SKOS
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text

NO_VERB = "none"
_LANGUAGES = ("en", "es", "fr", "pt")
_NO_VERB = {"en": "no operative verb", "es": "sin verbo dispositivo", "fr": "sans verbe dispositif"}
_TYPES = {"res": "resolution", "dec": "decision", "prst": "declaration", "rules": "rules"}
_SESSIONS = {
    "en": "Session {} of {}",
    "es": "Período de sesiones {} de {}",
    "fr": "Session {} de {}",
    "pt": "Período de sessões {} de {}",
}


@dataclass(frozen=True)
class Registers:
    """
    The addresses that the organisation's registers hold, the shared verbs, and its organs by their address.

    `organs` gives the name of each organ by language, as its configuration has it; `versions` the documents of one kind
    that are versions of a work, by its address and their year; `keys` those that people gave to the entries of a plan,
    by its address and the words of the entry in small letters.
    """

    known: Collection[str] = frozenset()
    verbs: Mapping[str, Any] = field(default_factory=dict)
    organs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def type_of(path: str) -> str:
    """
    Return the kind of a document, by the segment of its address.

    >>> type_of("un/ga/res/71/1"), type_of("un/ga/doc/79/736")
    ('resolution', 'document')
    """
    return next((kind for segment, kind in _TYPES.items() if f"/{segment}/" in path), "document")


class Entries:
    """Writes each shared thing that a draft names and no register holds, once."""

    def __init__(self, paper: Paper, key: str, registers: Registers) -> None:
        self._paper = paper
        self._key = key
        self._registers = registers
        self._written: set[str] = set()
        self._cited: dict[str, tuple[str, str]] = {}

    def _is_new(self, path: str) -> bool:
        if path in self._written or path in self._registers.known:
            return False
        self._written.add(path)
        return True

    def verb(self, verb: str, force: str) -> str:
        """Return the address of a verb of the organisation's list."""
        paper, path = self._paper, f"{self._key}/verb/{verb}"
        name = iri(ID, path)
        if not self._is_new(path):
            return name
        scheme = f"{self._key}/verb"
        if self._is_new(scheme):
            paper.add(iri(ID, scheme), TYPE, f"<{SKOS}ConceptScheme>", f"<{DCTERMS}identifier>", text(scheme))
            paper.add(iri(ID, scheme), f"<{SKOS}prefLabel>", text("Operative verbs", "en"))
        paper.add(name, TYPE, f"<{SKOS}Concept>", f"<{DCTERMS}identifier>", text(path))
        paper.add(name, f"<{SKOS}inScheme>", iri(ID, scheme))
        shared = self._registers.verbs.get(verb, {})
        labels = {language: shared[language][0] for language in _LANGUAGES if shared.get(language)}
        if verb == NO_VERB:
            labels = _NO_VERB
        for language, label in (labels or {paper.language: verb}).items():
            paper.add(name, f"<{SKOS}prefLabel>", text(label, language))
        if force:
            paper.add(name, mg("force"), kos(f"force-{force}"))
            paper.add(name, f"<{DCTERMS}source>", text("Shared ladder of force, to be confirmed here", "en"))
        else:
            paper.add(name, mg("notStated"), mg("force"))
        return name

    def body(self, path: str) -> str:
        """Return the address of a body that speaks."""
        name = iri(ID, path)
        if self._is_new(path):
            self._paper.add(name, TYPE, mg("Body"), TYPE, f"<{ORG}Organization>", f"<{DCTERMS}identifier>", text(path))
            for language, label in self._names(path).items():
                self._paper.add(name, f"<{SKOS}prefLabel>", text(label, language))
        return name

    def _names(self, path: str) -> Mapping[str, str]:
        return self._registers.organs.get(path) or {"en": path.rsplit("/", 1)[-1].replace("-", " ").upper()}

    def session(self, organ: str, body: str, number: str, kind: str) -> str:
        """Return the address of a session of an organ; nothing is told of it but its number."""
        path = f"{organ}/session/{number.lower()}" + (f"-{kind}" if kind else "")
        name = iri(ID, path)
        if self._is_new(path):
            self._paper.add(name, TYPE, mg("Session"), f"<{DCTERMS}identifier>", text(path))
            self._paper.add(name, mg("sessionOf"), self.body(body), mg("number"), text(number))
            names = self._names(body)
            for language, pattern in _SESSIONS.items():
                if language in names:
                    self._paper.add(name, f"<{SKOS}prefLabel>", text(pattern.format(number, names[language]), language))
            self._paper.add(name, mg("notStated"), mg("begins"), mg("notStated"), mg("ends"))
        return name

    def document(self, path: str, symbol: str, issuer: str) -> str:
        """Return the address of a document that is cited; of one that nothing describes, the symbol will be told."""
        if symbol:
            self._cited.setdefault(path, (symbol, issuer))
        return iri(ID, path)

    def version(self, path: str, year: str) -> str:
        """Return the version of a work that a text of some year means: the last one known by then, else the work."""
        versions = self._registers.versions.get(path, {})
        last = max((known for known in versions if known <= year), default="")
        return versions.get(last, path)

    def knows(self, path: str) -> bool:
        """Whether a register describes the thing at an address."""
        return path in self._registers.known

    def keys(self, plan: str) -> Mapping[str, str]:
        """Return the keys that people have given to the entries of a plan, by their words."""
        return self._registers.keys.get(plan, {})

    def own(self, path: str) -> None:
        """Say that a document is described by the draft itself."""
        self._written.add(path)

    def close(self) -> None:
        """Write the cited documents that neither the draft nor a register describes, once all of it is written."""
        for path, (symbol, issuer) in sorted(self._cited.items()):
            if not self._is_new(path):
                continue
            name = iri(ID, path)
            self._paper.add(name, TYPE, mg("Document"), f"<{DCTERMS}identifier>", text(path))
            self._paper.add(name, mg("documentType"), kos(f"type-{type_of(path)}"), mg("symbol"), text(symbol))
            self._paper.add(name, mg("entered"), kos("entered-none"))
            if issuer:
                self._paper.add(name, mg("adoptedBy"), self.body(issuer))
            else:
                self._paper.add(name, mg("notStated"), mg("adoptedBy"))
