"""By which rules the conclusions of a store were drawn, and whether they are known to be up to date."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mandategraph.stores.lasting import put, sync_names

FILE = "concluded"


class Conclusions:
    """
    Remembers the name of the rules whose conclusions a store holds, as a file in its folder or in memory.

    The name is there only while whatever changes the facts brings the conclusions up to date as well; who writes facts
    alone forgets it first. What cannot be kept is not remembered: then everything is concluded anew, which is slower
    and never wrong.

    >>> conclusions = Conclusions(None)
    >>> conclusions.keep("abc")
    >>> conclusions.made_by
    'abc'
    >>> conclusions.forget()
    >>> conclusions.made_by
    ''
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE
        self._held = ""

    @property
    def made_by(self) -> str:
        """The name of the rules; empty where nobody knows whether the conclusions are up to date."""
        if self._path is None:
            return self._held
        try:
            return self._path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def keep(self, rules: str) -> None:
        """Remember that the conclusions are those of these rules."""
        self._held = rules
        if self._path is not None and self.made_by != rules:
            with suppress(OSError):
                put(self._path, f"{rules}\n".encode("ascii"))

    def forget(self) -> None:
        """Remember that nobody knows; OSError where that cannot be."""
        self._held = ""
        if self._path is not None and self._path.exists():
            self._path.unlink()
            # Back again after a power cut, it would vouch for facts that were changed meanwhile.
            sync_names(self._path.parent)


class ConclusionsBesideService(Conclusions):
    """
    What a command remembers of a store folder that a service has open: the one that writes there notes it, in turn.

    `note` has the writer remember the rules, or forget them where they are empty. It remembers them only where no
    client has changed facts since the command began.
    """

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        super().__init__(folder)
        self._note = note

    def keep(self, rules: str) -> None:
        """Have the writer remember that the conclusions are those of these rules."""
        if self.made_by != rules:
            self._note(rules)

    def forget(self) -> None:
        """Have the writer remember that nobody knows."""
        if self.made_by:
            self._note("")


class NoConclusions(Conclusions):
    """For stores that others may change at any time: nothing is remembered."""

    def __init__(self) -> None:
        super().__init__(None)

    def keep(self, rules: str) -> None:
        """Remember nothing."""
