"""Records and digests: anyone can write them from the same values and get the same SHA-256."""

import hashlib
import random
import struct
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from clearbay.assess.digests import digests
from clearbay.assess.observations import ObservationsError
from clearbay.assess.reasons import Why
from clearbay.assess.records import NO_VALUE, canonical_units, reasons, to_records
from tests.assess.measurements import at, table

START = at("2026-03-01T00:00")
ROWS: list[tuple[Any, ...]] = [
    ("P1", "a34004", START, 35.5, "N"),
    ("P1", "a34004", START + timedelta(hours=1), None, "D"),
    ("P2", "a34004", START, 0.1, "N", "mg/m3"),
]


def digest(rows: list[tuple[Any, ...]], key: tuple[str, str] = ("P1", "a34004"), hours: int = 2) -> str:
    made = to_records(table(rows))
    begin = np.array([int(START.timestamp())])
    return digests([(made, np.array([[made.index()[key]]]))], begin, begin + hours * 3600)[0]


def test_a_digest_is_the_one_an_independent_writer_gets() -> None:
    t = int(START.timestamp())
    lines = [struct.pack("<qiq2sBi", t, 3600, 35_500_000_000, b"N\0", 1, 9)]
    lines.append(struct.pack("<qiq2sBi", t + 3600, 3600, -(2**63), b"D\0", 9, 9))
    text = b"clearbay records 1\n" + b"P1\x1fa34004\x1fmg/m3\n"
    # The code also comes in mg/m3, the first of its units by alphabet: 35.5 ug/m3 = 0.0355 mg/m3.
    lines[0] = struct.pack("<qiq2sBi", t, 3600, 35_500_000, b"N\0", 1, 9)
    assert digest(ROWS) == hashlib.sha256(text + b"".join(lines)).hexdigest()


def test_order_does_not_matter_and_every_value_flag_and_window_does() -> None:
    shuffled = ROWS.copy()
    random.Random(1).shuffle(shuffled)
    assert digest(shuffled) == digest(ROWS)
    others = [
        digest([(*ROWS[0][:3], 35.6, "N"), *ROWS[1:]]),
        digest([(*ROWS[0][:3], 35.5, "M"), *ROWS[1:]]),
        digest(ROWS, hours=1),
        digest(ROWS, ("P2", "a34004")),
    ]
    assert len({digest(ROWS), *others}) == 5


def test_the_end_of_a_window_is_not_part_of_it() -> None:
    later = [*ROWS, ("P1", "a34004", START + timedelta(hours=2), 99.0, "N")]
    assert digest(later) == digest(ROWS)


def test_two_values_of_one_time_are_refused_with_their_rows() -> None:
    with pytest.raises(ObservationsError, match="P1 a34004: rows 2 and 5"):
        to_records(table([*ROWS, ("P1", "a34004", START, 36.0, "N")]))


def test_units_that_do_not_go_together_are_refused() -> None:
    assert canonical_units([("w01018", "ug/L"), ("w01018", "mg/L")]) == {"w01018": "mg/L"}
    with pytest.raises(ObservationsError, match="do not go together"):
        canonical_units([("w01018", "Cel"), ("w01018", "mg/L")])


def test_the_reason_is_the_flags_before_that_of_the_missing_number() -> None:
    given: list[tuple[float | None, str]] = [(1.0, "N"), (None, ""), (None, "M"), (2.0, "D"), (3.0, "ND")]
    rows = [("P1", "a34004", START + timedelta(hours=k), v, f) for k, (v, f) in enumerate(given)]
    made = to_records(table(rows))
    assert reasons(made.records).tolist() == [Why.USED, Why.NO_NUMBER, Why.MAINTENANCE, Why.FAULT, Why.USED]
    assert made.records["value"][1] == NO_VALUE
