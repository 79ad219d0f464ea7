"""From a page's values to its HTML: the environment of templates and what every page is given."""

from datetime import datetime
from functools import cache

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from clearbay.reports.assessment.page import as_script
from clearbay.reports.assessment.shown import Mark
from clearbay.web.conditions import in_words
from clearbay.web.figures import data_of
from clearbay.web.layout import formats, language, navigation
from clearbay.web.layout.levels import class_of, level_of, slug, water_level
from clearbay.web.layout.static import static_path
from clearbay.web.settings import WebSettings
from clearbay.web.source import Live
from clearbay.web.standing import label_in
from clearbay.web.text import Text, text


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("clearbay.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=static_path,
        number=formats.number,
        judged_value=formats.judged_value,
        count=formats.count,
        percent=formats.percent,
        unit=formats.unit,
        instant=formats.instant,
        stamp=formats.stamp,
        zone_name=formats.zone_name,
        span_text=formats.span,
        pictures_data=data_of,
        as_script=lambda value: Markup(as_script(value)),
        shown=formats.of_latest,
        slug=slug,
        level_of=level_of,
        water_level=water_level,
        class_of=class_of,
        is_mark=lambda cell: isinstance(cell, Mark),
        label_in=label_in,
        in_words=in_words,
    )
    return made


def csrf_field(request: Request) -> Markup:
    """The hidden field that every form which changes something carries, where the face is guarded; else nothing."""
    make = getattr(request.app.state, "csrf_token", None)
    return Markup("") if make is None else Markup('<input type="hidden" name="csrf" value="{}">').format(make(request))


def words_of(request: Request) -> Text:
    """Texts in the reader's language."""
    return text(language.language(request))


def live_of(request: Request) -> Live:
    """Give the running service behind a page."""
    live: Live = request.app.state.live
    return live


def render(request: Request, template: str, *, status_code: int = 200, **values: object) -> HTMLResponse:
    """Write a page.

    Parameters
    ----------
    template : in `templates/`; it extends `base.html.j2` and fills `title` and `main`.
    values : what the template shows, beside what every page has: `t` (texts), `lang`, `theme`, `live`, `district`,
        `now`, `zone`, `simulated`, and the formats.
    """
    live = live_of(request)
    settings: WebSettings = request.app.state.settings
    t = words_of(request)
    district = live.district()
    now: datetime = live.now()
    html = (
        _environment()
        .get_template(template)
        .render(
            {
                "request": request,
                "t": t,
                "lang": t.lang,
                "theme": language.theme(request),
                "settings": settings,
                "live": live,
                "simulated": live.simulated,
                "district": district,
                "zone": district.zone,
                "now": now,
                "navigation": navigation.groups(request),
                "is_here": navigation.is_here,
                "path": request.url.path,
                "sign_in": navigation.sign_in_at(request),
                "person": getattr(request.state, "person", ""),
                "role": getattr(request.state, "role", ""),
                "near": getattr(request.state, "may_read", True),
                "accounts": request.app.state.casebook is not None,
                "csrf": lambda: csrf_field(request),
                "elsewhere": lambda **choice: language.with_choice(request.url, **choice),
                **values,
            }
        )
    )
    response = HTMLResponse(html, status_code=status_code, headers={"Cache-Control": "no-store"})
    response.headers["Content-Language"] = "zh-CN" if t.lang == "zh" else "en"
    for cookie, value in language.remembered(request).items():
        response.set_cookie(
            cookie, value, max_age=language.YEAR_S, samesite="lax", secure=settings.secure_cookies, httponly=True
        )
    return response
