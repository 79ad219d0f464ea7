"""The form by which residents report a nuisance, and what became of a report."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from clearbay.casebook import Casebook, Writer
from clearbay.casebook.attachments import AttachmentRefused
from clearbay.casebook.nuisances import (
    CONTACT_AT_MOST,
    KINDS,
    PLACE_AT_MOST,
    TEXT_AT_MOST,
    NuisanceRefused,
    Report,
    TooMany,
)
from clearbay.web.layout import formats
from clearbay.web.layout.errors import BadRequest, NotThere
from clearbay.web.layout.page import live_of, render, words_of

router = APIRouter()

ID_AT_MOST = 40
EMPTY = {"kind": "odour", "place": "", "text": "", "contact": "", "site": ""}
LIMITS = {"place": PLACE_AT_MOST, "text": TEXT_AT_MOST, "contact": CONTACT_AT_MOST}


@router.get("/bulletin/report")
def form(request: Request) -> Response:
    """Show the form."""
    _book(request)
    return _form(request, EMPTY, "")


@router.post("/bulletin/report")
def report(
    request: Request,
    kind: Annotated[str, Form(max_length=20)],
    place: Annotated[str, Form(max_length=4000)] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    contact: Annotated[str, Form(max_length=4000)] = "",
    site: Annotated[str, Form(max_length=100)] = "",
    noticed: Annotated[str, Form(max_length=40)] = "",
    homepage: Annotated[str, Form(max_length=4000)] = "",
    picture: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a report; what is wrong with it is said beside the form, which keeps what was written."""
    book, live, t = _book(request), live_of(request), words_of(request)
    said = {"kind": kind, "place": place, "text": text, "contact": contact, "site": site}
    if homepage:  # no person sees this field: a robot filled it in
        return _form(request, said, t("nuisance.robot"), status_code=400)
    known = {one.site_id for one in live.district().sites}
    now = live.now()
    origin = request.client.host if request.client else ""
    try:
        moment = _noticed(noticed, live.district().zone) or now
        one = Report(kind, place, moment, text, contact, site if site in known else "")
        # Before the picture is kept: what is refused must not fill the disk.
        book.nuisances.would_take(now, origin, one)
        if picture is not None and picture.size:
            name, content = picture.filename or "picture", picture.file.read()
            kept = book.attachments.add(Writer("resident", now), name, content, picture=True)
            one = replace(one, files=(kept.digest,))
        number = book.nuisances.report(now, origin, one, live_of(request).district().zone)
    except TooMany as refused:
        return _form(request, said, t("nuisance.too_many", why=refused.said(t.lang)), status_code=429)
    except (NuisanceRefused, AttachmentRefused, BadRequest) as refused:
        return _form(request, said, t("nuisance.refused", why=refused.said(t.lang)), status_code=400)
    return RedirectResponse(f"/bulletin/reports/{number}?new=1", 303)


@router.get("/bulletin/reports/{nuisance_id}")
def reported(request: Request, nuisance_id: str, new: bool = False) -> Response:
    """Show what anyone may know of a report: its kind, its day, what became of it."""
    book, live = _book(request), live_of(request)
    one = book.nuisances.get(nuisance_id) if len(nuisance_id) <= ID_AT_MOST else None
    if one is None:
        raise NotThere(
            f"there is no report {nuisance_id[:ID_AT_MOST]}", f"没有编号为 {nuisance_id[:ID_AT_MOST]} 的反映"
        )
    now = live.now()
    follow_up = book.follow_ups.of(now, nuisance_id=nuisance_id)
    steps = () if follow_up is None else follow_up.steps
    # Words of people are not for everyone: only which step was taken, and when.
    zone = live.district().zone
    taken = [(step.step, formats.local(step.at, zone).date()) for step in steps if step.step != "remark"]
    return render(
        request,
        "reported.html.j2",
        one=one,
        kind=KINDS.get(one.kind, (one.kind, one.kind)),
        day=formats.local(one.at, zone).date(),
        steps=taken,
        new=new,
    )


def _form(request: Request, said: dict[str, str], wrong: str, *, status_code: int = 200) -> Response:
    live = live_of(request)
    return render(
        request,
        "nuisance.html.j2",
        status_code=status_code,
        said=said,
        wrong=wrong,
        kinds=KINDS,
        limits=LIMITS,
        noticed=f"{formats.local(live.now(), live.district().zone):%Y-%m-%dT%H:%M}",
    )


def _noticed(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise BadRequest(
            f"{text!r} is no time; write it as 2026-03-01T14:30", f"{text!r} 不是时间；请写成 2026-03-01T14:30"
        ) from error


def _book(request: Request) -> Casebook:
    book: Casebook | None = request.app.state.casebook
    if book is None:
        raise NotThere("this service takes no reports", "本服务不接收反映")
    return book
