"""The page as one file of text: template, style, script and the Vega bundle, nothing fetched from anywhere."""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from clearbay.reports.assessment.given import Given
from clearbay.reports.assessment.shown import Mark, Section
from clearbay.reports.pictures.drawing import VEGA_LITE
from clearbay.reports.pictures.theme import config


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("clearbay.reports.assessment"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed, in a scope of their own; no text in it may end the script element."""
    code = vl_convert.javascript_bundle(snippet=None, vl_version=VEGA_LITE)  # type: ignore[arg-type]
    return f"(function(){{{code}}})();".replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _static(name: str) -> str:
    return (files("clearbay.reports.assessment") / "static" / name).read_text(encoding="utf-8")


def as_script(value: object) -> str:
    """Write a value as JSON that can stand inside a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _hash(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def page(given: Given, sections: Sequence[Section]) -> str:
    """Write the page of `sections`, in the language and with the banner that `given` says."""
    specs: list[Any] = [figure.spec for section in sections for figure in section.figures]
    numbers: dict[int, int] = {}
    for section in sections:
        for figure in section.figures:
            numbers[id(figure)] = len(numbers)
    script = _static("report.js")
    bundle = _bundle() if specs else ""
    words = given.words
    settings = {
        "light": config(),
        "dark": config(dark=True),
        "failed": words("drawing_failed"),
        "png": words("save_png"),
        "svg": words("save_svg"),
    }
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            given=given,
            words=words,
            sections=sections,
            number_of=lambda figure: numbers[id(figure)],
            is_mark=lambda cell: isinstance(cell, Mark),
            style=_static("report.css"),
            script=script,
            bundle=bundle,
            data=as_script({"specs": specs, "settings": settings}),
            allowed=" ".join(_hash(text) for text in (script, bundle) if text),
        )
    )
