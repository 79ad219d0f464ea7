"""Where the reference data lie, and how they are read."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from clearbay.twins.activated_sludge.simulate import InfluentTable

DATA = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", Path(__file__).parents[3] / ".." / "shared" / "data"))


def path(*parts: str) -> Path:
    file = DATA.joinpath(*parts)
    if not file.exists():
        pytest.skip(f"reference data set {'/'.join(parts)} is not here (CLEARBAY_REFERENCE_DATA)")
    return file


def influent(name: str, linear: bool) -> InfluentTable:
    rows = np.genfromtxt(path("bsm1", "influent", f"{name}.csv"), delimiter=",", skip_header=1)
    values = np.ascontiguousarray(np.delete(rows[:, 1:], 13, axis=1))
    return InfluentTable(rows[:, 0].copy(), values, linear)


def golden(name: str) -> np.ndarray:
    with gzip.open(path("bsm1", "reference", "golden_open_loop", f"{name}.csv.gz"), "rt") as file:
        return np.genfromtxt(file, delimiter=",", names=True)


def table(*parts: str) -> list[list[str]]:
    with path(*parts).open(encoding="utf-8") as file:
        return list(csv.reader(file))
