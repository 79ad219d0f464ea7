"""Recomputing one finding from the files that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa

from clearbay.assess import findings as findings_module
from clearbay.assess.frames import lazy
from clearbay.assess.judge import covered_days, together_expected
from clearbay.assess.permits import Point
from clearbay.platform.file_assessment import Request, judged, points_of, read_files
from clearbay.standards import load


@dataclass(frozen=True)
class Recomputed:
    """A finding computed anew (None when it does not come out at all), and the rows of the files behind it."""

    finding: Mapping[str, object] | None
    rows: pa.Table
    files: tuple[str, ...]
    zone: str


def recompute(request: Request, stored: Mapping[str, object]) -> Recomputed:
    """Read the files of a request again and judge the point of a stored finding, over the same days.

    Raises
    ------
    UnreadableFiles, PermitError, StandardNotFound : as when the files were assessed.
    """
    reading = read_files(request)
    points = points_of(reading)
    whole = pl.from_arrow(reading.table)
    assert isinstance(whole, pl.DataFrame)
    beside = {permit.profile.get("furnace") for permit in request.permits if permit.applies_to(str(stored["point_id"]))}
    names = [str(stored["point_id"]), *(name for name in beside if name)]
    mine = whole.filter(pl.col("point_id").cast(pl.String).is_in(names))
    assessed_at, start = stored["assessed_at"], stored["time"]
    assert isinstance(assessed_at, datetime)
    assert isinstance(start, datetime)
    part = type(reading)(
        mine.to_arrow(), reading.points, reading.reported, reading.rejects, reading.files, reading.comments
    )
    zone, name = str(stored["zone"]), str(stored["point_id"])
    # The days expected are those that all points like this one cover, not only its own.
    known = {point.point_id: point for point in points}
    groups = together_expected({**known, name: known.get(name, Point(name))}, request.permits)
    like_it = next((group for group in groups if name in group), [name])
    span = request.span or covered_days(lazy(reading.table), like_it, zone)
    standards = load(*(Path(folder) for folder in request.standards))
    found = pl.from_arrow(
        findings_module.together(judged(replace(request, span=span), part, standards, points, assessed_at))
    )
    assert isinstance(found, pl.DataFrame)
    match = found.filter(pl.col("finding_id") == str(stored["finding_id"]))
    end_s = max(int(str(stored["period_s"])), 1)
    end = start + timedelta(seconds=end_s)
    windows = stored["windows"]
    assert isinstance(windows, list)
    codes = {window["code"] for window in windows} | {str(stored["code"])}
    first = min([start, *(window["time"] for window in windows)])
    rows = mine.filter(
        pl.col("code").cast(pl.String).is_in(list(codes)),
        pl.col("time") >= first,
        pl.col("time") < end,
        pl.col("period_s") <= max([int(window["period_s"]) for window in windows], default=end_s),
    ).sort("source", "row", "code")
    return Recomputed(
        match.to_dicts()[0] if len(match) == 1 else None,
        rows.with_columns(pl.col(pl.Categorical).cast(pl.String)).to_arrow(),
        request.files,
        zone,
    )
