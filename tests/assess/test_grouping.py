"""Sums by key equal a plain group-by, whatever the order of the rows and the engine."""

from collections import Counter, defaultdict

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.assess.frames import collect, lazy
from clearbay.assess.grouping import sums

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(-(2**40), 2**40)), max_size=40)


@given(ROWS)
@settings(deadline=None, max_examples=60)
def test_any_order_gives_the_plain_sums(rows: list[tuple[str, int, int]]) -> None:
    schema = {"p": pl.String, "t": pl.Int64, "s": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    total: dict[tuple[str, int], int] = defaultdict(int)
    for p, t, s in rows:
        total[p, t] += s
    count = Counter((p, t) for p, t, _ in rows)
    expected = sorted((p, t, total[p, t], count[p, t]) for p, t in total)
    engines = [frame] if not rows else [frame, duckdb.from_arrow(frame.to_arrow())]
    for engine in engines:
        found = collect(sums(lazy(engine), ["p", "t"], ["s"])).to_pylist()
        assert sorted((r["p"], r["t"], r["s"], r["present"]) for r in found) == expected
