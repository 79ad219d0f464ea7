"""A finding made anew beside the one that stands: the same is no news, another supersedes it, both stay readable."""

from datetime import datetime

import polars as pl
import pyarrow as pa

from clearbay.assess.findings import SCHEMA

CONTENT = (
    "verdict", "value", "margin", "class", "index", "primary", "expected", "valid", "limit_min", "limit_max",
    "confidence", "input_digest", "rule_digest",
)  # fmt: skip
"""What of a finding says something: when none of it differs, nothing was found anew."""


def supersede(standing: pa.Table, found: pa.Table) -> pa.Table:
    """Give the findings of `found` that are news, as the revisions they are.

    Parameters
    ----------
    standing : findings as they stand, any revisions (`findings.SCHEMA`).
    found : findings made anew, one a `finding_id`.

    Returns
    -------
    findings of `found` that stand nowhere yet (revision 1) or differ from their last revision (that revision + 1,
    `supersedes` naming it as `finding_id.revision`); the others are left out. In the order of `found`.
    """
    if standing.num_rows == 0 or found.num_rows == 0:
        return found
    numbered = _plain(found).with_row_index("n")
    last = current(standing)
    # Schemas of dictionary columns differ by their words: text compares with text.
    joined = numbered.join(_plain(last), on="finding_id", how="left", suffix="_old", maintain_order="left")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_old")) for name in CONTENT)
    news = joined.filter(pl.col("revision_old").is_null() | ~same)
    rows = found.take(pa.array(news["n"].to_numpy()))
    older = news["revision_old"]
    revision = (older.fill_null(0) + 1).cast(pl.Int32)
    names = (
        pl.select(
            pl.when(older.is_not_null()).then(
                pl.concat_str(news["finding_id"], pl.lit("."), older.cast(pl.String), ignore_nulls=True)
            )
        )
        .to_series()
        .cast(pl.String)
    )
    at = SCHEMA.get_field_index
    rows = rows.set_column(at("revision"), SCHEMA.field("revision"), pa.array(revision.to_numpy(), pa.int32()))
    return rows.set_column(at("supersedes"), SCHEMA.field("supersedes"), names.to_arrow().cast(pa.string()))


def current(findings: pa.Table, as_of: datetime | None = None) -> pa.Table:
    """Findings as they stood at an instant (None: now): of each id the last revision that was assessed by then."""
    if findings.num_rows == 0:
        return findings
    frame = _plain(findings.select(["finding_id", "revision", "assessed_at"])).with_row_index("n")
    if as_of is not None:
        frame = frame.filter(pl.col("assessed_at") <= as_of)
    last = frame.sort("finding_id", "revision").unique("finding_id", keep="last").sort("n")
    return findings.take(pa.array(last["n"].to_numpy()))


def _plain(findings: pa.Table) -> pl.DataFrame:
    names = [name for name in ("finding_id", "revision", "assessed_at", *CONTENT) if name in findings.column_names]
    frame = pl.from_arrow(findings.select(names))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
