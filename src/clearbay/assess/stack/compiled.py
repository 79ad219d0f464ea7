"""How the kernels of this package are compiled: once, kept on disk, free of the interpreter's lock."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from numba import njit

from clearbay.kernel_cache import drop_stale

P = ParamSpec("P")
T = TypeVar("T")

drop_stale(Path(__file__).parent)


def kernel(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a loop over whole numbers and bytes; no relaxed arithmetic, so the same answers everywhere."""
    return cast(Callable[P, T], njit(cache=True, nogil=True, error_model="numpy")(function))
