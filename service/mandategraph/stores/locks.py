"""Locks on open files, which last as long as the file stays open and end with the process, however that ends."""

from __future__ import annotations


def is_taken_alone(number: int) -> bool:
    """
    Return whether an open file, told by its number, is locked by us alone; never waits.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as one, open(one.name, "rb") as other:
    ...     (is_taken_alone(one.fileno()), is_taken_alone(other.fileno()))
    (True, False)
    """
    try:
        import fcntl
    except ImportError:  # Windows: what another has open cannot be removed, and the database is locked itself
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
