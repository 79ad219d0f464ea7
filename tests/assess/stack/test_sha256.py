"""The compiled SHA-256 against the one of Python's library."""

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.stack import sha256


@settings(deadline=None)
@given(st.lists(st.binary(min_size=70, max_size=70), min_size=1, max_size=4), st.integers(0, 70))
def test_rows_are_hashed_as_hashlib_does(texts: list[bytes], length: int) -> None:
    messages = np.array([list(text[:length]) for text in texts], dtype=np.uint8).reshape(len(texts), length)
    assert [row.tobytes() for row in sha256.rows(messages)] == [hashlib.sha256(t[:length]).digest() for t in texts]


@settings(deadline=None)
@given(st.integers(-(2**40), 2**40), st.integers(0, 10**8))
def test_an_id_is_the_one_that_the_evidence_page_defines(t: int, period: int) -> None:
    prefix = b"GB 18485-2014/a34013/day/\x1fwte-1\x1fa34013\x1freference_o2\x1f"
    whole = np.frombuffer(prefix, dtype=np.uint8)
    bounds = np.array([0, len(prefix)])
    made = sha256.ids(whole, bounds, np.zeros(1, dtype=np.int64), np.array([t]), np.array([period]))
    wanted = hashlib.sha256(prefix + f"{t}\x1f{period}".encode()).hexdigest()[:24]
    assert made[0].tobytes().decode() == wanted
