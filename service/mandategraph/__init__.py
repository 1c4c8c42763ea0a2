"""Mandate Graph: what international bodies asked for, of whom, and what answers it."""

__version__ = "0.1.0"
