"""Where a thing is found on this service: IRIs keep their permanent names, pages link to local addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from mandategraph.core.namespaces import AT, ID, KOS, MG, SHAPES

# RFC 3986: what may stand in a path besides letters, digits and escapes.
_IN_PATH = "/-._~!$&'()*+,;=:@"
_SPAN = re.compile(re.escape(ID) + r"span/([0-9a-f]+)/([0-9]+)-([0-9]+)\Z")
_WEB = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Links:
    """
    Addresses of pages; `language` is carried on where the reader asked for one in the address.

    >>> links = Links(language="es")
    >>> links.to("https://w3id.org/mandategraph/id/oas/org/cam")
    '/doc/oas/org/cam?lang=es'
    >>> links.to("https://w3id.org/mandategraph/at/oas/link/c3-1")
    '/doc/at/oas/link/c3-1?lang=es'
    >>> Links().to("https://w3id.org/mandategraph/id/span/3754734bdc9f/7479-7864")
    '/doc/text/3754734bdc9f?span=7479-7864#words'
    >>> Links().to("https://w3id.org/mandategraph/ns#Mandate")
    '/ns#Mandate'
    >>> Links().to("javascript:alert(1)")
    ''
    """

    base: str = AT
    language: str = ""

    def to(self, iri: str) -> str:
        """Return the address of what an IRI names: ours as a local page, the web's as it is, others not at all."""
        span = _SPAN.match(iri)
        if span:
            return self.page(f"/doc/text/{span[1]}", span=f"{span[2]}-{span[3]}") + "#words"
        for namespace, path, joined in (
            (MG, "/ns", "#"),
            (SHAPES, "/shapes", "#"),
            (KOS, "/kos/", ""),
            (self.base, "/doc/at/", ""),
            (ID, "/doc/", ""),
        ):
            if iri.startswith(namespace):
                rest = quote(iri[len(namespace) :], safe=_IN_PATH)
                return f"{self.page(path)}#{rest}" if joined else self.page(path + rest)
        return iri if iri.startswith(_WEB) else ""

    def document(self, iri: str) -> str:
        """Return the local page about any IRI at all, ours or not."""
        local = self.to(iri)
        return local if local.startswith("/") else self.page("/doc", iri=iri)

    def page(self, path: str, **query: str) -> str:
        """Return the address of one of our pages, with the language carried on and empty values left out."""
        asked = {name: value for name, value in query.items() if value != ""}
        if self.language and "lang" not in asked:
            asked["lang"] = self.language
        return f"{path}?{urlencode(asked)}" if asked else path

    def iri_of(self, path: str) -> str:
        """
        Return the IRI a path below /doc stands for.

        >>> Links().iri_of("oas/org/cam"), Links().iri_of("at/oas/link/c3-1")
        ('https://w3id.org/mandategraph/id/oas/org/cam', 'https://w3id.org/mandategraph/at/oas/link/c3-1')
        """
        return self.base + path[3:] if path.startswith("at/") else ID + path
