"""Memory of the one process that has many threads."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
_ARENAS = 2


def share_memory_among_threads() -> bool:
    """
    Let threads take memory from the same two places; False where the C library has no such setting (it is glibc's).

    By itself glibc gives each of many threads a place of its own, which keeps what its largest answer took: under eight
    clients the service grew from 136 to 200 MB within three minutes, and on; with two places it stays where it was
    after the first minute. To be called before there are threads.

    >>> share_memory_among_threads() or sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt")
    True
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS))
    except (OSError, AttributeError):
        return False
