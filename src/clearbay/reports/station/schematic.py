"""The station as a drawing: its line of tanks, recycles, dosing, air and sludge, from its file."""

from html import escape

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.works import backwash_target

WIDTH, HEIGHT, GAP, LEFT, TOP = 108, 74, 40, 120, 120
_FILL = {
    "grease_trap": "#d9c9a3", "equalisation": "#c7dbe4", "tank": "#b9c7bd", "contact_oxidation": "#bfe0ea",
    "sbr": "#bfe0ea", "settler": "#dfe6e9", "membrane": "#e4ddee", "filter": "#e4ddee",
}  # fmt: skip
INK, AIR, CHEMICAL, SLUDGE = "#1d2b33", "#2f86a6", "#a3541f", "#6b5b3e"


def schematic(station: st.Station) -> str:
    """Return the drawing as SVG."""
    left = {unit.name: LEFT + i * (WIDTH + GAP) for i, unit in enumerate(station.line)}
    returns = _returns(station)
    lanes = len(returns)
    bottom = TOP + HEIGHT
    width = LEFT + len(station.line) * (WIDTH + GAP) + 120
    height = bottom + 46 + 26 * lanes + 64
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" '
        'font-family="Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, sans-serif" '
        f'font-size="12" fill="{INK}">',
        "<defs>",
        *(_head(name, colour) for name, colour in (("ink", INK), ("air", AIR), ("dose", CHEMICAL), ("mud", SLUDGE))),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="16" y="26" font-size="16" font-weight="bold">'
        f"{escape(station.name.zh)} {escape(station.name.en)}</text>",
    ]
    middle = TOP + HEIGHT / 2
    heads = station.population.households * station.population.persons_per_household
    parts.append(_arrow(LEFT - 82, LEFT, middle))
    parts.append(_text(8, middle - 24, f"{station.population.households:.0f} 户 households", "start"))
    parts.append(_text(8, middle - 8, f"{heads:.0f} 人 persons", "start"))
    for unit in station.line:
        parts += _unit(unit, left[unit.name])
        right = left[unit.name] + WIDTH
        parts.append(_arrow(right, right + GAP, middle))
    end = left[station.line[-1].name] + WIDTH + GAP
    parts.append(_text(end + 4, middle - 4, "出水 effluent", "start"))
    parts.append(_text(end + 4, middle + 12, f"{station.permit.standard} {station.permit.grade}", "start"))
    for lane, (source, target, label) in enumerate(returns):
        y = bottom + 32 + 26 * lane
        start = left[source] + WIDTH - 24 - 14 * lane
        stop = left[target] + 24 + 14 * lane
        parts.append(_path(f"M{start},{bottom} V{y} H{stop} V{bottom + 2}", "ink", INK))
        parts.append(_text((start + stop) / 2, y - 5, label, "middle"))
    y = bottom + 50 + 26 * lanes
    for source, flow in _sludges(station):
        x = left[source] + WIDTH / 2
        parts.append(_path(f"M{x},{bottom} V{y}", "mud", SLUDGE))
        parts.append(_text(x, y + 18, f"污泥 sludge {flow:g} m3/d", "middle", SLUDGE))
    parts.append("</svg>")
    return "\n".join(parts)


def _returns(station: st.Station) -> list[tuple[str, str, str]]:
    """Source, target and label of what goes back along the line."""
    drawn = [(r.source, r.target, f"回流 recycle {r.m3_d:g} m3/d") for r in station.recycles]
    for unit in station.line:
        if isinstance(unit, st.Polish):
            drawn.append((unit.name, backwash_target(station, unit), f"反洗 backwash {unit.backwash_m3_d:g} m3/d"))
    return drawn


def _sludges(station: st.Station) -> list[tuple[str, float]]:
    drawn = [(w.source, w.m3_d) for w in station.waste]
    for unit in station.line:
        if isinstance(unit, st.GreaseTrap):
            drawn.append((unit.name, unit.sludge_m3_d))
        elif isinstance(unit, st.BatchReactor):
            drawn.append((unit.name, unit.waste_m3_d))
    return drawn


def _unit(unit: st.Unit, x: float) -> list[str]:
    zh, en = (unit.label.zh, unit.label.en) if unit.label else (unit.name, "")
    size = f"{unit.area:g} m2 x {unit.depth:g} m" if isinstance(unit, st.SettlingTank) else f"{unit.volume:g} m3"
    parts = [_shape(unit, x)]
    parts.append(_text(x + WIDTH / 2, TOP + 22, zh, "middle"))
    parts.append(f'<text x="{x + WIDTH / 2}" y="{TOP + 37}" text-anchor="middle" font-size="10">{escape(en)}</text>')
    parts.append(f'<text x="{x + WIDTH / 2}" y="{TOP + 52}" text-anchor="middle" font-size="10">{escape(size)}</text>')
    if isinstance(unit, st.SettlingTank):
        return parts
    if unit.aeration is not None:
        for i in range(5):
            cx = x + 16 + i * (WIDTH - 32) / 4
            parts.append(f'<circle cx="{cx:.0f}" cy="{TOP + HEIGHT - 8}" r="3" fill="none" stroke="{AIR}"/>')
        parts.append(_path(f"M{x + 22},{TOP - 34} V{TOP}", "air", AIR))
        label = f"气 air, {_air(unit.aeration)}"
        parts.append(_text(x + 2, TOP - 40, label, "start", AIR))
    for i, dose in enumerate(unit.dosing):
        parts.append(_path(f"M{x + WIDTH - 18 - 14 * i},{TOP - 34} V{TOP}", "dose", CHEMICAL))
        parts.append(_text(x + WIDTH - 2, TOP - 56 - 14 * i, f"{dose.product} {dose.dose:g} g/m3", "end", CHEMICAL))
    return parts


def _air(given: st.Aeration) -> str:
    """What sets the air: the oxygen held [g/m3], or the air blown [Nm3/h], its largest where it changes."""
    if given.air is None:
        return f"O2 {given.oxygen:g} g/m3"
    return f"{'≤' if isinstance(given.air, tuple) else ''}{given.air_max:g} m3/h"


def _shape(unit: st.Unit, x: float) -> str:
    style = f'fill="{_FILL[unit.kind]}" stroke="{INK}"'
    if isinstance(unit, st.SettlingTank):
        points = (
            f"{x},{TOP} {x + WIDTH},{TOP} {x + WIDTH},{TOP + HEIGHT * 0.65:.0f} "
            f"{x + WIDTH * 0.6:.0f},{TOP + HEIGHT} "
            f"{x + WIDTH * 0.4:.0f},{TOP + HEIGHT} {x},{TOP + HEIGHT * 0.65:.0f}"
        )
        return f'<polygon points="{points}" {style}/>'
    box = f'<rect x="{x}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" {style}/>'
    if isinstance(unit, st.ContactOxidation):
        strands = "".join(
            f'<path d="M{x + 10 + i * 11},{TOP + 58} v8" stroke="{SLUDGE}" stroke-width="3" opacity="0.5"/>'
            for i in range(9)
        )
        return box + strands
    return box


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
    )


def _arrow(x1: float, x2: float, y: float) -> str:
    return _path(f"M{x1},{y} H{x2}", "ink", INK)


def _path(d: str, head: str, colour: str) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="1.5" marker-end="url(#{head})"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="11" fill="{colour}">{escape(text)}</text>'
