"""What every page must be, whatever is on it: well-formed, titled, without scripts, with nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_INLINE = frozenset(["a", "abbr", "b", "bdi", "code", "mark", "q", "span", "strong", "time"])
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}


@dataclass
class Page:
    """A page as read: its links, its anchors, its faults."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    language: str = ""
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.caption_due = False

    def fault(self, sentence: str) -> None:
        self.page.faults.append(f"line {self.getpos()[0]}: {sentence}")

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if self.caption_due and tag != "caption":
            self.fault("a table without a caption")
        self.caption_due = tag == "table"
        if tag not in _VOID:
            self.open.append(tag)
        if tag in ("script", "iframe", "object", "embed", "style"):
            self.fault(f"a <{tag}>")
        if "style" in given or any(name.startswith("on") for name in given):
            self.fault("an inline style or handler, which the content policy forbids")
        if "id" in given:
            if given["id"] in self.page.ids:
                self.fault(f"two elements with the id {given['id']}")
            self.page.ids.add(given["id"])
        if tag == "html":
            self.page.language = given.get("lang") or ""
        if tag == "a" and given.get("href"):
            self.page.links.append(given["href"])
            if given["href"].split(":")[0].lower() in ("javascript", "data", "vbscript"):
                self.fault(f"a link that runs something: {given['href']}")
        if tag == "link" and given.get("rel") in ("stylesheet", "icon") and not given["href"].startswith("/"):
            self.fault(f"something from elsewhere: {given['href']}")
        if tag == "img" and (not given.get("src", "").startswith("/") or "alt" not in given):
            self.fault("an image from elsewhere or without words")
        if tag in _HEADINGS:
            self.page.headings.append(_HEADINGS[tag])
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given.get("id", ""))
        if tag == "th" and "scope" not in given:
            self.fault("a heading cell without scope")

    def handle_endtag(self, tag):
        if tag in _VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()
        if tag not in _INLINE:
            self.page.text += " "

    def handle_data(self, data):
        self.page.text += data


def read_page(html: str) -> Page:
    """Return a page with everything that is wrong with it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    if reader.open:
        page.faults.append(f"left open: {reader.open}")
    if page.headings.count(1) != 1:
        page.faults.append(f"{page.headings.count(1)} first headings")
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        if after > before + 1:
            page.faults.append(f"a heading of level {after} follows one of level {before}")
    page.faults += [
        f"the field {name or '(no id)'} has no label" for name in reader.fields if name not in reader.labelled
    ]
    if not page.language:
        page.faults.append("no language is said")
    for sign in ("{{", "{%", "UndefinedError", "Undefined"):
        if sign in html:
            page.faults.append(f"a template shows through: {sign}")
    return page
