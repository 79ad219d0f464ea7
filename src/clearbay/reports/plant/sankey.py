"""Sankey pictures as plain SVG: bands as wide as the flow they carry, columns from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"


@dataclass(frozen=True)
class Node:
    """A thing that flows meet in: key, column from 0, names, colour."""

    key: str
    column: int
    zh: str
    en: str
    colour: str


@dataclass(frozen=True)
class Flow:
    """A flow from one node to another, in the unit of the picture."""

    source: str
    target: str
    value: float


def sankey(
    nodes: Sequence[Node], flows: Sequence[Flow], title_zh: str, title_en: str, unit: str, width: int = 1280
) -> str:
    """Draw flows between nodes; returns an SVG document.

    Nodes of a column stand in the order given; a flow below a thousandth of the largest is left out.
    """
    height, top, bottom, left, right, bar, gap = 720, 92, 40, 22, 210, 18, 36
    largest = max((f.value for f in flows), default=1.0)
    shown = [f for f in flows if f.value > largest / 1000]
    size = {
        n.key: max(sum(f.value for f in shown if f.source == n.key), sum(f.value for f in shown if f.target == n.key))
        for n in nodes
    }
    used = [n for n in nodes if size[n.key] > 0]
    columns = max((n.column for n in used), default=0) + 1
    room = height - top - bottom
    tallest = max(
        sum(size[n.key] for n in used if n.column == c) / (room - gap * (sum(n.column == c for n in used) - 1))
        for c in range(columns)
    )
    scale = 1.0 / tallest
    step = (width - left - right - bar) / max(columns - 1, 1)
    place: dict[str, tuple[float, float]] = {}
    for c in range(columns):
        here = [n for n in used if n.column == c]
        tall = sum(size[n.key] * scale for n in here) + gap * (len(here) - 1)
        y = top + (room - tall) / 2
        for n in here:
            place[n.key] = (left + c * step, y)
            y += size[n.key] * scale + gap
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{FONT}" role="img">',
        f"<title>{escape(title_zh)} · {escape(title_en)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fbfcfd"/>',
        f'<text x="22" y="38" font-size="23" font-weight="700" fill="#12324a">{escape(title_zh)}</text>',
        f'<text x="22" y="62" font-size="14" fill="#5b7182">{escape(title_en)} · {escape(unit)}</text>',
    ]
    colour = {n.key: n.colour for n in used}
    order = {n.key: k for k, n in enumerate(used)}
    out_at = dict.fromkeys(size, 0.0)
    bands: list[str] = []
    for f in sorted(shown, key=lambda f: (order[f.source], order[f.target])):
        x0, y0 = place[f.source]
        x1, y1 = place[f.target]
        thick = f.value * scale
        a = y0 + out_at[f.source] + thick / 2
        out_at[f.source] += thick
        into = [g for g in shown if g.target == f.target and order[g.source] < order[f.source]]
        b = y1 + sum(g.value for g in into) * scale + thick / 2
        mid = (x0 + bar + x1) / 2
        bands.append(
            f'<path d="M{x0 + bar:.1f} {a:.1f}C{mid:.1f} {a:.1f} {mid:.1f} {b:.1f} {x1:.1f} {b:.1f}" fill="none" '
            f'stroke="{colour[f.target]}" stroke-opacity="0.36" stroke-width="{max(thick, 1):.1f}">'
            f"<title>{escape(f.source)} → {escape(f.target)}: {f.value:.2f} {escape(unit)}</title></path>"
        )
    parts += bands
    for n in used:
        x, y = place[n.key]
        tall = max(size[n.key] * scale, 1.5)
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar}" height="{tall:.1f}" rx="3" fill="{n.colour}"/>')
        label = y + tall / 2
        parts.append(
            f'<text x="{x + bar + 7:.1f}" y="{label - 2:.1f}" font-size="14.5" font-weight="600" fill="#17364c" '
            f'paint-order="stroke" stroke="#fbfcfd" stroke-width="3">{escape(n.zh)} '
            f'<tspan font-weight="700" fill="#0b4f6c">{size[n.key]:.2f}</tspan></text>'
            f'<text x="{x + bar + 7:.1f}" y="{label + 14:.1f}" font-size="11.5" fill="#5b7182" '
            f'paint-order="stroke" stroke="#fbfcfd" stroke-width="3">{escape(n.en)}</text>'
        )
    parts.append("</svg>")
    return "\n".join(parts)
