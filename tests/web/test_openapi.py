"""Whatever the description of the addresses lets one ask is answered as it says: no 5xx, no form it does not name."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings

schemathesis = pytest.importorskip("schemathesis")

BOUNDED = settings(
    max_examples=2,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
)


def answered(app, chosen, headers=None) -> list[str]:
    """Ask each operation some ways, the same each time; return the operations that were asked."""
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    asked = []
    for found in schemathesis.openapi.from_asgi("/api/openapi.json", app).get_all_operations():
        operation = found.ok()
        if not chosen(operation):
            continue

        @given(case=operation.as_strategy())
        @BOUNDED
        def ask(case):
            # No schema says which names are known here: whatever text names nothing is refused, with what is nearest.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        ask()
        asked.append(operation.label)
    return asked


def writes(operation) -> bool:
    return operation.method.upper() not in ("GET", "HEAD") and operation.path != "/sparql"


@pytest.mark.slow
def test_reading_is_answered_as_it_is_described(app):
    asked = answered(app, lambda operation: not writes(operation))
    assert len(asked) > 25


@pytest.mark.slow
def test_writing_is_answered_as_it_is_described(written, bearing):
    client = written()
    asked = answered(client.app, writes, bearing("write"))
    assert {label.split()[1].split("/")[1] for label in asked} == {"update", "graphs"}
