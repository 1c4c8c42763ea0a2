"""Documents made for the tests, part by part, so that a test shows what it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import pytest

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass
class WordFile:
    """A Word document under construction."""

    body: list[str] = field(default_factory=list)
    abstracts: list[str] = field(default_factory=list)
    nums: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    section: str = ""

    def paragraph(
        self,
        text: str = "",
        *,
        num: int | None = None,
        level: int | None = None,
        style: str = "",
        properties: str = "",
        runs: str = "",
    ) -> str:
        """Return the XML of a paragraph."""
        numbered = ""
        if num is not None or level is not None:
            ilvl = "" if level is None else f'<w:ilvl w:val="{level}"/>'
            numid = "" if num is None else f'<w:numId w:val="{num}"/>'
            numbered = f"<w:numPr>{ilvl}{numid}</w:numPr>"
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
        return f"<w:p><w:pPr>{named}{numbered}{properties}</w:pPr>{run}{runs}</w:p>"

    def add(self, text: str = "", **how: object) -> WordFile:
        """Add a paragraph to the body."""
        self.body.append(self.paragraph(text, **how))  # type: ignore[arg-type]
        return self

    def list(self, *levels: str, properties: str = "") -> int:
        """Define a list by its levels, each "format|text|start|more"; return its numId."""
        key = len(self.abstracts)
        written = []
        for index, level in enumerate(levels):
            format_, text, start, more = (*level.split("|"), "", "", "")[:4]
            written.append(
                f'<w:lvl w:ilvl="{index}"><w:start w:val="{start or 1}"/><w:numFmt w:val="{format_}"/>{more}'
                f'<w:lvlText w:val="{escape(text)}"/><w:lvlJc w:val="left"/>'
                f'<w:pPr><w:ind w:left="{720 * (index + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            )
        self.abstracts.append(
            f'<w:abstractNum w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{properties}'
            f"{''.join(written)}</w:abstractNum>"
        )
        return self.again(key)

    def again(self, abstract: int, overrides: str = "") -> int:
        """Define another list from an abstract definition; return its numId."""
        number = len(self.nums) + 1
        self.nums.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>')
        return number

    def style(self, key: str, *, based: str = "", properties: str = "", runs: str = "", kind: str = "paragraph") -> str:
        """Define a style; return its key."""
        self.styles.append(
            f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/>'
            + (f'<w:basedOn w:val="{based}"/>' if based else "")
            + (f"<w:pPr>{properties}</w:pPr>" if properties else "")
            + (f"<w:rPr>{runs}</w:rPr>" if runs else "")
            + "</w:style>"
        )
        return key

    def data(self, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        """Return the file."""
        parts = {
            "word/document.xml": f"<w:document {SPACES}><w:body>{''.join(self.body)}"
            f"<w:sectPr>{self.section}</w:sectPr></w:body></w:document>",
            "word/numbering.xml": f"<w:numbering {SPACES}>{''.join(self.abstracts)}{''.join(self.nums)}</w:numbering>",
            "word/styles.xml": f"<w:styles {SPACES}>{''.join(self.styles)}</w:styles>",
            **{
                f"word/{name}.xml": f"<w:{tag} {SPACES}>{inner}</w:{tag}>"
                for name, inner in self.parts.items()
                for tag in [{"header1": "hdr", "footer1": "ftr"}.get(name, name)]
            },
        }
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", compression) as archive:
            archive.writestr("[Content_Types].xml", _content_types(list(parts)))
            archive.writestr(
                "_rels/.rels",
                f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
                f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            )
            archive.writestr("word/_rels/document.xml.rels", _relations(list(parts)))
            for name, text in parts.items():
                archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)
        return held.getvalue()


def _stems(parts: Sequence[str]) -> list[str]:
    return [part.removeprefix("word/").removesuffix(".xml") for part in parts]


def _content_types(parts: Sequence[str]) -> str:
    written = "".join(
        f'<Override PartName="/word/{stem}.xml" ContentType="{MAIN}.{_kind(stem)}+xml"/>' for stem in _stems(parts)
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{written}</Types>'
    )


def _kind(stem: str) -> str:
    return "document.main" if stem == "document" else stem.rstrip("1")


def _relations(parts: Sequence[str]) -> str:
    written = "".join(
        f'<Relationship Id="{stem}" Type="{OFFICE}/{_kind(stem)}" Target="{stem}.xml"/>'
        for stem in _stems(parts)
        if stem != "document"
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{written}</Relationships>'


@dataclass
class PdfFile:
    """A PDF under construction: words and lines at places, in points from the lower left corner."""

    pages: list[list[str]] = field(default_factory=list)
    more: str = ""
    """Entries for every page, such as /Rotate 90."""

    def page(self) -> PdfFile:
        """Begin a page."""
        self.pages.append([])
        return self

    def write(self, x: float, y: float, text: str, size: float = 10, font: str = "F1") -> PdfFile:
        """Put words on a page."""
        shown = text.encode("cp1252").decode("latin-1").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.pages[-1].append(f"BT /{font} {size} Tf {x} {y} Td ({shown}) Tj ET")
        return self

    def lines(self, x: float, y: float, texts: Sequence[str], pitch: float = 12, size: float = 10) -> float:
        """Put lines under one another; return where the next would stand."""
        for text in texts:
            self.write(x, y, text, size)
            y -= pitch
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> PdfFile:
        """Draw a line."""
        self.pages[-1].append(f"0.5 w {x0} {y0} m {x1} {y1} l S")
        return self

    def data(self) -> bytes:
        """Return the file."""
        fonts = "".join(
            f"/F{number} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >> "
            for number, name in enumerate(("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"), 1)
        )
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        kids = []
        for held in self.pages:
            content = "\n".join(held).encode("latin-1")
            objects.append(f"<< /Length {len(content)} >>\nstream\n{content.decode('latin-1')}\nendstream")
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {self.more} "
                f"/Resources << /Font << {fonts} >> >> /Contents {len(objects)} 0 R >>"
            )
            kids.append(f"{len(objects)} 0 R")
        objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
        return pdf_of(objects)


def pdf_of(objects: Sequence[str], trailer: str = "") -> bytes:
    """Return a PDF of objects, the first of which is its root."""
    data = b"%PDF-1.7\n"
    places = []
    for number, held in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{held}\nendobj\n".encode("latin-1")
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    return data + f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


@pytest.fixture
def pdf() -> Callable[[], PdfFile]:
    """Begin a PDF."""
    return PdfFile


@pytest.fixture
def raw_pdf() -> Callable[..., bytes]:
    """Write a PDF object by object."""
    return pdf_of


@pytest.fixture
def word() -> Callable[[], WordFile]:
    """Begin a Word document."""
    return WordFile
