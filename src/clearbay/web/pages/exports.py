"""What pages show, as files: findings, a series, loggers, packets, projects; with the same choices as the pages."""

from datetime import timedelta
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response

from clearbay.plans.rollup import worst_first
from clearbay.plans.wording import reason_words
from clearbay.web import judged
from clearbay.web.api.answers import Moment, Word
from clearbay.web.exporting import ROWS_AT_MOST, Form, export
from clearbay.web.layout.errors import BadRequest
from clearbay.web.layout.formats import local
from clearbay.web.layout.page import live_of, words_of
from clearbay.web.packet_text import visible
from clearbay.web.pages.findings import TEXT_AT_MOST, Asked, select
from clearbay.web.pages.plans import asked as plan_asked
from clearbay.web.pages.points import point_of

router = APIRouter()

Text = Annotated[str, Query(max_length=TEXT_AT_MOST)]
BUCKETS, LONGEST = 5000, timedelta(days=3700)
PACKETS_AT_MOST = 20_000


@router.get("/findings.{form}")
def findings(
    request: Request,
    form: Form,
    point: Text = "",
    standard: Text = "",
    verdict: Text = "",
    averaging: Text = "",
    since: Text = "",
    until: Text = "",
) -> Response:
    """Give all findings that the list shows, on all its pages."""
    live, t = live_of(request), words_of(request)
    found = select(live, Asked(point, standard, verdict, averaging, since, until), limit=ROWS_AT_MOST[form] + 1)
    names = {one.point_id: t.of(one.name) for one in live.district().points}
    table = judged.frame(found)
    named = table.insert_column(
        table.columns.index("point_id") + 1,
        table["point_id"].replace_strict(names, default=table["point_id"], return_dtype=pl.String).alias("point"),
    )
    place = named.columns.index("code") + 1
    spoken = {code: t.parameter(code) for code in named["code"].unique().drop_nulls()}
    parameter = named["code"].replace_strict(spoken, default=None, return_dtype=pl.String).alias("parameter")
    return export(named.insert_column(place, parameter), f"findings-{_today(request)}", form, live)


@router.get("/points/{point_id}/series.{form}")
def series(
    request: Request,
    point_id: str,
    form: Form,
    code: Word,
    start: Moment,
    end: Moment,
    basis: Literal["raw", "standard", "reference_o2", "index"] = "raw",
    statistic: Literal["avg", "value", "min", "max", "sum"] = "avg",
    unit: Text = "",
) -> Response:
    """Give a series over a span in at most 5,000 steps: lowest, mean, highest and count of each."""
    live, t = live_of(request), words_of(request)
    point = point_of(live, point_id, t)
    if not timedelta(0) < end - start <= LONGEST:
        raise BadRequest(
            f"end lies after start, and at most {LONGEST.days} days", f"结束须晚于开始，且最长 {LONGEST.days} 天"
        )
    found = pl.from_arrow(live.history(point_id, code, basis, start, end, BUCKETS, statistic))
    assert isinstance(found, pl.DataFrame)
    table = found.select(
        pl.lit(point_id).alias("point_id"),
        pl.lit(t.of(point.name)).alias("point"),
        pl.lit(code).alias("code"),
        pl.lit(t.parameter(code)).alias("parameter"),
        pl.lit(basis).alias("basis"),
        pl.lit(statistic).alias("statistic"),
        pl.lit(unit).alias("unit"),
        pl.col("time", "low", "mean", "high", "count"),
    )
    return export(table, f"{point_id}-{code}-{local(start, point.zone):%Y%m%d}", form, live)


@router.get("/loggers.{form}")
def loggers(request: Request, form: Form) -> Response:
    """Give the account of every logger."""
    live, t = live_of(request), words_of(request)
    sites = {site.site_id: t.of(site.name) for site in live.district().sites}
    states = live.loggers()
    numbers = ("received", "stored", "refused", "duplicate")
    table = pl.DataFrame(
        {
            "mn": [one.mn for one in states],
            "site_id": [one.site_id for one in states],
            "site": [sites.get(one.site_id, one.site_id) for one in states],
            "version": [one.version for one in states],
            "last_seen": [one.last_seen for one in states],
            **{name: [getattr(one, name) for one in states] for name in numbers},
        },
        schema_overrides={"last_seen": pl.Datetime("us", "UTC"), **dict.fromkeys(numbers, pl.Int64)},
    )
    return export(table, f"loggers-{_today(request)}", form, live)


@router.get("/packets.{form}")
def packets(request: Request, form: Form, mn: Text = "", verdict: Text = "") -> Response:
    """Give the newest packets, at most 20,000, as text with passwords hidden."""
    live = live_of(request)
    found = pl.from_arrow(live.packets(mn or None, verdict or None, None, PACKETS_AT_MOST))
    assert isinstance(found, pl.DataFrame)
    table = found.with_columns(
        pl.col(pl.Categorical).cast(pl.String), pl.col("bytes").bin.size().alias("size")
    ).with_columns(pl.col("bytes").map_elements(visible, return_dtype=pl.String).alias("text"))
    return export(table.drop("bytes"), f"packets-{_today(request)}", form, live)


@router.get("/plans/{name}/projects.{form}")
def projects(request: Request, name: str, form: Form, at: Text = "", as_of: Text = "", light: Text = "") -> Response:
    """Give the projects of a plan on a day, as known on a day, the worst first."""
    live = live_of(request)
    now = plan_asked(live, name, at, as_of)
    rows = []
    for state, one in worst_first(now.state, now.lights):
        if light and light != one.colour:
            continue
        row, (zh, en) = state.project, reason_words(one)
        rows.append(
            {
                "id": row.id,
                "name": row.name,
                "theme": now.book.plan.theme(row.theme).name,
                "level": row.level,
                "lead": row.lead,
                "start": row.start,
                "due": state.due,
                "due_as_approved": state.due0,
                "light": one.colour,
                "reason_zh": zh,
                "reason_en": en,
                "days": one.days,
                "phase": state.phase,
                "done_percent": state.pct,
                "finished": state.finished,
                "at": now.at,
                "as_of": now.as_of,
            }
        )
    # The book is what people wrote, not what instruments sent; in a demonstration it is made up all the same.
    return export(pl.DataFrame(rows, infer_schema_length=None), f"{name}-projects-{now.at}", form, live)


def _today(request: Request) -> str:
    live = live_of(request)
    return f"{local(live.now(), live.district().zone):%Y%m%d}"
