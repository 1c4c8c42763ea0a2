"""The source texts that came with drafts, kept beside the graphs so that their words can be shown and compared."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.lasting import make_folder, put, sync_names

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Texts:
    """
    Texts by their SHA-256, one file each in a folder; without a folder, in memory.

    >>> texts = Texts(None)
    >>> texts.read(texts.keep("To keep lamps lit")), texts.read("0" * 64)
    ('To keep lamps lit', None)
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._held: dict[str, str] = {}

    def keep(self, text: str) -> str:
        """Keep a text and return its SHA-256."""
        data = text.encode("utf-8")
        name = hashlib.sha256(data).hexdigest()
        if self.folder is None:
            self._held[name] = text
            return name
        path = self.folder / f"{name}.txt"
        try:
            if path.exists():
                # Whoever put it there may have been killed before its name was on the disk.
                sync_names(self.folder)
            else:
                make_folder(self.folder)
                put(path, data)
        except OSError as problem:
            raise StoreUnavailable(f"{self.folder} cannot be written: {problem.strerror}.") from problem
        return name

    def read(self, sha256: str) -> str | None:
        """Return the text of this SHA-256, None where it is not kept or is not that text any more."""
        if self.folder is None or not _SHA256.fullmatch(sha256):
            return self._held.get(sha256)
        try:
            data = (self.folder / f"{sha256}.txt").read_bytes()
        except OSError:
            return None
        return data.decode("utf-8") if hashlib.sha256(data).hexdigest() == sha256 else None


def text_beside(draft: Path) -> str | None:
    """Return the text that lies beside a draft under the same name, None where there is none."""
    try:
        return draft.with_suffix(".txt").read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
