"""Old Word files (.doc) and rich text, through LibreOffice where it is installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.docx import read_docx
from mandategraph.ingest.reading import Reading

SECONDS = 60
_NAMES = ("soffice", "libreoffice")
_NOWHERE = "http://127.0.0.1:9"
_SAVE_AS = "open it in a word processor, save it as .docx and give that file"


def office() -> str | None:
    """Return the program that converts old files, None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def read_legacy(name: str, data: bytes, kind: str = "doc") -> Reading:
    """
    Return the reading of an old Word file (`doc`) or of rich text (`rtf`), converted by LibreOffice.

    The program runs with a home of its own that is gone afterwards, and without macros.
    """
    program = office()
    if program is None:
        raise UnreadableFile(name, "is of an old format that only LibreOffice converts", f"install it, or {_SAVE_AS}")
    with tempfile.TemporaryDirectory(prefix="mandategraph-") as folder:
        source = Path(folder, f"source.{kind}")
        source.write_bytes(data)
        _convert(name, program, folder, source)
        converted = Path(folder, "out", "source.docx")
        if not converted.exists():
            raise UnreadableFile(name, "could not be converted; it is damaged or encrypted", _SAVE_AS)
        reading = read_docx(name, converted.read_bytes())
    return replace(
        reading,
        format=kind,
        # The digest is that of the file given, not of the one in between.
        file_sha256=hashlib.sha256(data).hexdigest(),
        notes=("The file is of an old format; LibreOffice converted it.", *reading.notes),
        _sha256=[],
    )


def _convert(name: str, program: str, folder: str, source: Path) -> None:
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        *("--headless", "--norestore", "--convert-to", "docx:MS Word 2007 XML", "--outdir", f"{folder}/out"),
        str(source),
    ]
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL")}
    try:
        # The program is looked up, and the arguments are ours; the user's file has a name of ours too.
        subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            # Where the network cannot be taken away, what the file links to is asked for at a door that is shut.
            env={**kept, "HOME": folder, "TMPDIR": folder, "http_proxy": _NOWHERE, "https_proxy": _NOWHERE},
        )
    except subprocess.TimeoutExpired as problem:
        raise UnreadableFile(name, f"took LibreOffice more than {SECONDS} seconds", _SAVE_AS) from problem
    except OSError as problem:
        raise UnreadableFile(name, "could not be handed to LibreOffice", _SAVE_AS) from problem
