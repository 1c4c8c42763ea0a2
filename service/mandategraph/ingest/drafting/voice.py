"""Who speaks in a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """
    Who speaks in a document: the body, the organ that it is in the configuration (“un/ga”), and the day of adoption.

    Each is empty where the text does not tell it. `bodies` leads from the organs of the organisation to their bodies.
    `year` is that of the text, `keeping` the address of a document that all it asks is in keeping with.
    """

    issuer: str = ""
    organ: str = ""
    adopted: str = ""
    bodies: Mapping[str, str] | None = None
    year: str = ""
    keeping: str = ""

    def organ_of(self, body: str | None) -> str:
        """Return the organ that a body is; that of the document where none is named."""
        if body is None:
            return self.organ
        return next((organ for organ, name in (self.bodies or {}).items() if name == body), "")
