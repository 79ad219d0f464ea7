"""Which language and theme a reader sees: asked in the address, remembered in a cookie, or as the browser says."""

from typing import Literal, TypeAlias, get_args

from fastapi import Request
from starlette.datastructures import URL

from clearbay.web.settings import Language, WebSettings

Theme: TypeAlias = Literal["auto", "light", "dark"]

YEAR_S = 365 * 86400
LANGUAGE, THEME = "clearbay_lang", "clearbay_theme"


def language(request: Request) -> Language:
    """Choose the language: `?lang=`, then the cookie, then Accept-Language, then the settings'."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE)):
        if asked in get_args(Language):
            return asked  # type: ignore[return-value]
    settings: WebSettings = request.app.state.settings
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag[:2] in get_args(Language):
            return tag[:2]  # type: ignore[return-value]
    return settings.language


def theme(request: Request) -> Theme:
    """Choose the theme: `?theme=`, then the cookie, then the system's."""
    for asked in (request.query_params.get("theme"), request.cookies.get(THEME)):
        if asked in get_args(Theme):
            return asked  # type: ignore[return-value]
    return "auto"


def remembered(request: Request) -> dict[str, str]:
    """Cookies to set: what the address asks for and the cookie does not say yet."""
    asked = ((LANGUAGE, "lang", get_args(Language)), (THEME, "theme", get_args(Theme)))
    return {
        cookie: value
        for cookie, name, allowed in asked
        if (value := request.query_params.get(name)) in allowed and value and request.cookies.get(cookie) != value
    }


def with_choice(url: URL, **choice: str) -> str:
    """Address of the same page with another language or theme, without the host."""
    changed = url.include_query_params(**choice)
    return f"{changed.path}?{changed.query}"
