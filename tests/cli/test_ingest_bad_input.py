"""Every bad file of the list goes through one command: a sentence each, the right status, nothing half written."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
from docx import Document

WORDS = ("A/RES/99/7", "The General Assembly,", "1. Requests the Secretary-General to report on lighthouses.")
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def word(**changes):
    """A Word file of the words, with parts changed, added or (for bytes of a callable) made anew."""
    plain, made = io.BytesIO(), io.BytesIO()
    document = Document()
    for words in WORDS:
        document.add_paragraph(words)
    document.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, changes.pop(part, source.read(part)))
        for part, content in changes.items():
            target.writestr(part, content)
    return made.getvalue()


def pdf(*objects, trailer=""):
    """A PDF of these objects, the first of which is its catalogue."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += (
            f"{number} 0 obj\n".encode() + (content if isinstance(content, bytes) else content.encode()) + b"\nendobj\n"
        )
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


def stream(content, more=""):
    return f"<< /Length {len(content)} {more} >>\nstream\n".encode() + content + b"\nendstream"


CATALOGUE, PAGES = "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
TEXT = b"BT /F 12 Tf 50 700 Td (1. Requests the Secretary-General to report on lighthouses.) Tj ET"
SCANNED = pdf(
    CATALOGUE, PAGES, PAGE, stream(b"0 0 600 800 re f"), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
)
IN_A_CIRCLE = pdf(CATALOGUE, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
LOCKED = pdf(
    CATALOGUE,
    PAGES,
    PAGE,
    stream(TEXT),
    f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>",
    trailer="/Encrypt 5 0 R /ID [<00><00>]",
)
HOSTILE_FONT = pdf(
    CATALOGUE,
    PAGES,
    PAGE,
    stream(TEXT),
    "<< /Type /Font /Subtype /TrueType /BaseFont /Bad /FirstChar 0 /LastChar 1 /Widths [-1 99999999] "
    "/FontDescriptor 6 0 R >>",
    "<< /Type /FontDescriptor /FontName /Bad /Flags 4 /FontFile2 7 0 R >>",
    stream(b"\x00\x01\x00\x00\xff\xff" + b"\xff" * 400, "/Length1 4000000000"),
)
NESTED_PAGE = "<html><body>" + "<ul><li>" * 10_000 + "x" + "</li></ul>" * 10_000 + "</body></html>"
NESTED_WORD = (
    "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>" + "<w:tbl>" * 10_000
)
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

REFUSED = {
    "bomb.docx": (word(**{"word/document.xml": b"<a>" + b" " * 40_000_000}), "unpack"),
    "slip.docx": (word(**{"../../escaped.txt": "x"}), "outside"),
    "outer-entity.docx": (word(**{"word/document.xml": DOCTYPE + "<a>&b;</a>"}), "DOCTYPE"),
    "laughs.xml": ((LAUGHS + "<akomaNtoso>&b;</akomaNtoso>").encode(), "DOCTYPE"),
    "locked.docx": (ENCRYPTED, "encrypted"),
    "locked.pdf": (LOCKED, "encrypted|password|damaged"),
    "damaged.docx": (word()[:900], "damaged"),
    "damaged.pdf": (b"%PDF-1.7\nnothing more", "damaged"),
    "scanned.pdf": (SCANNED, "no text layer"),
    "circle.pdf": (IN_A_CIRCLE, "."),
    "empty.txt": (b"", "empty"),
    "noise.txt": (bytes(range(256)) * 64, "not text"),
    "picture.docx": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
    "nested.html": (NESTED_PAGE.encode(), "deep"),
    "nested.docx": (word(**{"word/document.xml": NESTED_WORD}), "."),
}
READ = {
    "macros.docm": (word(**{"word/vbaProject.bin": b"\0" * 64}), "macro"),
    "really-word.pdf": (word(), "pdf"),
    "good.txt": ("\n\n".join(WORDS).encode(), ""),
}
EITHER = {"font.pdf": HOSTILE_FONT}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """All of them given at once, with a file of 300 MB and one that is not there: what the command told and left."""
    folder, out = tmp_path_factory.mktemp("bad"), tmp_path_factory.mktemp("out")
    for name, data in ({**REFUSED, **READ} | {name: (data, "") for name, data in EITHER.items()}).items():
        (folder / name).write_bytes(data[0])
    with (folder / "large.txt").open("wb") as file:
        file.truncate(300 << 20)
    names = [*REFUSED, *READ, *EITHER, "large.txt", "absent.txt"]
    files = [str(folder / name) for name in names]
    asked = [
        sys.executable,
        "-m",
        "mandategraph",
        "ingest",
        *files,
        "--organisation",
        "un",
        "--out",
        str(out),
        "--json",
    ]
    home = {"HOME": str(folder), "PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]}
    result = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", env=home, timeout=300, check=False)
    return folder, out, result


def sentences(told, name):
    folder, _, result = told
    return [line for line in result.stderr.splitlines() if line.startswith(f"{folder / name}")]


def test_the_command_ends_with_the_status_for_what_cannot_be_read(told):
    """3, without a traceback, and nothing half written stays."""
    _, out, result = told
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    left = {path.name for path in out.iterdir()}
    assert not [name for name in left if name.endswith(".part")]
    assert {f"{name.rsplit('.', 1)[0]}.trig" for name in READ} <= left


@pytest.mark.parametrize("name", [*REFUSED, "large.txt", "absent.txt"])
def test_each_is_told_in_one_sentence_that_says_what_to_do(told, name):
    """The file by its path, what is the matter, after the semicolon what to do; no draft of it."""
    folder, out, _ = told
    (sentence,) = sentences(told, name)
    matter = sentence.removeprefix(str(folder / name))
    expected = REFUSED.get(name, (b"", "300 MB" if name == "large.txt" else "not there"))[1]
    assert re.search(expected, matter), matter
    assert "; " in matter
    assert matter.endswith(".")
    assert not (out / f"{name}.trig").exists()


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_read_and_says_what_was_left_aside(told, name):
    """Macros are not run and noted; a wrong suffix is noted."""
    _, _, result = told
    assert sentences(told, name) == []
    (draft,) = [one for one in json.loads(result.stdout)["drafts"] if one["file"] == name]
    assert draft["unaccounted"] == 0
    assert draft["characters"] > 0
    assert READ[name][1] in " ".join(draft["needs a look"]).lower()


@pytest.mark.parametrize("name", EITHER)
def test_a_hostile_font_harms_nobody(told, name):
    """The page is read by what its text says, or refused in a sentence; the command went on to the next file."""
    _, _, result = told
    drafts = [one for one in json.loads(result.stdout)["drafts"] if one["file"] == name]
    assert len(drafts) + len(sentences(told, name)) == 1


def test_a_folder_that_cannot_be_made_is_wrong_use(run, tmp_path):
    """Exit 2, before anything is read."""
    (tmp_path / "good.txt").write_text("\n\n".join(WORDS))
    (tmp_path / "taken").write_text("")
    result = run("ingest", str(tmp_path / "good.txt"), "--organisation", "un", "--out", str(tmp_path / "taken"))
    assert result.status == 2
    assert "taken" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_for_each_file(run, tmp_path):
    """Exit 3, one sentence a file."""
    (tmp_path / "good.txt").write_text("\n\n".join(WORDS))
    (tmp_path / "out").mkdir(mode=0o500)
    result = run("ingest", str(tmp_path / "good.txt"), "--organisation", "un", "--out", str(tmp_path / "out"))
    assert result.status == 3
    assert "good.txt" in result.err
