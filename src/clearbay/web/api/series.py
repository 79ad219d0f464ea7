"""Values of a series, aggregated where they lie: as JSON or CSV."""

import io
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import quote

import pyarrow as pa
import pyarrow.csv
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from clearbay.web.api.answers import MAY_REFUSE, Moment, Word, answer
from clearbay.web.layout.errors import BadRequest, NotThere
from clearbay.web.layout.formats import instant
from clearbay.web.layout.page import live_of

router = APIRouter(prefix="/api", tags=["series"])

MOST_BUCKETS = 5000
LONGEST = timedelta(days=3700)


class Series(BaseModel):
    """A series over a span, one entry a bucket that has values; `time` is the start of the bucket (UTC)."""

    point: str
    code: str
    basis: str
    statistic: str
    start: str
    end: str
    time: list[str]
    low: list[float | None]
    mean: list[float | None]
    high: list[float | None]
    count: list[int]


@router.get("/series", include_in_schema=False)  # the name it had before there were versions
@router.get(
    "/v1/series",
    response_model=Series,
    responses=MAY_REFUSE | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="Values of a series, aggregated into buckets",
)
def series(
    request: Request,
    point: Word,
    code: Annotated[str, Query(min_length=1, max_length=20)],
    start: Moment,
    end: Annotated[Moment, Query(description="exclusive; ISO 8601 with an offset")],
    basis: Literal["raw", "standard", "reference_o2", "index"] = "raw",
    statistic: Literal["avg", "value", "min", "max", "sum"] = "avg",
    buckets: Annotated[int, Query(ge=1, le=MOST_BUCKETS)] = 600,
    form: Literal["json", "csv"] = "json",
) -> Response:
    """Give lowest, mean, highest and count of each bucket; buckets without values are left out, never filled."""
    live = live_of(request)
    if end <= start:
        raise BadRequest("end is not after start")
    if end - start > LONGEST:
        raise BadRequest(f"the span is longer than {LONGEST.days} days; ask for it in parts")
    if all(one.point_id != point for one in live.district().points):
        raise NotThere(f"there is no point {point!r}")
    table = live.history(point, code, basis, start, end, buckets, statistic)
    table = table.select(["time", "low", "mean", "high", "count"])
    if form == "csv":
        return _csv(table, f"{point}-{code}.csv")
    columns = table.to_pydict()
    columns["time"] = [instant(t) for t in columns["time"]]
    said = Series(
        point=point, code=code, basis=basis, statistic=statistic, start=instant(start), end=instant(end), **columns
    )
    return answer(request, said)


def _csv(table: pa.Table, name: str) -> Response:
    out = io.BytesIO()
    pyarrow.csv.write_csv(table, out)
    safe = "".join(c if c.isalnum() or c in "-._" else "_" for c in name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(safe)}"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
