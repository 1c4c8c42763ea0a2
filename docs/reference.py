"""What each page of the reference says, read from the program: errors, questions, checks, settings, commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from inspect import cleandoc

from mandategraph.checks.catalogue import INTEGRITY, PROFILES, Catalogue, Row
from mandategraph.core import errors
from mandategraph.core.questions import Parameter, Question, read_question
from mandategraph.library import Library
from mandategraph.settings import MEANINGS, PREFIX, Settings
from mandategraph.stores.dialects import DIALECTS

GENERATED = "<!-- Written by `make docs`; not edited by hand. -->\n"

ABOUT_COMMANDS = """# Commands

Data on standard output, talk on standard error. Exit status: 0 clean, 1 findings at or above `--fail-on`, 2 wrong use,
3 could not look or read, 130 interrupted.

"""
ABOUT_QUESTIONS = """# Questions

Asked with `mandategraph ask NAME key=value`, at `/questions/NAME`, or by running the file in any SPARQL tool. Every
answer says “as of”; what is only proposed stands in a block of its own.

"""
ABOUT_CHECKS = """# Checks

`mandategraph check --profile PROFILE` runs the checks of a profile: `draft` while typing, `plan` before the committee
adopts, `report` before it reports to its General Assembly. A gap marked ° may be accepted by a person; it is then
silent and listed. {…} stands for what is found.

"""
ABOUT_SETTINGS = """# Settings

A flag comes before the environment, the environment before the file, the file before what holds otherwise. The file is
`config.toml` in the folder `mandategraph` under `$XDG_CONFIG_HOME` (otherwise `~/.config`), or what
`MANDATEGRAPH_CONFIG` names. `mandategraph config` prints what holds, and who chose it.

"""
ABOUT_ENGINES = """# Engines

With `--store sparql+http://…` the same commands work on another SPARQL 1.1 engine. On an Oxigraph server and on
Virtuoso 7.2.5, the tests load the CAM plan and compare every question with the values of every case, all profiles of
checks, the rules and the exports with those of the embedded store, row by row. Rows that a question does not order may
come in another order. Which engine answers is read from the name that it gives itself in its answers.

- **The default graph** is named in every request: facts and inferred. No engine's own default graph is relied on.
- **Values** enter queries as `VALUES` blocks, on every engine.
- **An answer that was cut off** at a limit of rows of the engine is an error, not a short answer. A graph that is
  fetched is counted first.
- **A difference** is written as `DELETE DATA` and `INSERT DATA`, a thousand triples of one graph each, in one request:
  whole or not at all where the engine carries out a request so.
- **Blank nodes** have no place in the graphs of an installation: those of loaded files get names. Those of clients are
  written by `INSERT … WHERE {}`, and a graph that loses some of them is written anew.
- **Graphs of clients** are those that were written through this installation and were not there before; all others of
  the engine are neither read nor changed. The graph without a name is `…/at/graph/unnamed` there.
- **Loading in bulk** by the Graph Store Protocol or an engine's own loader is faster and is left to its tools.
- **Another program's writes** are seen within a second, those of our own at once. What is answered here is answered
  from graphs that were fetched at most five seconds before.
"""
ABOUT_ERRORS = """# Errors

A command says one sentence and ends with the status below; the service answers with a problem (RFC 9457) whose type
ends in the code.
"""


def pages() -> dict[str, str]:
    """Return every page of the reference: name to text."""
    library = Library.shipped()
    written = {
        "commands": commands(),
        "questions": questions(library),
        "checks": checks(Catalogue.read(library.shapes_folder)),
        "settings": settings(),
        "errors": error_codes(),
        "engines": engines(library),
    }
    return {name: f"{GENERATED}\n{text.rstrip()}\n" for name, text in written.items()}


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """
    Return a table as Markdown writes it.

    >>> print(table(["a", "b"], [["1", "x|y"]]))
    | a | b |
    |---|---|
    | 1 | x\\|y |
    """
    heads = list(heads)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def commands() -> str:
    """Say what every verb takes, in its own words."""
    names = verbs()
    text = (
        "# Commands\n\nData on standard output, talk on standard error. Exit status: 0 clean, 1 findings at or above\n"
    )
    text += "`--fail-on`, 2 wrong use, 3 could not look or read, 130 interrupted.\n\n"
    text += "\n".join(f"- [`mandategraph {name}`](#mandategraph-{name})" for name in names)
    text += f"\n\n```text\n{told_by()}\n```\n"
    for name in names:
        text += f"\n## mandategraph {name}\n\n```text\n{told_by(name)}\n```\n"
    return text


def engines(library: Library) -> str:
    """Say which engines everything is tested on, and in what each departs from the standard."""
    text = ABOUT_ENGINES
    for dialect in DIALECTS:
        asked = {name: library.text(path) for name, path in library.questions().items()}
        there = [name for name, query in asked.items() if dialect.is_trusted_with(query)]
        here = sorted(set(asked) - set(there))
        text += f"\n## {dialect.name}{'' if here else ', as Oxigraph speaks it'}\n\n"
        text += f"Of {len(asked)} named questions, {len(there)} are answered there"
        text += f" and {len(here)} here from its graphs.\n" if here else ".\n"
        text += f"An update holds at most {dialect.at_once:,} triples; a larger difference goes in several, which are\n"
        text += "taken back where a later one fails.\n"
        if not dialect.takes_back:
            text += (
                "Where one operation of an update fails, those before it stay: a write of a client is then sent once\n"
                "more, and where that fails too, the answer says that a part may lie there.\n"
            )
        for title, parts in (("Written otherwise", dialect.rewritings), ("Answered here", dialect.doubts)):
            if parts:
                text += f"\n{title}:\n\n" + "".join(f"- {_told(part)[:1].upper()}{_told(part)[1:]}\n" for part in parts)
        if not dialect.is_exact:
            text += "\nTruths come back as 1 and 0, and are told as true and false; tables are written anew in every\n"
            text += "format.\n"
        if dialect.own_graphs:
            own = ", ".join(f"`{graph}`" for graph in sorted(dialect.own_graphs))
            text += f"\nIts own graphs are not counted among those of the installation: {own}.\n"
        if here:
            text += f"\nAnswered here: {', '.join(here)}.\n"
    return text


def _told(part: object) -> str:
    """Return what a function says of itself before its examples, as one line."""
    said = cleandoc(part.__doc__ or "").partition("\n>>>")[0]
    return " ".join(said.removeprefix("Return whether ").split())


def verbs() -> list[str]:
    """Return the verbs of the command line in the order in which it lists them."""
    from mandategraph.cli.main import VERBS

    return list(VERBS)


def told_by(*verb: str) -> str:
    """Return what `--help` prints, whatever terminal this runs in."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MANDATEGRAPH_")}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "HOME": "/nowhere"}
    command = [sys.executable, "-m", "mandategraph", *verb, "--help"]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())


def questions(library: Library) -> str:
    """Say what every named question asks, what it wants to be told, and how it is asked."""
    known = [read_question(name, path.read_text()) for name, path in sorted(library.questions().items())]
    listed = table(["Question", "Asks"], ([f"[`{one.name}`](#{one.name})", one.summary["en"]] for one in known))
    return ABOUT_QUESTIONS + listed + "\n" + "".join(_question(one) for one in known)


def _question(one: Question) -> str:
    text = f"\n## {one.name}\n\n{one.summary['en']}\n"
    if one.note:
        text += f"\n{one.note['en']}\n"
    if one.ids:
        text += f"\nAnswers {', '.join(one.ids)} of the requirements.\n"
    if one.parameters:
        rows = ([f"`{each.name}`", each.type, f"`{each.example}`", _wanted(each)] for each in one.parameters)
        text += "\n" + table(["Parameter", "Type", "Example", ""], rows) + "\n"
    if one.blocks:
        text += "\nLists: " + "; ".join(f"{each.titles['en'].lower()}" for each in one.blocks) + ".\n"
    asked = " ".join(shlex.quote(f"{each.name}={each.example}") for each in one.parameters if not each.default)
    return text + f"\n```sh\nmandategraph ask {one.name} {asked}".rstrip() + "\n```\n"


def _wanted(parameter: Parameter) -> str:
    if parameter.default:
        said = f"`{', '.join(parameter.default)}` unless given"
    else:
        said = "needed" if parameter.required else "may be left out"
    return said + (", several allowed" if parameter.many else "")


def checks(catalogue: Catalogue) -> str:
    """Say what every check looks for and how severe it is in each profile."""
    listed = sorted(catalogue.rows.values(), key=lambda row: (row.number, row.code))
    asked = [row for row in listed if INTEGRITY not in row.severities]
    held = [row for row in listed if INTEGRITY in row.severities]
    text = ABOUT_CHECKS + table(["No.", "Finding", *PROFILES, ""], (_profile_row(row) for row in asked))
    text += "\n" + "".join(_check(catalogue, row) for row in asked)
    text += "\n## Integrity\n\nThese stop a load. They bind tools and editors and never reach the list above.\n\n"
    said = ([str(row.number), f"`{row.code}`", _plain(catalogue, row, "message")] for row in held)
    return text + table(["No.", "Fault", "Says"], said)


def _profile_row(row: Row) -> list[str]:
    mark = "°" if row.excusable else ""
    severities = [row.severities[name].word if name in row.severities else "–" for name in PROFILES]
    return [str(row.number), f"[{row.code}](#{row.code.lower()})", *severities, mark]


def _check(catalogue: Catalogue, row: Row) -> str:
    said = {key: _plain(catalogue, row, key) for key in ("message", "why", "todo")}
    return f"\n### {row.code}\n\n{said['message']}\n\nWhy: {said['why']} To do: {said['todo']}\n"


def _plain(catalogue: Catalogue, row: Row, key: str) -> str:
    told = tomllib.loads((catalogue.folder / "messages" / f"{row.code}.toml").read_text())["en"]
    return plain(told[key])


def plain(template: str) -> str:
    """
    Return a message as a reader of the reference wants it: parts that may be left out are there, plurals are plural.

    >>> plain("{n:entry|entries} of {body}[[, due {date}]]")
    '{n} entries of {body}, due {date}'
    """
    text = re.sub(r"\{(\w+):(?:[^{}|]*\|)*([^{}|]*)\}", r"{\1} \2", template)
    return text.replace("[[", "").replace("]]", "")


def settings() -> str:
    """Say what an installation may choose, how it is written, and what holds otherwise."""
    own = {field.name: str(field.default) for field in fields(Settings)}
    rows = (
        [f"`{name}`", f"`{PREFIX}{name.upper()}`", said, own[name] and f"`{own[name]}`"]
        for name, said in MEANINGS.items()
    )
    return ABOUT_SETTINGS + table(["Setting", "Environment", "What it is", "Otherwise"], rows)


def error_codes() -> str:
    """Say what every error means and with which status a command ends."""
    text = ABOUT_ERRORS
    # Modules that derive one of these for themselves tell nothing new by it.
    for kind in (kind for kind in _below(errors.MandateGraphError) if kind.__module__ == errors.__name__):
        said = cleandoc(kind.__doc__ or "").split(">>>")[0].strip()
        text += f"\n## {kind.code}\n\n{said}\n\nExit status {kind.exit_status}.\n"
    return text


def _below(kind: type[errors.MandateGraphError]) -> Iterator[type[errors.MandateGraphError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
