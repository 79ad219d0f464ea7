"""Alarms: those that are on, what came before, acknowledging and shelving."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from clearbay.casebook import Casebook
from clearbay.casebook.accounts import Session
from clearbay.casebook.alarms import Alarm
from clearbay.web.alarm_words import rule_words
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.formats import span
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.security import require, writer

router = APIRouter()

A_PAGE = 100
HOURS = (1, 8, 24, 168)


def _book(request: Request) -> Casebook:
    book: Casebook | None = request.app.state.casebook
    if book is None:
        raise NotThere("this service keeps no alarms", "本服务没有报警记录")
    return book


@router.get("/alarms")
def alarms(
    request: Request,
    before: Annotated[datetime | None, Query()] = None,
    point: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show the alarms that are on, and the history."""
    book, live, t = _book(request), live_of(request), words_of(request)
    now = live.now()
    history = book.alarms.listed(point_id=point, before=before if before and before.tzinfo else None, limit=A_PAGE)
    standing = [one for one in book.alarms.standing() if point in ("", one.point_id)]
    return render(
        request,
        "alarms.html.j2",
        standing=standing,
        history=history,
        names={one.point_id: t.of(one.name) for one in live.district().points},
        lasted={one.alarm_id: span(one.lasted(now).total_seconds(), t) for one in (*standing, *history)},
        waiting=book.outbox.counts().get("waiting", 0),
        older=history[-1].raised if len(history) == A_PAGE else None,
        point=point,
        rules=[rule_words(rule, live.district().points, t) for rule in live.district().alarms],
    )


@router.get("/alarms/{alarm_id}")
def alarm(request: Request, alarm_id: str) -> Response:
    """Show one alarm with everything done about it."""
    book, live, t = _book(request), live_of(request), words_of(request)
    one = _needed(book, alarm_id)
    rule = next((rule for rule in live.district().alarms if rule.rule_id == one.rule_id), None)
    names = {p.point_id: t.of(p.name) for p in live.district().points}
    now = live.now()
    return render(
        request,
        "alarm.html.j2",
        one=one,
        steps=book.alarms.steps(alarm_id),
        where=names.get(one.point_id, one.point_id),
        lasted=span(one.lasted(now).total_seconds(), t),
        times=book.alarms.raised_since(one.rule_id, one.subject, now - timedelta(days=1)),
        shelved=book.alarms.shelved(one.rule_id, one.point_id, now),
        hours=HOURS,
        rule=None if rule is None else rule_words(rule, live.district().points, t),
    )


@router.post("/alarms/{alarm_id}/acknowledge")
def acknowledge(
    request: Request,
    alarm_id: str,
    session: Annotated[Session, Depends(require("operator"))],
    text: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Say that somebody saw it."""
    book = _book(request)
    _needed(book, alarm_id)
    book.alarms.acknowledge(writer(request, live_of(request).now()), alarm_id, text)
    return RedirectResponse(f"/alarms/{alarm_id}", 303)


@router.post("/alarms/{alarm_id}/shelve")
def shelve(
    request: Request,
    alarm_id: str,
    session: Annotated[Session, Depends(require("editor"))],
    hours: Annotated[int, Form(ge=1, le=720)],
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Send no notices of this rule at this point for a while."""
    book, now = _book(request), live_of(request).now()
    one = _needed(book, alarm_id)
    book.alarms.shelve(writer(request, now), one.rule_id, one.point_id, now + timedelta(hours=hours), reason)
    return RedirectResponse(f"/alarms/{alarm_id}", 303)


def _needed(book: Casebook, alarm_id: str) -> Alarm:
    one = book.alarms.get(alarm_id)
    if one is None:
        raise NotThere(f"there is no alarm {alarm_id[:40]}", f"没有编号为 {alarm_id[:40]} 的报警")
    return one
