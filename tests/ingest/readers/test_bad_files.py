"""What must not be read, or not so: one sentence each, that names the file and what to do."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers import legacy
from mandategraph.ingest.readers.choose import kind_of, read_document
from mandategraph.ingest.safety import Limits, Package, check_size, parse_xml

ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "other.xml">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refused(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableFile) as problem:
        read_document(name, data)
    sentence = problem.value.message
    assert sentence.startswith(name)
    assert re.fullmatch(r"[^\n]+; [^\n]+\.", sentence), sentence
    assert problem.value.exit_status == 3
    return sentence


def package(**parts: bytes | str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return held.getvalue()


def changed(data: bytes, part: str, text: bytes | str) -> bytes:
    """A package with one part written anew."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\n", "is empty"),
        ("a.docx", b"", "is empty"),
        ("a.txt", bytes(range(256)) * 40, "is not text"),
        ("a.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "is a picture"),
        ("a.zip", package(readme__txt="x"), "is a packed archive without a document"),
        ("a.docx", package(xl__workbook_xml="x").replace(b"workbook_xml", b"workbook.xml"), "is a spreadsheet"),
        ("a.docx", b"PK\x03\x04 cut off", "is damaged"),
        ("a.pdf", b"%PDF-1.7\nnothing more", "is damaged: it cannot be opened as a PDF"),
        ("a.xml", b"<?xml version='1.0'?><note>x</note>", "is XML of a kind that is not read (note)"),
        ("a.xml", b"<?xml version='1.0'?><akomaNtoso>", "is damaged: its XML is not well formed"),
        ("a.xml", ENTITY.encode() + b"<akomaNtoso>&b;</akomaNtoso>", "declares a DOCTYPE"),
        ("a.xml", (LAUGHS + "<akomaNtoso>&b;</akomaNtoso>").encode("utf-16"), "declares a DOCTYPE"),
        ("a.xml", b"<akomaNtoso><body>" + b"<a>" * 10_000, "nests its XML more than 256 deep"),
        ("a.json", b'{"a": [', "is damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "is a spreadsheet"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related", "is a web archive"),
    ],
)
def test_files_that_are_refused(name, data, told):
    assert told in refused(name, data)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml", "_rels/.rels"])
@pytest.mark.parametrize("declared", [ENTITY, LAUGHS, "<!DOCTYPE a>"])
def test_no_part_of_a_word_file_may_declare_entities(word, part, declared):
    assert "declares a DOCTYPE" in refused("a.docx", changed(word().add("x").data(), part, declared + "<a>&b;</a>"))


@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "meta.xml"])
def test_no_part_of_an_open_document_may(part):
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<a/>",
        part: ENTITY + "<a>&b;</a>",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    assert "declares a DOCTYPE" in refused("a.odt", held.getvalue())


def test_a_zip_bomb_of_one_part(word):
    assert "zip bomb" in refused("a.docx", changed(word().add("x").data(), "word/media/a.xml", b"\0" * 40_000_000))


def test_a_zip_bomb_that_lies_about_its_size(word):
    """The size that a package tells is not believed."""
    data = bytearray(changed(word().add("x").data(), "word/document.xml", b" " * 60_000_000))
    at = data.index(struct.pack("<I", 60_000_000), data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml")))
    for place in [at, data.index(struct.pack("<I", 60_000_000))]:
        data[place : place + 4] = struct.pack("<I", 900)
    assert re.search("zip bomb|damaged", refused("a.docx", bytes(data)))


def test_many_parts_and_much_in_all(word):
    data = word().add("x").data()
    with pytest.raises(UnreadableFile, match="has 6 parts inside"):
        Package("a.docx", data, Limits(parts=5))
    with pytest.raises(UnreadableFile, match="zip bomb"):
        Package("a.docx", data, Limits(unpacked_bytes=1000))
    with pytest.raises(UnreadableFile, match="zip bomb"):
        Package("a.docx", data, Limits(part_bytes=100)).read("word/document.xml")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x", "C:\\x", "a/../../b"])
def test_names_that_lead_outside(word, name):
    assert "lie outside" in refused("a.docx", changed(word().add("x").data(), name, "x"))


def test_encrypted_parts(word):
    data = bytearray(word().add("x").data())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + flags] |= 1
    assert "is encrypted" in refused("a.docx", bytes(data))


def test_what_lies_outside_is_not_followed(word, tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text("<a>secret</a>")
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="styles" Type="x/styles" Target="file://{secret}" TargetMode="External"/>'
        '<Relationship Id="footnotes" Type="x/footnotes" Target="../../../secret.xml"/></Relationships>'
    )
    data = changed(word().add("Words").data(), "word/_rels/document.xml.rels", relations)
    assert read_document("a.docx", data).text == "Words\n"


def test_an_encrypted_pdf(raw_pdf):
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >>",
    ]
    data = raw_pdf(objects, f"/Encrypt 3 0 R /ID [<{'00' * 16}> <{'00' * 16}>]")
    assert "is encrypted" in refused("a.pdf", data)


@pytest.mark.parametrize(
    "objects",
    [
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"],
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 999999999 >>", "<< /Type /Page >>"],
        ["<< /Type /Catalog /Pages 1 0 R >>"],
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"],
    ],
)
def test_pdf_pages_in_a_circle_or_without_end(raw_pdf, objects):
    refused("a.pdf", raw_pdf(objects))


def test_a_form_that_draws_itself(raw_pdf):
    content = "BT /F1 10 Tf 90 700 Td (Words) Tj ET /X Do"
    form = "q /X Do Q"
    resources = "<< /XObject << /X 5 0 R >> /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    data = raw_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} /Contents 4 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources {resources} /Length {len(form)} >>\nstream\n"
            f"{form}\nendstream",
        ]
    )
    assert read_document("a.pdf", data).text == "Words\n"


def test_too_large_to_open():
    with pytest.raises(UnreadableFile, match=r"a\.txt is 300 MB, more than the 64 MB that are read; split it"):
        check_size("a.txt", 300 << 20)


def test_old_files_without_libreoffice(monkeypatch):
    monkeypatch.setattr(legacy, "office", lambda: None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    assert "only LibreOffice converts; install it, or open it" in refused("a.doc", data)


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("a.pdf", True),
        ("a.doc", True),
        ("a.txt", True),
        ("a.docx", False),
        ("a.docm", False),
        ("a", True),
        ("a.b7", False),
    ],
)
def test_a_name_that_says_another_kind_is_told(word, name, noted):
    reading = read_document(name, word().add("Words").data())
    assert reading.format == "docx"
    assert any("the file is a Word file" in note for note in reading.notes) is noted


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"  <!doctype html><p>x", "html"),
        (b"<?xml version='1.0'?><html><body/></html>", "html"),
        (b"<!-- x --><table><tr><td>x", "html"),
        (b"The Board, <b>notes</b>", "text"),
        (b"[1] See the annex. [2]", "text"),
        (b'[{"a": 1}]', "json"),
        (b"\xff\xfeT\0h\0e\0", "text"),
        (b"{\\rtf1 x}", "rtf"),
        (b"junk before %PDF-1.4", "pdf"),
        (b"<x:akomaNtoso xmlns:x='y'/>", "akn"),
    ],
)
def test_kinds_are_told_by_content(data, kind):
    assert kind_of("a", data) == kind


def test_entities_are_never_expanded_in_any_encoding():
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "utf-8-sig"):
        declared = "" if encoding == "utf-8-sig" else f'<?xml version="1.0" encoding="{encoding}"?>'
        with pytest.raises(UnreadableFile):
            parse_xml("a.xml", (declared + LAUGHS + "<a>&b;</a>").encode(encoding))
