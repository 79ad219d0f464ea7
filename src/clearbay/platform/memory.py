"""Giving memory that is free within the process back to the system."""

import ctypes
import sys

ARENAS = -8
"""`M_ARENA_MAX` of glibc's `mallopt`."""


def give_back() -> bool:
    """Return free memory of the C library's heap to the system; say whether anything was returned.

    Judging takes tens of megabytes for a moment; threads keep them for later, and a service runs for months. Does
    nothing where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL("libc.so.6").malloc_trim(0))
    except (OSError, AttributeError):
        return False


def few_arenas(number: int = 2) -> bool:
    """Let threads share a few heaps, before they start: each of its own keeps what its thread once needed.

    Does nothing where the C library is not glibc; says whether the setting was taken.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL("libc.so.6").mallopt(ARENAS, number))
    except (OSError, AttributeError):
        return False
