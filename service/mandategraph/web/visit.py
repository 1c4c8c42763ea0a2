"""One reader's request: the language, the addresses, the form of the answer, and the caching that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from mandategraph.web import negotiation
from mandategraph.web.access import scopes_of
from mandategraph.web.links import Links
from mandategraph.web.negotiation import Offer
from mandategraph.web.phrases import Phrases
from mandategraph.web.problems import Problem, not_acceptable
from mandategraph.web.service import Service
from mandategraph.web.state import State
from mandategraph.web.told import lines, told

VARY = "Accept, Accept-Language, Authorization"
_MOST_OF_A_HOST = 300
_TEXT = ("text/", "application/json", "application/ld+json", "application/sparql-results")


@dataclass(frozen=True, slots=True)
class Form:
    """Another form of the page one is on: its address, its media type, and what people call it."""

    address: str
    media_type: str
    name: str


def address_of(request: Request, path: str) -> str:
    """Return the public address of a path of ours; the operator's setting goes before what the client called us."""
    service: Service = request.app.state.service
    return (service.public_url or _called(request)).rstrip("/") + path


def _called(request: Request) -> str:
    """Return what the client called us."""
    scope = request.scope
    host = told(scope, b"host")
    if len(host) > _MOST_OF_A_HOST:
        return str(request.base_url)
    return _base_url(scope["scheme"], host, tuple(scope.get("server") or ()), scope.get("root_path", ""))


# Clients call us by few names; reading one takes as long as much else that there is to do.
@lru_cache(maxsize=64)
def _base_url(scheme: str, host: str, server: tuple[str, int] | tuple[()], root_path: str) -> str:
    headers = [(b"host", host.encode("latin-1"))] if host else []
    scope = {"type": "http", "scheme": scheme, "server": server or None, "path": "/", "query_string": b""}
    return str(Request({**scope, "root_path": root_path, "headers": headers}).base_url)


class Visit:
    """
    What a route needs to know of who asks, and the answers it may give.

    Routes take it as `visit: Reader`; it reads `lang` and `format` from the address of every page.
    """

    def __init__(self, request: Request, lang: str | None = None, form: str | None = None) -> None:
        self.request = request
        self.service: Service = request.app.state.service
        self._lang = lang
        self.language = negotiation.language(lang, told(request.scope, b"accept-language"))
        # Clients repeat the parameter, and put a list of media types into it.
        asked_forms = request.query_params.getlist("format") or ([form] if form else [])
        self.formats = [name.strip() for value in asked_forms for name in value.split(",") if name.strip()]

    @cached_property
    def state(self) -> State:
        """
        The state of the data when this was first asked; what is read later may be newer than its name, never older.
        """
        return self.service.state

    @cached_property
    def links(self) -> Links:
        """The addresses of pages, in the language that was asked for in this one's."""
        lang = self._lang
        asked = self.language if lang and lang.split("-")[0].lower() == self.language else ""
        return Links(self.service.graphs.base, asked)

    @cached_property
    def phrases(self) -> Phrases:
        """The words of the pages."""
        return Phrases(self.language)

    def here(self, **changes: str) -> str:
        """Return the address of this page with some parameters changed; an empty one is dropped."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name not in changes]
        asked = kept + [(name, value) for name, value in changes.items() if value]
        path = self.request.url.path
        return f"{path}?{urlencode(asked)}" if asked else path

    def is_under(self, path: str) -> bool:
        """Whether this page belongs to a section of the site."""
        here = self.request.url.path
        return here == path or (path != "/" and here.startswith(f"{path}/"))

    def absolute(self, path: str) -> str:
        """Return the public address of a path of ours; the operator's setting goes before what the client called us."""
        return address_of(self.request, path)

    def choose(self, offers: Sequence[Offer], suffix: Offer | None = None) -> Offer:
        """Return the form to answer in: by suffix, by `format=`, by Accept; raise the 406 that lists what there is."""
        if suffix is not None:
            return suffix
        if self.formats:
            for name in self.formats:
                named = negotiation.by_name(name, offers)
                if named is not None:
                    return named
            raise not_acceptable(offers, f"“{', '.join(self.formats)}”")
        accept = told(self.request.scope, b"accept")
        chosen = negotiation.choose(accept, offers)
        if chosen is None:
            raise not_acceptable(offers, f"“{accept}”")
        return chosen

    def forms(self, offers: Iterable[Offer], path: str = "") -> list[Form]:
        """Return the other forms of a page, by suffix of its path where given, else by `format=`."""
        found = []
        for offer in offers:
            if offer.media_type != negotiation.HTML and offer.names and not offer.serves:
                name = offer.names[0]
                address = self.links.page(f"{path}.{name}") if path else self.here(format=name)
                found.append(Form(address, offer.media_type, name))
        return found

    def answer(self, offer: Offer, produce: Callable[[], bytes | Iterable[bytes]], **headers: str) -> Response:
        """
        Return what `produce` makes in this form, or 304 where the client has it already; then nothing is made.

        The tag names the state of the data, the program, the address, the form and the language.
        """
        tag = self.tag(offer.media_type)
        common = {"ETag": tag, "Vary": VARY, "Cache-Control": "no-cache", **headers}
        if offer.media_type == negotiation.HTML:
            common["Content-Language"] = self.language
        if self.is_unchanged(tag):
            return Response(status_code=304, headers=common)
        body = produce()
        content_type = self.content_type(offer.media_type)
        if isinstance(body, bytes):
            return Response(body, headers={**common, "Content-Type": content_type})
        return StreamingResponse(body, headers={**common, "Content-Type": content_type})

    def see_other(self, address: str) -> Response:
        """Return the 303 that sends a reader from a thing to the page about it, keeping the language asked for."""
        return RedirectResponse(address, 303, {"Vary": VARY})

    def tag(self, media_type: str, *asked: str) -> str:
        """Return the entity tag of this address in this form, for the present state of data and program."""
        scope = self.request.scope
        where = (scope["path"], scope["query_string"].decode("latin-1"))
        return self.state.tag(*where, media_type, self.language, *sorted(scopes_of(self.request)), *asked)

    def is_unchanged(self, tag: str) -> bool:
        """
        Whether the client says that it has what this tag names, so that 304 is the answer.

        Raises the Problem 412 where it wants only what another tag names (RFC 9110, 13.2.2).
        """
        scope = self.request.scope
        wanted, had = lines(scope, b"if-match")[:1], told(scope, b"if-none-match")
        # A weak tag, W/"…", never is enough for If-Match.
        if wanted and not {tag, "*"} & set(_listed(wanted[0])):
            detail = "This has changed: it is not any more what If-Match names. Ask for it without that header."
            raise Problem(412, "condition-failed", detail, headers={"ETag": tag})
        return bool({tag, "*"} & {one.removeprefix("W/") for one in _listed(had)})

    @property
    def is_head(self) -> bool:
        """Whether only the headers are wanted."""
        return bool(self.request.scope.get("is_head", False))

    @staticmethod
    def content_type(media_type: str) -> str:
        """Return a media type with the charset said where readers might guess another."""
        return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def _listed(tags: str) -> list[str]:
    return [part.strip() for part in tags.split(",")]


# A class or a plain function would be called in another thread, which takes longer than the call itself.
async def _visit(
    request: Request,
    lang: Annotated[str | None, Query(description="Language of labels: en, es, fr, pt.", examples=["es"])] = None,
    form: Annotated[
        str | None, Query(alias="format", description="Form of the answer, before Accept.", examples=["ttl"])
    ] = None,
) -> Visit:
    return Visit(request, lang, form)


Reader = Annotated[Visit, Depends(_visit)]
"""The type of a route's parameter that wants the visit."""
