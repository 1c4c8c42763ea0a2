"""Completeness and integrity: shapes in, findings out."""

from mandategraph.checks.catalogue import Catalogue
from mandategraph.checks.integrity import integrity
from mandategraph.checks.run import check

__all__ = ["Catalogue", "check", "integrity"]
