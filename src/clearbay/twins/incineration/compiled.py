"""How kernels are compiled: once, kept on disk, with IEEE division (a quotient by zero is inf or nan, not a branch)."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit, vectorize
from numpy.typing import NDArray

from clearbay.kernel_cache import drop_stale

P = ParamSpec("P")
T = TypeVar("T")

drop_stale(Path(__file__).parent)


def kernel(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a function for loops over plain numbers and arrays; same answers on every run."""
    return cast(Callable[P, T], njit(cache=True, error_model="numpy")(function))


def elementwise(function: Callable[..., float]) -> Callable[..., NDArray[np.float64]]:
    """Compile a function of numbers so that it takes arrays of any shapes that go together."""
    return cast(Callable[..., NDArray[np.float64]], vectorize(cache=True)(function))  # type: ignore[no-untyped-call]
