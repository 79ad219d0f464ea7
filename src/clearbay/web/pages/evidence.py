"""The evidence of one finding: limit, value, windows used or left out and why, revisions; and recomputing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from clearbay.casebook import Casebook
from clearbay.reports.assessment.figures_as_text import number, unit
from clearbay.standards.clause_names import clause_in
from clearbay.vocabulary.flags import FLAGS
from clearbay.web import judged
from clearbay.web.layout import formats
from clearbay.web.layout.errors import BadRequest, NotThere
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.source import Live
from clearbay.web.standing import tag_in
from clearbay.web.text import Text

router = APIRouter()

ID_AT_MOST = 64


@dataclass(frozen=True)
class Window:
    """A window behind a finding."""

    time: str
    instant: str
    code: str
    parameter: str
    value: str
    flag: str
    tag: str
    why: str
    used: bool


@router.get("/findings/{finding_id}")
def evidence(
    request: Request,
    finding_id: str,
    as_of: Annotated[str, Query(max_length=ID_AT_MOST)] = "",
    revision: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
) -> Response:
    """Show the evidence of a finding, as it stands or as it stood."""
    return _page(request, finding_id, as_of, revision)


@router.post("/findings/{finding_id}/recompute")
def recompute(request: Request, finding_id: str) -> Response:
    """Make a finding anew from its raw packets and say whether it is the same. Changes nothing."""
    live = live_of(request)
    if live.finding(finding_id) is None:
        raise NotThere(f"there is no finding {finding_id[:ID_AT_MOST]}", f"没有编号为 {finding_id[:ID_AT_MOST]} 的判定")
    return _page(request, finding_id, "", None, live.recompute(finding_id))


def _page(request: Request, finding_id: str, as_of: str, revision: int | None, again: object = None) -> Response:
    live, t = live_of(request), words_of(request)
    moment = instant("as_of", as_of)
    row = live.finding(finding_id, moment, revision) if len(finding_id) <= ID_AT_MOST else None
    if row is None:
        one, then = finding_id[:ID_AT_MOST], as_of[:ID_AT_MOST]
        raise NotThere(
            f"there is no finding {one}" + (f" as of {then}" if then else ""),
            f"没有编号为 {one} 的判定" + (f"（截至 {then}）" if then else ""),
        )
    names = {point.point_id: t.of(point.name) for point in live.district().points}
    windows = windows_of(row, t)
    return render(
        request,
        "evidence.html.j2",
        row=row,
        followed=_followed(request, finding_id),
        one=judged.line(row, names, t),
        facts=facts(row, t),
        identity=identity(row, t),
        windows=windows,
        with_flags=any(w.flag for w in windows),
        with_tags=any(w.tag for w in windows),
        left_out=[(t.names.reason(str(r["reason"])), r["count"]) for r in _list(row, "left_out")],
        revisions=revisions(live, finding_id, t),
        again=again,
        follow_ups=hasattr(request.app.state.casebook, "follow_ups"),
    )


def instant(name: str, text: str) -> datetime | None:
    """Read an instant of an address; without an offset it is UTC.

    Raises
    ------
    BadRequest : it is none.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise BadRequest(
            f"{name}={text!r} is not an instant; write it as 2026-03-01T08:00:00+08:00",
            f"{name}={text!r} 不是时刻；请写成 2026-03-01T08:00:00+08:00",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def windows_of(row: Mapping[str, object], t: Text) -> list[Window]:
    """Windows behind a finding, as they are shown."""
    zone, found = str(row["zone"]), []
    for window in _list(row, "windows"):
        start, value = window["time"], window["value"]
        assert isinstance(start, datetime)
        why = str(window["why"])
        found.append(
            Window(
                f"{formats.local(start, zone):%Y-%m-%d %H:%M}",
                formats.instant(start),
                str(window["code"]),
                t.names.symbol(str(window["code"])),
                number(value) if isinstance(value, float) else "–",
                _flag(str(window.get("flag") or ""), t),
                tag_in(str(window.get("tag") or ""), t.lang),
                t.names.reason(why),
                why == "used",
            )
        )
    return found


def _flag(letter: str, t: Text) -> str:
    known = FLAGS.get(letter)
    return f"{letter} {t.names.pick(known.name_zh, known.name_en)}" if known is not None else letter


def _followed(request: Request, finding_id: str) -> str | None:
    """The follow-up of a finding: its id, "" where there is none yet, None where none are kept."""
    book: Casebook | None = request.app.state.casebook
    if book is None:
        return None
    held = book.follow_ups.of(live_of(request).now(), finding_id=finding_id)
    return "" if held is None else held.follow_up_id


def facts(row: Mapping[str, object], t: Text) -> list[tuple[str, str]]:
    """What a finding rests on, as pairs of a word and a text."""
    symbol, basis = unit(str(row["unit"])), f"evidence.basis_{row['basis']}"
    pairs = [
        ("limit", f"{judged.limit_of(row)} {symbol}".strip()),
        ("standard", str(row["standard"])),
        ("clause", clause_in(str(row["clause"]), t.lang)),
        ("confidence", t.names.confidence(str(row["confidence"])) if row["confidence"] else ""),
        ("averaging", t.names.averaging(str(row["averaging"]))),
        ("method", t.method(str(row["method"]))),
        ("basis", t(basis) if t.has(basis) else str(row["basis"])),
        ("in_full", _figure(row, "value", symbol) if row.get("index") is None else ""),
        ("margin", _figure(row, "margin", symbol)),
        ("raw_value", _figure(row, "raw_value", symbol)),
        ("counts", t("evidence.of", valid=row["valid"], expected=row["expected"])),
        ("revision", str(row["revision"])),
        ("assessed_at", _stamp(row["assessed_at"], str(row["zone"]))),
    ]
    return [(t(f"evidence.{key}"), text) for key, text in pairs if text]


def identity(row: Mapping[str, object], t: Text) -> list[tuple[str, str]]:
    """What a program, or a person who checks the files, finds the finding and its inputs by."""
    keys = ("finding_id", "supersedes", "input_digest", "rule_digest")
    return [(t(f"evidence.{key}"), str(row[key])) for key in keys if row[key]]


def revisions(live: Live, finding_id: str, t: Text) -> list[Mapping[str, object]]:
    """All revisions of a finding, the last first."""
    return [
        {
            "revision": row["revision"],
            "at": _stamp(row["assessed_at"], str(row["zone"])),
            "value": judged.value_of(row, t),
            "verdict": t.names.verdict(str(row["verdict"] or "")),
        }
        for row in reversed(list(live.revisions(finding_id)))
    ]


def _figure(row: Mapping[str, object], name: str, symbol: str) -> str:
    value = row.get(name)
    return f"{number(value)} {symbol}".strip() if isinstance(value, float) else ""


def _stamp(moment: object, zone: str) -> str:
    return f"{formats.local(moment, zone):%Y-%m-%d %H:%M:%S}" if isinstance(moment, datetime) else ""


def _list(row: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = row.get(name)
    return found if isinstance(found, list) else []
