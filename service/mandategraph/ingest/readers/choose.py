"""Which reader a file wants, told by what is in it and not by its name."""

from __future__ import annotations

import re
from dataclasses import replace

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.safety import SAVE_AGAIN, Package, check_size, check_words, parse_xml

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<!--.*?-->|<\?xml[^>]*\?>)*<(?:!doctype\s+html|html|head|body|title|meta|p|div|table|h[1-6]|"
    rb"ol|ul|center|font|pre|span|section|article|main)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = re.compile(rb"</?(?:p|br|div|td|tr|li|h[1-6]|html|body)\b[^>]*>", re.IGNORECASE)
_XML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!DOCTYPE(?!\s+html)|<[A-Za-z_][\w.-]*:?akomaNtoso|<akomaNtoso)", re.I
)
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{]|\{\s*\")")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# Of what is packed, the part that tells its kind, and what to say of kinds that are not read.
_FOREIGN = (
    ("xl/workbook.xml", "a spreadsheet", "save the sheet as a Word table or as text and give that file"),
    ("xl/workbook.bin", "a spreadsheet", "save the sheet as a Word table or as text and give that file"),
    ("ppt/presentation.xml", "a presentation", "save its text as a Word file and give that"),
    ("META-INF/container.xml", "an electronic book", "give the document as Word, PDF or HTML"),
)
_PICTURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\x1f\x8b", "a packed archive"),
    (b"7z\xbc\xaf", "a packed archive"),
    (b"Rar!", "a packed archive"),
)
_SUFFIXES = {
    "docx": ("docx", "docm", "dotx", "dotm"),
    "odt": ("odt", "ott", "fodt"),
    "html": ("html", "htm", "xhtml"),
    "pdf": ("pdf",),
    "akn": ("xml", "akn"),
    "doc": ("doc", "dot"),
    "rtf": ("rtf", "doc"),
    "json": ("json",),
    "text": ("txt", "text", "md", "asc", "csv", "tsv", "log", ""),
}
_SPOKEN = {
    "docx": "a Word file",
    "odt": "an OpenDocument text",
    "html": "an HTML page",
    "pdf": "a PDF",
    "akn": "Akoma Ntoso",
    "doc": "an old Word file",
    "rtf": "rich text",
    "json": "JSON",
    "text": "plain text",
}


def kind_of(name: str, data: bytes) -> str:
    """
    Return the kind of a file: docx, odt, html, pdf, akn, doc, rtf, json or text; refuse what is of no kind we read.

    >>> kind_of("plan.doc", b"%PDF-1.7 ..."), kind_of("plan.pdf", b"The Board, 1. Requests"), kind_of("a", b"<p>One")
    ('pdf', 'text', 'html')
    """
    if data.startswith(_ZIP):
        return _packed(name, data)
    if data.startswith(_OLE):
        return _compound(name, data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    for mark, kind in _PICTURES:
        if data.startswith(mark):
            raise UnreadableFile(name, f"is {kind}", "give the document itself, as Word, PDF, HTML or text")
    head = _as_utf8(data[:4096])
    if _HTML.match(head):
        return "html"
    if _XML.match(head):
        return _markup(name, data)
    if data.startswith((b"MIME-Version:", b"From: <Saved by")):
        raise UnreadableFile(name, "is a web archive", "save it as an HTML page or a Word file and give that")
    if _suffix(name) in _SUFFIXES["html"] and len(_TAGS.findall(data[:65_536])) > 2:
        return "html"
    if _JSON.match(head) and (_suffix(name) == "json" or data.rstrip()[-1:] in (b"]", b"}")):
        return "json"
    return _plain(name, data)


def read_document(name: str, data: bytes) -> Reading:
    """Return the reading of a file of any kind; a name that says another kind is told in a note."""
    check_size(name, len(data))
    kind = kind_of(name, data)
    reading = _read(name, data, kind)
    check_words(name, len(reading.text))
    suffix = _suffix(name)
    if suffix in _SUFFIXES[kind] or not any(suffix in known for known in _SUFFIXES.values()):
        return reading
    told = f"The name ends in .{suffix}, but the file is {_SPOKEN[kind]}; it was read as that."
    return replace(reading, notes=(told, *reading.notes), _sha256=[])


def _read(name: str, data: bytes, kind: str) -> Reading:
    # Each reader brings its library along; only the one that is wanted is loaded.
    if kind == "docx":
        from mandategraph.ingest.readers.docx import read_docx

        return read_docx(name, data)
    if kind == "odt":
        from mandategraph.ingest.readers.odt import read_odt

        return read_odt(name, data)
    if kind == "html":
        from mandategraph.ingest.readers.html import read_html

        return read_html(name, data)
    if kind == "pdf":
        from mandategraph.ingest.readers.pdf import read_pdf

        return read_pdf(name, data)
    if kind == "akn":
        from mandategraph.ingest.readers.akn import read_akn

        return read_akn(name, data)
    if kind in ("doc", "rtf"):
        from mandategraph.ingest.readers.legacy import read_legacy

        return read_legacy(name, data, kind)
    if kind == "json":
        from mandategraph.ingest.readers.records import read_records

        return read_records(name, data)
    from mandategraph.ingest.readers.text import read_text

    reading = read_text(name, data)
    if not reading.blocks:
        raise UnreadableFile(name, "holds no words", "give a file that holds a document")
    return reading


def _packed(name: str, data: bytes) -> str:
    package = Package(name, data)
    kind = package.read("mimetype")[:100].strip().decode("ascii", "replace")
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    types = package.read("[Content_Types].xml")
    if b"wordprocessingml" in types or "word/document.xml" in package:
        return "docx"
    for part, spoken, remedy in _FOREIGN:
        if part in package:
            raise UnreadableFile(name, f"is {spoken}", remedy)
    if kind.startswith("application/vnd.oasis.opendocument"):
        raise UnreadableFile(name, "is an OpenDocument file, but no text", "save it as a text and give that file")
    raise UnreadableFile(name, "is a packed archive without a document in it", "unpack it and give the documents")


def _compound(name: str, data: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise UnreadableFile(name, "is encrypted", "take the password off and save it again")
    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book"):
        raise UnreadableFile(name, "is a spreadsheet", _FOREIGN[0][2])
    if holds("PowerPoint Document"):
        raise UnreadableFile(name, "is a presentation", _FOREIGN[2][2])
    raise UnreadableFile(name, "is of an old format that is not read", SAVE_AGAIN)


def _markup(name: str, data: bytes) -> str:
    root = parse_xml(name, data)
    tag = str(root.tag).rsplit("}", 1)[-1]
    if tag == "akomaNtoso":
        return "akn"
    if tag.casefold() == "html":
        return "html"
    if tag == "document" and "opendocument" in str(root.tag):
        return "odt"
    remedy = (
        "save it as .docx and give that file"
        if "word" in str(root.tag) or tag == "package"
        else ("give the document as Word, PDF, HTML, text or Akoma Ntoso")
    )
    raise UnreadableFile(name, f"is XML of a kind that is not read ({tag[:60]})", remedy)


def _plain(name: str, data: bytes) -> str:
    if data.startswith(_TEXT_MARKS[1:]):
        return "text"
    sample = data[:65_536] + data[-65_536:]
    if b"\0" in sample or len(_CONTROLS.findall(sample)) > len(sample) // 50:
        raise UnreadableFile(name, "is not text, nor a document that is read", "give it as Word, PDF, HTML or text")
    if not data.strip():
        raise UnreadableFile(name, "is empty", "give a file that holds a document")
    return "text"


def _as_utf8(head: bytes) -> bytes:
    """The beginning of a file, so that names of markup can be looked for whatever its encoding."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace").encode("utf-8", errors="replace")
    return head


def _suffix(name: str) -> str:
    stem, point, suffix = name.rpartition(".")
    return suffix.casefold() if point and stem and "/" not in suffix else ""
