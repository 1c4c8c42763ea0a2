"""The table of threats names tests that there are, and leaves out none that was written for it."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "reference" / "threats.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| Threat ")
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@lru_cache
def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_there_are_threats() -> None:
    assert len(ROWS) >= 35
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_threat_has_an_answer_and_tests_that_can_fail(row: list[str]) -> None:
    threat, answer, told = row
    assert answer.endswith((".", "`."))
    named = NAMED.findall(told)
    assert named, f"{threat}: no test is named"
    assert len(named) == told.count("`") // 2
    for path, name in named:
        found = functions_of(ROOT / path).get(name)
        assert found is not None, f"{path} has no {name}"
        assert any(isinstance(node, ast.Assert | ast.With | ast.Call) for node in ast.walk(found)), (
            f"{name} looks at nothing"
        )


def test_every_test_that_was_written_for_it_stands_in_the_table() -> None:
    written = {name for name in functions_of(ROOT / "tests/web/test_threats.py") if name.startswith("test_")}
    named = {name for path, name in NAMED.findall(TABLE) if path == "tests/web/test_threats.py"}
    # These two show that another test, or the service, is not too strict or deaf.
    helping = {"test_the_canary_sings", "test_who_is_slow_to_read_is_waited_for"}
    assert written - helping == named


def test_the_threats_of_the_study_are_all_answered(shared: Path) -> None:
    """By the first words of each of its rows."""
    study = (shared / "research" / "reliability.md").read_text()
    section = study.partition("## 3. Threats")[2].partition("\n## ")[0]
    studied = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(studied) > 25
    known = {
        "Cartesian products": "Products, paths",
        "Stack overflow": "Stack overflow",
        "Client leaves": "A client leaves",
        "ReDoS": "Patterns that never end",
        "SSRF": "SERVICE, LOAD",
        "JSON-LD": "Remote contexts",
        "owl:imports": "owl:imports",
        "XXE": "Entities from outside",
        "Billion": "Billion laughs",
        "Zip": "Zip bombs",
        "PDF": "PDF files",
        "Multipart": "Many parts",
        "Path traversal": "Paths that lead outside",
        "SPARQL injection": "SPARQL injection",
        "XSS": "Scripts in literals",
        "CSP": "Framing",
        "CSRF": "Forged requests",
        "CORS": "Pages of other sites",
        "Token": "Stolen and guessed tokens",
        "Cache": "Caches",
        "Host header": "Host header",
        "Request smuggling": "Smuggled requests",
        "Log": "Forged lines",
        "Bidi": "Signs that turn",
        "CSV": "Formulas",
        "iCalendar": "Words that break out",
        "Blank node": "Huge updates",
        "SHACL": "Shapes that recurse",
        "pySHACL": "Shapes that recurse",
        "Full disk": "Full disk",
        "Backup": "Backups",
        "Admin": "Administration",
        "Engine": "Faults of the engine",
        "Supply": "Libraries",
    }
    for threat in studied:
        answers = [title for begin, title in known.items() if threat.startswith(begin)]
        assert answers, f"“{threat}” has no row"
        assert any(row[0].startswith(title) for row in ROWS for title in answers), threat
