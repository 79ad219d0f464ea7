"""What stood and is found no more: it is superseded, it does not linger.

Hours of a stack are findings of their own only while they exceed (or would, but for a tag). When a lower value arrives
nothing is judged anew under that id; the day's finding holds the hour with its value. Contradictions of tags are
findings only while tags contradict something.
"""

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess.findings import SCHEMA, Verdict
from clearbay.assess.reasons import WORDS, Why
from clearbay.platform.judging import CONFLICT

HOUR, LARGEST = "1h", "max1h"


def withdrawn(standing: pa.Table, made: pa.Table, now: datetime) -> pa.Table:
    """Give the next revisions of hours that stand as exceeded and were not found again.

    Parameters
    ----------
    standing : whole findings as they stand, over what was judged. made : what was judged.

    Returns
    -------
    findings (`findings.SCHEMA`): `met` with the hour's value where the day's finding lists it as used, else
    `not_evaluable`.
    """
    hours = standing.filter(
        pc.and_(pc.equal(_text(standing, "averaging"), HOUR), pc.equal(_text(standing, "verdict"), Verdict.EXCEEDED))
    )
    largest = made.filter(pc.equal(_text(made, "averaging"), LARGEST)).to_pylist()
    days = {(str(row["standard"]), str(row["point_id"]), str(row["code"])) for row in largest}
    found = set(made["finding_id"].to_pylist())
    rows = [
        _next(row, largest, now)
        for row in hours.to_pylist()
        if row["finding_id"] not in found and (row["standard"], row["point_id"], row["code"]) in days
    ]
    return pa.Table.from_pylist(rows, schema=_plain()).cast(SCHEMA) if rows else SCHEMA.empty_table()


def corrected(standing: pa.Table, made: pa.Table, now: datetime) -> pa.Table:
    """Give the next revisions of contradictions of tags that are none any more: `met`, no hours.

    Parameters
    ----------
    standing : whole findings as they stand that begin in what was judged. made : what was judged.

    Returns
    -------
    findings (`findings.SCHEMA`) for the contradictions of `standing` that stand as such and were not found again.
    """
    found = set(made["finding_id"].to_pylist())
    rows = [
        {
            **row,
            "revision": int(str(row["revision"])) + 1,
            "supersedes": f"{row['finding_id']}.{row['revision']}",
            "verdict": str(Verdict.MET),
            "value": 0.0,
            **dict.fromkeys(("expected", "valid"), 0),
            "left_out": [{"reason": WORDS[Why.TAG_CORRECTED][0], "count": 1}],
            "windows": [],
            "input_digest": "",
            "assessed_at": now,
        }
        for row in standing.to_pylist()
        if row["averaging"] == CONFLICT and row["verdict"] != Verdict.MET and row["finding_id"] not in found
    ]
    return pa.Table.from_pylist(rows, schema=_plain()).cast(SCHEMA) if rows else SCHEMA.empty_table()


def emptied(standing: pa.Table, made: pa.Table, now: datetime) -> pa.Table:
    """Give the next revisions of findings whose values are gone: not evaluable, everything expected is missing.

    Parameters
    ----------
    standing : whole findings as they stand, over what was judged. made : what was judged.

    Returns
    -------
    findings (`findings.SCHEMA`) for those of `standing` that were not found again and say more than that already.
    """
    found = set(made["finding_id"].to_pylist())
    rows = [
        _emptied(row, now)
        for row in standing.to_pylist()
        if row["finding_id"] not in found
        and not (row["verdict"] == Verdict.NOT_EVALUABLE and row["valid"] == 0)
        and row["averaging"] != CONFLICT
    ]
    return pa.Table.from_pylist(rows, schema=_plain()).cast(SCHEMA) if rows else SCHEMA.empty_table()


def _emptied(row: Mapping[str, object], now: datetime) -> dict[str, object]:
    return {
        **row,
        "revision": int(str(row["revision"])) + 1,
        "supersedes": f"{row['finding_id']}.{row['revision']}",
        "verdict": str(Verdict.NOT_EVALUABLE),
        **dict.fromkeys(("value", "raw_value", "margin", "index"), None),
        **dict.fromkeys(("class", "primary", "input_digest"), ""),
        "valid": 0,
        "left_out": [{"reason": "missing", "count": row["expected"]}],
        "windows": [],
        "assessed_at": now,
    }


def _next(row: Mapping[str, object], largest: list[Mapping[str, object]], now: datetime) -> dict[str, object]:
    window, digest = None, row["input_digest"]
    for day in largest:
        windows = day["windows"]
        assert isinstance(windows, list)
        if (day["standard"], day["point_id"], day["code"]) == (row["standard"], row["point_id"], row["code"]):
            hit = next((w for w in windows if w["time"] == row["time"]), None)
            if hit is not None:
                window, digest = hit, day["input_digest"]
    used = window is not None and window["why"] == "used"
    value = window["value"] if used and window is not None else None
    limit = row["limit_max"]
    margin = limit - value if isinstance(limit, float) and isinstance(value, float) else None
    return {
        **row,
        "revision": int(str(row["revision"])) + 1,
        "supersedes": f"{row['finding_id']}.{row['revision']}",
        "verdict": str(Verdict.MET if used else Verdict.NOT_EVALUABLE),
        "value": value,
        "raw_value": None,
        "margin": margin,
        "valid": 1 if used else 0,
        "left_out": [] if used else [{"reason": window["why"] if window else "missing", "count": 1}],
        "windows": [window] if window is not None else [],
        "input_digest": digest,
        "assessed_at": now,
    }


def _text(table: pa.Table, name: str) -> pa.ChunkedArray:
    return table[name].cast(pa.string())


def _plain() -> pa.Schema:
    return pa.schema(
        [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMA]
    )
