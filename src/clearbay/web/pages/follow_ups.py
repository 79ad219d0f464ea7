"""Follow-ups: the list with the late ones first, each with its steps, and the forms that take the next one."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.accounts import Session
from clearbay.casebook.due import AFTER
from clearbay.casebook.follow_ups import TITLE_AT_MOST, FollowUp, Subject
from clearbay.casebook.nuisances import KINDS
from clearbay.web import judged
from clearbay.web.layout.errors import NotThere, not_a_day
from clearbay.web.layout.page import live_of, render, words_of
from clearbay.web.security import require, writer

router = APIRouter()

STATES = ("open", "noticed", "replied", "rechecked", "sent_back", "closed")
PATH = ("notice", "reply", "recheck", "closed")
"""The way from notice to end, as the page draws it."""

REACHED = {"noticed": 1, "sent_back": 1, "replied": 2, "rechecked": 3, "closed": 4}
"""How many steps of the way are behind a state."""

TEXT_AT_MOST = 5000
Kind: TypeAlias = Literal["exceedance", "data", "nuisance", "other"]
Step: TypeAlias = Literal["reply", "recheck", "close", "send_back", "extend", "remark"]
FORMS: dict[str, Step] = {"reply": "reply", "recheck": "recheck", "closed": "close", "sent_back": "send_back"}
"""The form that takes a step."""

Operator = Annotated[Session, Depends(require("operator"))]
Said = Annotated[str, Form(max_length=TEXT_AT_MOST)]


@router.get("/follow-ups")
def follow_ups(
    request: Request,
    state: Annotated[str, Query(max_length=20)] = "open",
    late: bool = False,
    point: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List follow-ups, the latest ones first; who may decide sees the reports that wait."""
    book, live, t = _book(request), live_of(request), words_of(request)
    now = live.now()
    may = request.state.session is not None and request.state.session.may("operator")
    return render(
        request,
        "follow_ups.html.j2",
        found=book.follow_ups.listed(now, state=state if state in STATES else "", late=late, point_id=point),
        late_count=len(book.follow_ups.listed(now, late=True)),
        open_count=len(book.follow_ups.listed(now, state="open")),
        state=state,
        late=late,
        states=STATES,
        names={one.point_id: t.of(one.name) for one in live.district().points},
        waiting=book.nuisances.listed(undecided=True) if may else (),
        kinds=KINDS,
    )


@router.get("/follow-ups/new")
def new(
    request: Request,
    session: Operator,
    finding: Annotated[str, Query(max_length=64)] = "",
    nuisance: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show the form that opens a follow-up of a finding or of a report."""
    book = _book(request)
    held = book.follow_ups.of(live_of(request).now(), finding_id=finding, nuisance_id=nuisance)
    if held is not None:
        return RedirectResponse(f"/follow-ups/{held.follow_up_id}", 303)
    return _opening(request, _subject(request, finding, nuisance), words_of(request)("follow.default_notice"), "")


@router.post("/follow-ups")
def opened(
    request: Request,
    session: Operator,
    title: Annotated[str, Form(max_length=2000)] = "",
    text: Said = "",
    due: Annotated[str, Form(max_length=20)] = "",
    finding: Annotated[str, Form(max_length=64)] = "",
    nuisance: Annotated[str, Form(max_length=40)] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Open a follow-up with its notice."""
    book = _book(request)
    subject = _subject(request, finding, nuisance)
    if title.strip():
        subject = Subject(**{name: getattr(subject, name) for name in subject.__slots__} | {"title": title.strip()})
    by = writer(request, live_of(request).now())
    try:
        number = book.follow_ups.open(by, subject, text, due=_day(due), files=_kept(book, by, files))
    except CasebookError as refused:
        return _opening(request, subject, text, _wrong(request, refused))
    return RedirectResponse(f"/follow-ups/{number}", 303)


@router.get("/follow-ups/{number}")
def follow_up(request: Request, number: str) -> Response:
    """Show a follow-up with all its steps and what may come next."""
    return _page(request, number, "")


@router.post("/follow-ups/{number}/{step}")
def taken(
    request: Request,
    number: str,
    step: Step,
    session: Operator,
    text: Said = "",
    cause: Said = "",
    measure: Said = "",
    due: Annotated[str, Form(max_length=20)] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Take a step; what is wrong with it is said on the page. Closing and giving more time asks for an editor."""
    if step in ("close", "extend") and not session.may("editor"):
        require("editor")(request)
    book = _book(request)
    cases, by = book.follow_ups, writer(request, live_of(request).now())
    day = _day(due)
    if step == "extend" and day is None:
        return _page(request, number, words_of(request)("follow.wrong", why=words_of(request)("follow.extend_due")))
    try:
        held = _kept(book, by, files)
        take: dict[Step, Callable[[], None]] = {
            "reply": lambda: cases.reply(by, number, cause, measure, held),
            "recheck": lambda: cases.recheck(by, number, text, held),
            "close": lambda: cases.close(by, number, text),
            "send_back": lambda: cases.send_back(by, number, text, day),
            "extend": lambda: cases.extend(by, number, day or date.max, text),
            "remark": lambda: cases.remark(by, number, text, held),
        }
        take[step]()
    except CasebookError as refused:
        return _page(request, number, _wrong(request, refused))
    return RedirectResponse(f"/follow-ups/{number}", 303)


@router.get("/follow-ups/{number}/files/{digest}")
def file(request: Request, number: str, digest: str) -> Response:
    """Give a file of a step; it is saved, never opened in the page."""
    book = _book(request)
    one = _needed(book, number, live_of(request).now())
    return _file(book, digest, {name for step in one.steps for name in step.files})


@router.get("/reports/{nuisance_id}/files/{digest}")
def picture(request: Request, nuisance_id: str, digest: str, session: Operator) -> Response:
    """Give a resident's picture to who handles the report: it may show people."""
    book = _book(request)
    one = book.nuisances.get(nuisance_id)
    return _file(book, digest, set(one.files) if one is not None else set())


def _file(book: Casebook, digest: str, known: set[str]) -> Response:
    held = book.attachments.get(digest)
    if held is None or digest not in known:
        raise NotThere("there is no such file here", "这里没有这个文件")
    # The digest says enough where a name has letters that a header cannot carry.
    ending = held.name.rpartition(".")[2] if held.name.isascii() else "bin"
    headers = {"Content-Disposition": f'attachment; filename="{digest[:12]}.{ending}"', "Cache-Control": "no-store"}
    return Response(book.attachments.content(digest), media_type=held.media_type, headers=headers)


@router.post("/reports/{nuisance_id}/set-aside")
def set_aside(request: Request, nuisance_id: str, session: Operator, text: Said = "") -> Response:
    """Decide that nothing is to follow from a resident's report, and say why."""
    _book(request).nuisances.set_aside(writer(request, live_of(request).now()), nuisance_id, text)
    return RedirectResponse("/follow-ups", 303)


@router.post("/reports/{nuisance_id}/contact")
def contact(request: Request, nuisance_id: str, session: Operator) -> Response:
    """Show how to reach who reported; that it was read, and by whom, is logged before it is shown."""
    book = _book(request)
    one = book.nuisances.get(nuisance_id)
    if one is None:
        raise NotThere(f"there is no report {nuisance_id[:40]}", f"没有编号为 {nuisance_id[:40]} 的反映")
    found = book.nuisances.contact(writer(request, live_of(request).now()), nuisance_id)
    return render(request, "contact.html.j2", one=one, contact=found)


def _subject(request: Request, finding_id: str, nuisance_id: str) -> Subject:
    live, t = live_of(request), words_of(request)
    district = live.district()
    names = {point.point_id: t.of(point.name) for point in district.points}
    sites = {point.point_id: point.site_id for point in district.points}
    if finding_id:
        row = live.finding(finding_id)
        if row is None:
            raise NotThere(f"there is no finding {finding_id}", f"没有编号为 {finding_id} 的判定")
        line = judged.line(row, names, t)
        title = f"{line.point} {line.parameter} {line.averaging} {line.period} {line.verdict_name}"
        kind = "exceedance" if line.verdict == "exceeded" else "data"
        where = line.point_id
        return Subject(kind, title[:TITLE_AT_MOST], str(row["zone"]), finding_id, "", where, sites.get(where, ""))
    one = _book(request).nuisances.get(nuisance_id) if nuisance_id else None
    if one is None:
        raise NotThere(
            "a follow-up comes from a finding or from a report; open it there", "整改由判定或居民反映发起；请从那里进入"
        )
    kind_name = KINDS[one.kind][0 if t.lang == "zh" else 1]
    title = f"{kind_name}: {one.place}"[:TITLE_AT_MOST]
    return Subject("nuisance", title, district.zone, "", nuisance_id, "", one.site_id)


def _opening(request: Request, subject: Subject, text: str, wrong: str) -> Response:
    code = 400 if wrong else 200
    return render(request, "follow_up_new.html.j2", status_code=code, subject=subject, text=text, wrong=wrong)


def _page(request: Request, number: str, wrong: str) -> Response:
    book, live, t = _book(request), live_of(request), words_of(request)
    one = _needed(book, number, live.now())
    held = {digest: book.attachments.get(digest) for step in one.steps for digest in step.files}
    return render(
        request,
        "follow_up.html.j2",
        status_code=400 if wrong else 200,
        one=one,
        wrong=wrong,
        path_of=PATH,
        reached=REACHED[one.standing.state],
        forms=[FORMS[step] for step in AFTER[one.standing.state] if step in FORMS],
        files={digest: found for digest, found in held.items() if found is not None},
        names={point.point_id: t.of(point.name) for point in live.district().points},
        may=request.state.session is not None and request.state.session.may("operator"),
        may_close=request.state.session is not None and request.state.session.may("editor"),
    )


def _wrong(request: Request, refused: CasebookError) -> str:
    t = words_of(request)
    return t("follow.wrong", why=refused.said(t.lang))


def _needed(book: Casebook, number: str, now: datetime) -> FollowUp:
    one = book.follow_ups.get(number, now) if len(number) <= 40 else None
    if one is None:
        raise NotThere(f"there is no follow-up {number[:40]}", f"没有编号为 {number[:40]} 的整改")
    return one


def _kept(book: Casebook, by: Writer, files: Sequence[UploadFile] | None) -> list[str]:
    sent = [one for one in files or () if one.size]
    return [book.attachments.add(by, one.filename or "file", one.file.read()).digest for one in sent]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise not_a_day(text) from error


def _book(request: Request) -> Casebook:
    book: Casebook | None = request.app.state.casebook
    if book is None:
        raise NotThere("this service keeps no follow-ups", "本服务没有整改记录")
    return book
