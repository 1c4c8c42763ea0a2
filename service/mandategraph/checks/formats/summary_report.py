"""The report at a glance: what it is about, how much was found, and the headings without their rows."""

from mandategraph.checks.formats.table_report import at_a_glance as written

__all__ = ["written"]
