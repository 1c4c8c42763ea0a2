"""What a draft brings with it where the registers of the organisation do not have it yet: verbs, organs that speak."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.namespaces import DCTERMS, ID, ORG, SKOS
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text

_LANGUAGES = ("en", "es", "fr", "pt")


@dataclass(frozen=True)
class Registers:
    """
    The addresses that the organisation's registers hold, the shared verbs, and its organs by their address.

    `organs` gives the name of each organ by language, as its configuration has it.
    """

    known: Collection[str] = frozenset()
    verbs: Mapping[str, Any] = field(default_factory=dict)
    organs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def complete(self, paper: Paper, key: str, verbs: Mapping[str, str], issuers: Collection[str]) -> None:
        """Write the verbs and organs that a draft names and no register holds."""
        missing = {verb: force for verb, force in verbs.items() if f"{key}/verb/{verb}" not in self.known}
        if missing:
            self._scheme(paper, key)
        for verb, force in sorted(missing.items()):
            self._verb(paper, key, verb, force)
        for issuer in sorted(issuers):
            if issuer not in self.known:
                self._organ(paper, issuer)

    def _scheme(self, paper: Paper, key: str) -> None:
        if f"{key}/verb" in self.known:
            return
        paper.add(
            iri(ID, f"{key}/verb"),
            TYPE,
            f"<{SKOS}ConceptScheme>",
            f"<{DCTERMS}identifier>",
            text(f"{key}/verb"),
            f"<{SKOS}prefLabel>",
            text("Operative verbs", "en"),
        )

    def _verb(self, paper: Paper, key: str, verb: str, force: str) -> None:
        name = iri(ID, f"{key}/verb/{verb}")
        paper.add(
            name,
            TYPE,
            f"<{SKOS}Concept>",
            f"<{DCTERMS}identifier>",
            text(f"{key}/verb/{verb}"),
            f"<{SKOS}inScheme>",
            iri(ID, f"{key}/verb"),
        )
        shared = self.verbs.get(verb, {})
        labels = {language: shared[language][0] for language in _LANGUAGES if shared.get(language)}
        for language, label in (labels or {paper.language: verb}).items():
            paper.add(name, f"<{SKOS}prefLabel>", text(label, language))
        if force:
            paper.add(
                name,
                mg("force"),
                kos(f"force-{force}"),
                f"<{DCTERMS}source>",
                text("Shared ladder of force, to be confirmed by the organisation", "en"),
            )
        else:
            paper.add(name, mg("notStated"), mg("force"))

    def _organ(self, paper: Paper, path: str) -> None:
        name = iri(ID, path)
        paper.add(name, TYPE, mg("Body"), TYPE, f"<{ORG}Organization>", f"<{DCTERMS}identifier>", text(path))
        for language, label in self.organs.get(path, {"en": path.rsplit("/", 1)[-1].upper()}).items():
            paper.add(name, f"<{SKOS}prefLabel>", text(label, language))
