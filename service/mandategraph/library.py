"""The shipped files: ontology, shapes, queries and data, inside the installed package or in the checkout."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mandategraph.core.configuration import ORGANISATION, PLAN, look_at
from mandategraph.core.errors import BrokenLibrary, UnknownName

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")
_FOLDERS = ("ontology", "shapes", "queries", "data")
# Examples are about plans that do not exist, alignments pull other vocabularies in, migrations are queries.
_NOT_LOADED = ("examples", "alignments", "migrations")


@dataclass(frozen=True)
class Plan:
    """A shipped plan: what its `plan.toml` says, with the paths of its files."""

    name: str
    title: str
    iri: str
    organisation: str
    source_file: Path
    source_sha256: str
    facts: tuple[Path, ...]
    review: tuple[Path, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Library:
    """
    The shipped files under one root.

    >>> library = Library.shipped()
    >>> library.plans()["cam"].title
    'Work Plan 2016-2017 of the Committee on Migration Issues'
    >>> library.ontology_files()[0].name
    'actor.ttl'
    """

    root: Path

    @classmethod
    def shipped(cls) -> Library:
        """Return the library that came with this program; BrokenLibrary where there is none."""
        here = Path(__file__).resolve().parent
        for root in (here / "shipped", here.parents[1]):
            if all((root / folder).is_dir() for folder in _FOLDERS):
                return cls(root)
        raise BrokenLibrary(
            "The ontology, shapes, queries and data are missing from this installation. Install it anew."
        )

    @property
    def shapes_folder(self) -> Path:
        """The folder of the checks."""
        return self.root / "shapes"

    @property
    def queries_folder(self) -> Path:
        """The folder of the queries."""
        return self.root / "queries"

    @property
    def data_folder(self) -> Path:
        """The folder of the organisations and their plans."""
        return self.root / "data"

    def ontology_files(self) -> tuple[Path, ...]:
        """Return the modules of the ontology and its code lists, sorted."""
        folder = self.root / "ontology"
        files = sorted(folder.rglob("*.ttl"))
        return tuple(file for file in files if file.relative_to(folder).parts[0] not in _NOT_LOADED)

    def shape_files(self) -> tuple[Path, ...]:
        """Return the files of the shapes, sorted."""
        return tuple(sorted(self.shapes_folder.glob("*.ttl")))

    def query(self, name: str) -> str:
        """Return the text of a named question, or of another query by its path, such as `pages/labels`."""
        path = self.queries_folder / (f"{name}.rq" if "/" in name else f"competency/{name}.rq")
        if not path.is_file() or self.queries_folder.resolve() not in path.resolve().parents:
            raise UnknownName("question", name, self.questions())
        return self.text(path)

    def questions(self) -> Mapping[str, Path]:
        """Return the files of the named questions by name."""
        return {path.stem: path for path in sorted((self.queries_folder / "competency").glob("*.rq"))}

    def rules(self) -> Mapping[str, str]:
        """Return the texts of the rules by name."""
        return {path.stem: self.text(path) for path in sorted((self.queries_folder / "rules").glob("*.rq"))}

    def ontology(self) -> Mapping[str, bytes]:
        """Return the texts of the modules of the ontology, where the axioms stand, by the names of their files."""
        folder = self.root / "ontology"
        return {f"ontology/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.ttl"))}

    def columns(self) -> str:
        """Return the table of the headings of columns in each language."""
        return self.text(self.queries_folder / "columns.csv")

    def organisations(self) -> tuple[str, ...]:
        """Return the keys of the organisations that are entered."""
        return tuple(sorted(path.parent.name for path in self.data_folder.glob("*/organisation.toml")))

    def organisation(self, key: str) -> Mapping[str, Any]:
        """Return the configuration of an organisation; UnknownName for another key."""
        path = self.data_folder / key / "organisation.toml"
        if key not in self.organisations():
            hint = f"The folder {path.parent} has no organisation.toml." if key and path.parent.is_dir() else ""
            raise UnknownName("organisation", key, self.organisations(), hint)
        table = self.table(path)
        look_at(table, ORGANISATION, str(path))
        return table

    def organisation_files(self, key: str) -> tuple[Path, ...]:
        """Return the files of facts that all plans of an organisation share."""
        folder = self.data_folder / key
        return self._listed(folder, self.organisation(key), "facts", folder / "organisation.toml")

    def plans(self) -> Mapping[str, Plan]:
        """Return the plans by name."""
        return self._plans

    def plan(self, name: str) -> Plan:
        """Return a plan; UnknownName, with the nearest, for another name."""
        if name not in self._plans:
            raise UnknownName("plan", name, self._plans, f"Shipped are: {', '.join(self._plans)}.")
        return self._plans[name]

    def read_source(self, sha256: str) -> str | None:
        """
        Return the source text of this SHA-256, or None if it is not here.

        BrokenLibrary where a file has changed since it was read: every place in it may be wrong.
        """
        for plan in self._plans.values():
            if plan.source_sha256 == sha256:
                return self.source_of(plan)
        return None

    def source_of(self, plan: Plan) -> str:
        """Return the source text of a plan; BrokenLibrary where it is missing or not the text that was read."""
        try:
            data = plan.source_file.read_bytes()
        except OSError as problem:
            raise BrokenLibrary(f"The source text {plan.source_file} of {plan.title} cannot be read.") from problem
        if hashlib.sha256(data).hexdigest() != plan.source_sha256:
            raise BrokenLibrary(
                f"{plan.source_file} is not the text that was read: its SHA-256 differs from plan.toml."
            )
        return data.decode("utf-8")

    def text(self, path: Path) -> str:
        """Return the text of a shipped file; BrokenLibrary where it cannot be read."""
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise BrokenLibrary(_unreadable(path, problem)) from problem

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        plans = (self._plan(path) for path in sorted(self.data_folder.glob("*/*/plan.toml")))
        return {plan.name: plan for plan in plans}

    def _plan(self, path: Path) -> Plan:
        told, folder = self.table(path), path.parent
        look_at(told, PLAN, str(path))
        source = told["source"]
        return Plan(
            name=told["name"],
            title=told["title"],
            iri=told["iri"],
            organisation=folder.parent.name,
            source_file=folder / source["file"],
            source_sha256=source["sha256"],
            facts=self._listed(folder, told, "facts", path),
            review=self._listed(folder, told, "review", path),
            settings=told,
        )

    def _listed(self, folder: Path, told: Mapping[str, Any], graph: str, said_in: Path) -> tuple[Path, ...]:
        files = tuple(folder / name for name in told.get("graphs", {}).get(graph, ()))
        for file in files:
            if not file.is_file():
                raise BrokenLibrary(
                    f"{said_in} lists {file.name}, which is not there. Put it there, or take it off the list."
                )
        return files

    def table(self, path: Path) -> dict[str, Any]:
        """Return a shipped table; BrokenLibrary, with line and column, where it cannot be read."""
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError as problem:
            message = str(problem)
            found = _PLACE.search(message)
            place = f"{path}, line {found[1]}, column {found[2]}" if found else f"{path}, at its end"
            fault = _PLACE.sub("", message).removesuffix(" (at end of document)")
            raise BrokenLibrary(f"{place}: it is no TOML ({fault[:1].lower()}{fault[1:]}).") from problem
        except RecursionError as problem:
            raise BrokenLibrary(f"{path}: it is nested too deeply to be read.") from problem


def _unreadable(path: Path, problem: OSError | UnicodeDecodeError) -> str:
    if isinstance(problem, UnicodeDecodeError):
        line = problem.object.count(b"\n", 0, problem.start) + 1
        return f"The file {path}, line {line}, is not written in UTF-8. Save it in that encoding."
    return f"The file {path} cannot be read ({problem.strerror or problem}). Look at its name and permissions."
