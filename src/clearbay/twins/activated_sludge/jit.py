"""The one way kernels are compiled here: cached on disk, free of the interpreter lock, NaN kept visible."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

from clearbay.kernel_cache import drop_stale

Kernel = TypeVar("Kernel", bound=Callable[..., object])

# Not "nnan" or "ninf": a NaN must stay a NaN, so that the step control can refuse it.
RELAXED = {"contract", "arcp", "nsz", "reassoc"}


def kernel(function: Kernel) -> Kernel:
    """Compile a function with numba, cached beside its source.

    Without numba's runtime: kernels allocate nothing, and reference counts cost twice the arithmetic
    (measured).
    """
    return _compiled(function, {"cache": True, "nogil": True})


def whole(function: Kernel) -> Kernel:
    """Compile a kernel that is called with a whole plant into its callers, by the machine's compiler.

    Such a call costs a tenth of a us; inlining by numba itself, as in `part`, would compile it anew each time.
    """
    return _compiled(function, {"cache": True, "nogil": True, "forceinline": True})


def part(function: Kernel) -> Kernel:
    """Compile a piece of a kernel into each of its callers: a call that carries a whole plant costs a
    tenth of a us."""
    return _compiled(function, {"inline": "always"})


def _compiled(function: Kernel, options: dict[str, object]) -> Kernel:
    # `_nrt` is an option of numba's compiler that its published signature does not show.
    decorator = cast(Callable[..., Callable[[Kernel], Kernel]], numba.njit)
    return decorator(error_model="numpy", fastmath=RELAXED, _nrt=False, **options)(function)


drop_stale(Path(__file__).parent)
