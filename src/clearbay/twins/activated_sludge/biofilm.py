"""Kernel of a one-dimensional biofilm on carriers: diffusion, displacement outward, attachment.

Solubles diffuse through a boundary layer and from layer to layer (Fick). A layer that holds more solids
than its
density pushes the excess outward, the outermost into the water (a compact form of Wanner and Gujer,
Biotechnology and Bioengineering 28 (1986) 314, with fixed thickness). Solids in the water attach.
"""

import numpy as np

from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.table import FloatArray

IN_FILM = 0.8  # diffusion in the film relative to water; Wanner et al., IWA STR 18 (2006)


@kernel
def exchange(
    y: FloatArray, dy: FloatArray, films: np.ndarray, b: int, bulk_volume: float, component: FloatArray
) -> None:
    """Add transport between the water of a tank and its biofilm, and between layers, to dy.

    bulk_volume [m3]; component: rows PARTICULATE, TSS, DIFFUSION [m2/d].
    """
    film = films[b]
    n = component.shape[1]
    bulk = film.bulk * n
    thick = film.thickness / film.layers
    for i in range(n):
        d = component[2, i]
        if d > 0.0:
            outer = film.first * n + i
            into = (y[bulk + i] - y[outer]) / (film.boundary / d + 0.5 * thick / (IN_FILM * d))
            dy[bulk + i] -= into * film.area / bulk_volume
            dy[outer] += into / thick
            rate = IN_FILM * d / (thick * thick)
            for _ in range(1, film.layers):
                inner = outer + n
                moved = rate * (y[outer] - y[inner])
                dy[outer] -= moved
                dy[inner] += moved
                outer = inner
        else:
            settled = film.attachment * y[bulk + i]
            dy[bulk + i] -= settled * film.area / bulk_volume
            dy[film.first * n + i] += settled / thick
    for layer in range(film.layers):
        here = (film.first + layer) * n
        solids = 1e-9
        for i in range(n):
            solids += component[1, i] * y[here + i]
        excess = film.push * max(0.0, solids - film.density) / solids
        if excess > 0.0:
            for i in range(n):
                if component[0, i] > 0.0:
                    moved = excess * y[here + i]
                    dy[here + i] -= moved
                    if layer == 0:
                        dy[bulk + i] += moved * thick * film.area / bulk_volume
                    else:
                        dy[here - n + i] += moved
