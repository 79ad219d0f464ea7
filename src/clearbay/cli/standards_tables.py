"""Standards as tables for the terminal: limits pivoted as the law prints them, breakpoints, bands, rules, notes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TypeAlias

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from clearbay.cli.language import Language
from clearbay.cli.standards_rules_tables import rules_tables
from clearbay.cli.standards_words import (
    AVERAGING_WORDS,
    CONFIDENCE_MARKS,
    CONFIDENCE_STYLES,
    FACT_WORDS,
    KIND_WORDS,
    confidence_words,
    worst,
)
from clearbay.standards import IndexItem, Limit, Standard, Standards
from clearbay.standards.clause_names import clause_in
from clearbay.vocabulary.parameters import parameters

COLUMN_OF_KIND = {"ambient_air": "grade", "surface_water": "class", "effluent": "level", "soil": "ph"}
"""What the columns of a kind's table stand for; other kinds take the profile with most values."""

Heading: TypeAlias = tuple[str, date | None, date | None]
"""What a column stands for, and its own first and last day where they are not the standard's."""

Row: TypeAlias = tuple[str, str, str, str, str]
"""Clause, code, conditions, averaging, unit."""

Cells: TypeAlias = dict[Heading, Limit]


def overview(standards: Standards, speak: Language) -> RenderableType:
    """All standards of a collection, one a row."""
    zh = speak == "zh"
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    heads = (
        ("标准", "名称", "类别", "施行", "数值", "未核实")
        if zh
        else ("id", "title", "about", "in force", "figures", "unverified")
    )
    for head in heads:
        table.add_column(head, justify="right" if head in heads[4:] else "left", no_wrap=head in (heads[0], heads[3]))
    for one in standards:
        figures = _confidences(one)
        unverified = figures.count("unverified")
        table.add_row(
            Text(one.id, style="bold"),
            one.title_zh if zh else one.title_en,
            KIND_WORDS[one.kind][0 if zh else 1],
            _span(one.valid_from, one.valid_to, speak),
            str(len(figures)) if figures else "–",
            Text(str(unverified), style="bold red") if unverified else "–",
        )
    if not len(standards):
        return Text("这一天没有任何标准施行。" if zh else "No standard is in force on that day.", style="yellow")
    return table


def sheets(standard: Standard, speak: Language) -> Iterator[RenderableType]:
    """Everything one standard says, part by part."""
    zh = speak == "zh"
    head = Text(standard.title_zh if zh else standard.title_en, style="bold")
    head.append(f"\n{standard.title_en if zh else standard.title_zh}", style="dim")
    head.append(f"\n{'施行' if zh else 'In force'} {_span(standard.valid_from, standard.valid_to, speak)}", style="")
    yield Panel(head, title=Text(standard.id, style="bold"), title_align="left", box=box.ROUNDED)
    if standard.limits:
        yield limits_table(standard, speak)
    if standard.index:
        yield from _index_tables(standard, speak)
    yield from rules_tables(standard, speak)
    if standard.validity:
        yield _validity_table(standard, speak)
    for pending in standard.pending:
        text = Text(f"{CONFIDENCE_MARKS['unverified']} {clause_in(pending.clause, speak)}  ", style="bold red")
        text.append(f"({'自' if zh else 'from '}{pending.valid_from}) ", style="red")
        text.append(pending.text_zh if zh else pending.text_en, style="red")
        yield text
    yield _legend(_confidences(standard), speak)
    for note in standard.notes_zh if zh else standard.notes_en:
        yield Text(f"• {note}", style="dim")
    yield Text("\n" + ("来源" if zh else "Sources"), style="bold")
    for name, source in standard.sources.items():
        yield Text(f"  {name}: {source}", style="dim")


def limits_table(standard: Standard, speak: Language) -> Table:
    """The limits with one column for each class, level, grade or pH band (and period, where figures change)."""
    zh = speak == "zh"
    key = _column_key(standard.limits, COLUMN_OF_KIND.get(standard.kind))
    columns = list(dict.fromkeys(_column(limit, key, standard) for limit in standard.limits))
    named = [column for column in columns if column != ("", None, None)]
    if named:
        columns = named
    rows: dict[Row, Cells] = {}
    for limit in standard.limits:
        row = (
            limit.clause,
            limit.code,
            _conditions(limit, key, standard, speak),
            AVERAGING_WORDS[limit.averaging][0 if zh else 1],
            limit.unit,
        )
        cells = rows.setdefault(row, {})
        column = _column(limit, key, standard)
        for one in columns if column not in columns else [column]:
            cells[one] = limit
    same = {row[3] for row in rows} if len({row[3] for row in rows}) == 1 else set()
    caption = ("限值" if zh else "Limits") + "".join(f" ({averaging})" for averaging in same)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title=caption, title_justify="left")
    heads = ("条款", "代码", "项目", "平均时间") if zh else ("clause", "code", "item", "averaging")
    for title in heads[:3] if same else heads:
        table.add_column(title, no_wrap=title not in ("项目", "item"))
    for column in columns:
        table.add_column(_column_title(column, key, standard, speak), justify="right", no_wrap=True)
    table.add_column("单位" if zh else "unit", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row, cells in _joined(rows):
        clause, code, conditions, averaging, unit = row
        mark = worst([limit.confidence for limit in cells.values()])
        item = Text(_name(code, standard, speak))
        if conditions:
            item.append(f"  {conditions}", style="cyan")
        table.add_row(
            Text(clause_in(clause, speak), style="dim"),
            Text(code, style="dim"),
            item,
            *([] if same else [averaging]),
            *(_figure(cells.get(column), speak) for column in columns),
            unit if unit != "1" else "",
            Text(CONFIDENCE_MARKS[mark], style=CONFIDENCE_STYLES[mark]),
        )
    return table


def _joined(rows: Mapping[Row, Cells]) -> Iterator[tuple[Row, Cells]]:
    """Join rows that differ in their conditions alone and have the same figures (other land and orchards)."""
    seen: dict[tuple[object, ...], tuple[Row, Cells]] = {}
    for row, cells in rows.items():
        figures = tuple((c, x.minimum, x.maximum, x.confidence) for c, x in cells.items())
        key = (row[0], row[1], row[3], row[4], figures)
        if key in seen:
            first, _ = seen[key]
            old, new = first[2].split(", "), row[2].split(", ")
            parts = [a if a == b else f"{a} / {b}" for a, b in zip_longest(old, new, fillvalue="–")]
            seen[key] = ((first[0], first[1], ", ".join(parts), first[3], first[4]), cells)
        else:
            seen[key] = (row, cells)
    yield from seen.values()


def _figure(limit: Limit | None, speak: Language) -> Text:
    if limit is None:
        return Text("–", style="dim")
    if limit.must_not_be_detected:
        text = "不得检出" if speak == "zh" else "not detectable"
    elif limit.minimum is not None and limit.maximum is not None:
        text = f"{_plain(limit.minimum)}–{_plain(limit.maximum)}"
    elif limit.minimum is not None:
        text = f"≥ {_plain(limit.minimum)}"
    else:
        assert limit.maximum is not None  # a limit has a bound
        text = _plain(limit.maximum)
    return Text(text, style="bold red" if limit.confidence == "unverified" else "")


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _column_key(limits: Sequence[Limit], preferred: str | None) -> str:
    values: dict[str, set[str]] = {}
    for limit in limits:
        for name, value in limit.profile.items():
            values.setdefault(name, set()).add(value)
        for name, wanted in limit.when.items():
            if name == preferred:
                values.setdefault(name, set()).add(str(wanted))
    if preferred in values:
        return preferred
    return max(values, key=lambda name: len(values[name]), default="")


def _column(limit: Limit, key: str, standard: Standard) -> Heading:
    wanted = limit.when.get(key)
    label = limit.profile.get(key) or (str(wanted) if wanted is not None else "")
    own = (limit.valid_from, limit.valid_to) != (standard.valid_from, standard.valid_to)
    return (label, limit.valid_from, limit.valid_to) if own else (label, None, None)


def _column_title(column: Heading, key: str, standard: Standard, speak: Language) -> str:
    label, begin, end = column
    names = standard.profile_values.get(key, {}).get(label)
    title = names[0 if speak == "zh" else 1] if names else (_condition(key, label, speak) if label else "")
    if not title:
        title = "限值" if speak == "zh" else "limit"
    if begin is not None:
        title += f"\n{begin}\n" + (f"–{end}" if end else ("起" if speak == "zh" else "on"))
    return title


def _conditions(limit: Limit, key: str, standard: Standard, speak: Language) -> str:
    said = []
    for name, value in limit.profile.items():
        if name != key:
            names = standard.profile_values.get(name, {}).get(value)
            said.append(names[0 if speak == "zh" else 1] if names else f"{name} {value}")
    said += [_condition(name, str(wanted), speak) for name, wanted in limit.when.items() if name != key]
    return ", ".join(said)


def _condition(name: str, wanted: str, speak: Language) -> str:
    words = FACT_WORDS.get(name)
    label = words[0 if speak == "zh" else 1] if words else _name_of_code(name, speak)
    bounds = wanted.split(", ")
    if len(bounds) == 2 and bounds[0].startswith(">"):  # an interval reads from low to high
        sign = "≤" if bounds[0].startswith(">=") else "<"
        return f"{bounds[0].lstrip('>= ')} {sign} {label} {bounds[1]}".replace("<=", "≤")
    return f"{label} {wanted}".replace(">=", "≥").replace("<=", "≤")


def _name(code: str, standard: Standard, speak: Language) -> str:
    own = standard.names.get(code)
    return own[0 if speak == "zh" else 1] if own else _name_of_code(code, speak)


def _name_of_code(code: str, speak: Language) -> str:
    known = parameters().get(code)
    return (known.name_zh if speak == "zh" else known.name_en) if known else code


def _index_tables(standard: Standard, speak: Language) -> Iterator[RenderableType]:
    index, zh = standard.index, speak == "zh"
    assert index is not None  # the caller asked
    reports = (("实时报" if zh else "hourly", index.hourly), ("日报" if zh else "daily", index.daily))
    for name, items in reports:
        if items:
            yield _breakpoints(name, items, standard, speak)
    bands = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title_justify="left")
    for title in ("指数", "级别", "", "健康影响", "建议") if zh else ("index", "level", "", "effect", "advice"):
        bands.add_column(title, no_wrap=title in ("指数", "index", "级别", "level"), overflow="fold")
    for band in index.bands:
        bands.add_row(
            f"{band.low}–{band.high}",
            band.name_zh if zh else band.name_en,
            Text("  ", style=f"on {band.colour}"),
            band.effect_zh if zh else band.effect_en,
            band.advice_zh if zh else band.advice_en,
        )
    yield bands


def _breakpoints(report: str, items: Sequence[IndexItem], standard: Standard, speak: Language) -> Table:
    zh = speak == "zh"
    values = sorted({index for item in items for index in item.indices if index} - {101, 201})
    title = f"{report}：分指数与浓度限值" if zh else f"{report} report: index and concentrations"
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title=title, title_justify="left")
    for head in ("条款", "项目", "平均时间", "单位") if zh else ("clause", "item", "averaging", "unit"):
        table.add_column(head, no_wrap=head not in ("项目", "item"))
    for value in values:
        table.add_column(str(value), justify="right", no_wrap=True)
    table.add_column("超出时" if zh else "beyond", no_wrap=True)
    table.add_column("", no_wrap=True)
    for item in items:
        places = {index: k for k, index in enumerate(item.indices)}
        table.add_row(
            Text(clause_in(item.clause, speak), style="dim"),
            _name_of_code(item.code, speak),
            AVERAGING_WORDS[item.averaging][0 if zh else 1],
            item.unit,
            *(_segment(item, places.get(value)) for value in values),
            _beyond(item, speak),
            Text(CONFIDENCE_MARKS[item.confidence], style=CONFIDENCE_STYLES[item.confidence]),
        )
    return table


def _segment(item: IndexItem, place: int | None) -> str:
    if place is None or place == 0:
        return "–"
    high = _plain(item.concentrations[place])
    return f"{_plain(item.lows[place - 1])}–{high}" if item.lows is not None else high


def _beyond(item: IndexItem, speak: Language) -> str:
    if item.extrapolates:
        return "外推" if speak == "zh" else "goes on"
    if item.above is None:
        return "不计算" if speak == "zh" else "none"
    return str(item.above)


def _validity_table(standard: Standard, speak: Language) -> Table:
    zh = speak == "zh"
    title = "数据有效性的最低要求" if zh else "How many parts a mean needs"
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title=title, title_justify="left")
    for head in ("条款", "平均时间", "至少", "项目", "") if zh else ("clause", "averaging", "at least", "items", ""):
        table.add_column(head)
    for rule in standard.validity:
        names = ("、" if zh else ", ").join(_name_of_code(code, speak) for code in rule.codes)
        months = ""
        if rule.per == "month":
            months = " /月" if zh else " a month"
            if rule.months == (2,):
                months = "（二月）" if zh else " in February"
        table.add_row(
            Text(clause_in(rule.clause, speak), style="dim"),
            AVERAGING_WORDS[rule.averaging][0 if zh else 1],
            f"{rule.at_least} {rule.unit}{months}",
            names,
            Text(CONFIDENCE_MARKS[rule.confidence], style=CONFIDENCE_STYLES[rule.confidence]),
        )
    return table


def _confidences(standard: Standard) -> list[str]:
    found = [limit.confidence for limit in standard.limits]
    if standard.index:
        found += [item.confidence for item in (*standard.index.hourly, *standard.index.daily)]
    if standard.rules:
        return [*found, *standard.rules.confidence.values()]
    return [str(confidence) for confidence in found]


def _legend(confidences: Sequence[str], speak: Language) -> RenderableType:
    lines = []
    for name in ("verified", "one-source", "unverified"):
        count = confidences.count(name)
        if count:
            line = Text(f"{CONFIDENCE_MARKS[name]} ", style=CONFIDENCE_STYLES[name])
            line.append(f"{count} × {confidence_words(name, speak)}", style="red" if name == "unverified" else "dim")
            lines.append(line)
    return Group(*lines)


def _span(begin: date, end: date | None, speak: Language) -> str:
    if end is None:
        return f"{begin} 起" if speak == "zh" else f"{begin} on"
    return f"{begin} – {end}"
