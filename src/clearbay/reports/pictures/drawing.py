"""From a picture to what shows it: a specification for the browser, or PNG and SVG for documents."""

from typing import Any

import altair as alt
import vl_convert

from clearbay.reports.pictures.theme import config

VEGA_LITE = "6.4"
"""The Vega-Lite version that Altair 6 writes and vl-convert carries."""


def to_spec(picture: alt.LayerChart | alt.Chart) -> dict[str, Any]:
    """Give a picture as a Vega-Lite specification without address of a schema and without a theme of its own."""
    with alt.theme.enable("none"):
        spec: dict[str, Any] = picture.to_dict(validate=False)
    spec.pop("$schema", None)
    spec.pop("config", None)
    return spec


def to_svg(picture: alt.LayerChart | alt.Chart, *, width: int = 720, dark: bool = False) -> str:
    """Draw a picture as SVG.

    Parameters
    ----------
    width : of the plot [px]; pictures take the width they are given.
    """
    return vl_convert.vegalite_to_svg(_fixed(picture, width), VEGA_LITE, config=config(dark=dark))


def to_png(picture: alt.LayerChart | alt.Chart, *, width: int = 720, scale: float = 2.0, dark: bool = False) -> bytes:
    """Draw a picture as PNG; `width` as in `to_svg`, `scale` pixels a unit."""
    background = "#12191e" if dark else "#ffffff"
    return vl_convert.vegalite_to_png(
        _fixed(picture, width), VEGA_LITE, scale=scale, config=config(dark=dark) | {"background": background}
    )


def _fixed(picture: alt.LayerChart | alt.Chart, width: int) -> dict[str, Any]:
    spec = to_spec(picture)
    if spec.get("width") == "container":
        spec["width"] = width
    return spec
