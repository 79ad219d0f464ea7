"""How pictures look, by light and by dark: no frames, faint rules, the type of the page."""

from typing import Any

FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif"

EXCEEDED = "#c8452f"
"""Exceedances and limits: legible on white and on near-black alike."""

NOT_EVALUABLE = "#8d99a3"


def config(*, dark: bool = False) -> dict[str, Any]:
    """Vega-Lite configuration for a light or a dark page."""
    ink, faint, rule, line = (
        ("#dfe6ea", "#9fb0ba", "#2f3c45", "#63b3e6") if dark else ("#1d2a33", "#55656f", "#e3e8eb", "#1f6fa8")
    )
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None, "continuousHeight": 150},
        "axis": {
            "labelColor": faint,
            "titleColor": faint,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "domainColor": rule,
            "gridColor": rule,
            "tickColor": rule,
            "labelLimit": 150,
            "labelOverlap": True,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "legend": {
            "orient": "top",
            "title": None,
            "labelColor": ink,
            "labelFontSize": 11,
            "symbolType": "square",
            "columns": 4,
            "columnPadding": 12,
            "labelLimit": 280,
        },
        "title": {"color": ink, "fontSize": 13, "anchor": "start"},
        "line": {"color": line, "strokeWidth": 1.4},
        "point": {"color": line},
        "bar": {"color": line},
        "text": {"color": ink, "fontSize": 11},
    }
