"""The checks as they are shipped: shapes, the table of profiles, the words of the messages."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mandategraph.checks.messages import Message, read_message
from mandategraph.checks.shapes import Shape, read_shapes
from mandategraph.core.errors import BrokenLibrary, UnknownName
from mandategraph.core.findings import Owner, Severity

PROFILES = ("draft", "plan", "report")
INTEGRITY = "integrity"
_COLUMNS = ("number", "code", INTEGRITY, *PROFILES, "excusable", "owner", "reads")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table of profiles: how severe a check is in each, whose gap it finds, may it be excused."""

    number: int
    code: str
    severities: Mapping[str, Severity]
    excusable: bool
    owner: Owner
    reads_proposals: bool


@dataclass(frozen=True)
class Catalogue:
    """
    The checks of a folder.

    `texts` are its Turtle files by name, `rows` the table of profiles by code. Raises BrokenLibrary where a shape has
    no row or a row no shape.
    """

    folder: Path
    texts: Mapping[str, str]
    rows: Mapping[str, Row]

    @classmethod
    def read(cls, folder: Path) -> Catalogue:
        """Return the checks of a folder; BrokenLibrary where it holds none."""
        # ontology-style.ttl is about the ontology's own terms, not about anybody's plan.
        files = sorted(path for path in folder.glob("*.ttl") if not path.name.startswith("ontology-"))
        texts = {path.name: path.read_text(encoding="utf-8") for path in files}
        table = folder / "profiles.csv"
        if not texts or not table.is_file():
            raise BrokenLibrary(f"{folder} holds no shapes or no profiles.csv")
        return cls(folder, texts, read_table(table.read_text(encoding="utf-8")))

    def only(self, *codes: str) -> Catalogue:
        """Return some of the checks with the files in which they stand; UnknownName for another code."""
        for code in codes:
            if code not in self.rows:
                raise UnknownName("check", code, self.rows)
        shapes = {shape.code: shape for shape in read_shapes(self.texts.items()) if shape.code in codes}
        files = {"prefixes.ttl", *(shape.file for shape in shapes.values())}
        texts = {name: text for name, text in self.texts.items() if name in files}
        some = Catalogue(self.folder, texts, {code: self.rows[code] for code in codes})
        some.__dict__["shapes"] = shapes
        return some

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes by their codes."""
        shapes = {shape.code: shape for shape in read_shapes(self.texts.items())}
        odd = sorted(shapes.keys() ^ self.rows.keys())
        if odd:
            raise BrokenLibrary(f"these have a shape or a row of profiles.csv, and not both: {', '.join(odd)}")
        return shapes

    def profile(self, name: str) -> tuple[tuple[Shape, Row], ...]:
        """Return the checks of a profile in order of number; UnknownName for any other name."""
        if name not in (*PROFILES, INTEGRITY):
            raise UnknownName("profile", name, PROFILES, hint=f"The profiles are {', '.join(PROFILES)}.")
        rows = sorted(
            (row for row in self.rows.values() if name in row.severities), key=lambda row: (row.number, row.code)
        )
        return tuple((self.shapes[row.code], row) for row in rows)

    def message(self, code: str) -> Message:
        """Return the words of a check; BrokenLibrary where they are missing or wrong."""
        if code not in self._messages:
            path = self.folder / "messages" / f"{code}.toml"
            try:
                told = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
                raise BrokenLibrary(f"messages/{code}.toml: {problem}") from problem
            self._messages[code] = read_message(self.shapes[code], told, brief=INTEGRITY in self.rows[code].severities)
        return self._messages[code]

    @cached_property
    def _messages(self) -> dict[str, Message]:
        return {}


def read_table(text: str) -> dict[str, Row]:
    """
    Return the rows of profiles.csv by code.

    >>> rows = read_table("number,code,integrity,draft,plan,report,excusable,owner,reads\\n"
    ...                   "18,ActivityHasNoMandate,-,warning,violation,violation,no,own,\\n")
    >>> rows["ActivityHasNoMandate"].severities["plan"].word
    'violation'
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise BrokenLibrary(f"profiles.csv has the columns {reader.fieldnames}, not {', '.join(_COLUMNS)}")
    rows: dict[str, Row] = {}
    for line, told in enumerate(reader, 2):
        try:
            row = _row(told)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BrokenLibrary(f"profiles.csv, line {line}: {problem}") from problem
        if row.code in rows:
            raise BrokenLibrary(f"profiles.csv, line {line}: {row.code} has a row already")
        rows[row.code] = row
    return rows


def _row(told: Mapping[str, str]) -> Row:
    words = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "info": Severity.INFO}
    severities = {name: words[told[name]] for name in (INTEGRITY, *PROFILES) if told[name] != "-"}
    if told["excusable"] not in ("yes", "no") or told["reads"] not in ("", "proposals"):
        raise ValueError("excusable is yes or no, reads is empty or proposals")
    return Row(
        number=int(told["number"]),
        code=told["code"],
        severities=severities,
        excusable=told["excusable"] == "yes",
        owner=Owner(told["owner"]),
        reads_proposals=told["reads"] == "proposals",
    )
