"""Evaluation rules as tables for the terminal: surface-water status, change, trend; yearly air; stacks."""

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from clearbay.cli.language import Language
from clearbay.cli.standards_words import AVERAGING_WORDS, CONFIDENCE_MARKS, CONFIDENCE_STYLES
from clearbay.standards import AmbientAirRules, Standard, SurfaceWaterRules
from clearbay.standards.clause_names import clause_in
from clearbay.standards.rules import ShareRule
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.parameters import parameters


def rules_tables(standard: Standard, speak: Language) -> Iterator[RenderableType]:
    """The rules of a standard, if it has any."""
    if isinstance(standard.rules, SurfaceWaterRules):
        yield from _surface_water(standard.rules, speak)
    elif isinstance(standard.rules, AmbientAirRules):
        yield from _ambient_air(standard.rules, speak)
    elif isinstance(standard.rules, StackRules):
        yield from _stack(standard.rules, speak)


def _stack(rules: StackRules, speak: Language) -> Iterator[RenderableType]:
    zh = speak == "zh"
    heads = ("名称", "数值", "单位", "条款", "") if zh else ("name", "value", "unit", "clause", "")
    figures = _table("数值" if zh else "Figures", heads)
    for name, figure in rules.figures.items():
        figures.add_row(name, str(figure.value), figure.unit, clause_in(figure.clause, speak), _mark(figure.confidence))
    yield figures
    if rules.tags:
        heads_zh = ("标记", "效果", "炉温", "单次上限", "累计", "条款", "")
        heads_en = ("label", "effect", "temperature", "cap of an event", "budget", "clause", "")
        tags = _table("标记" if zh else "Tags", heads_zh if zh else heads_en)
        for tag in rules.tags.values():
            cap = "–" if tag.event_cap_h is None else f"{tag.event_cap_h} h"
            out = ("是" if zh else "yes") if tag.temperature else "–"
            tags.add_row(
                tag.label, tag.effect, out, cap, tag.budget or "–", clause_in(tag.clause, speak), _mark(tag.confidence)
            )
        yield tags
    if rules.budgets:
        columns = ("名称", "时限", "周期", "条款", "") if zh else ("name", "hours", "per", "clause", "")
        budgets = _table("累计时限" if zh else "Budgets", columns)
        for name, budget in rules.budgets.items():
            per = {"year": "年", "quarter": "季度"}[budget.per] if zh else budget.per
            budgets.add_row(name, f"{budget.hours} h", per, clause_in(budget.clause, speak), _mark(budget.confidence))
        yield budgets


def _surface_water(rules: SurfaceWaterRules, speak: Language) -> Iterator[RenderableType]:
    zh = speak == "zh"
    indicators = [code for code in rules.indicators if code not in rules.same_as]
    names = ("、" if zh else ", ").join(_name(code, speak) for code in indicators)
    title = "参评指标" if zh else "Indicators"
    yield Text.assemble((f"{title} ({len(indicators)}): ", "bold"), names)
    table = _table(
        "断面水质状况" if zh else "Status of a section",
        ("类别", "状况", "颜色", "") if zh else ("class", "status", "colour", ""),
    )
    for name, status in rules.section_status.items():
        table.add_row(
            name if name != rules.worse_than_v else ("劣Ⅴ" if zh else name),
            status.name_zh if zh else status.name_en,
            Text.assemble(
                ("  ", f"on {status.colour}"),
                f" {status.colour_name_zh if zh else status.colour_name_en} ",
                _mark(status.confidence),
            ),
            _mark(rules.confidence["section_status"]),
        )
    yield table
    few = rules.shares_from_sections
    head = f"河流（断面 ≥ {few} 个）的水质状况" if zh else f"Status of a river with {few} or more sections"
    table = _table(head, ("状况", "条件", "") if zh else ("status", "when", ""))
    for rule in rules.river_status:
        status = rules.statuses[rule.status]
        table.add_row(
            status.name_zh if zh else status.name_en, _shares(rule, speak), _mark(rules.confidence["river_status"])
        )
    yield table
    table = _table(
        "变化幅度 |ΔG − ΔD|" if zh else "Change |dG - dD|",
        ("百分点", "变好", "变差", "") if zh else ("points", "better", "worse", ""),
    )
    for change in rules.change:
        span = f"{change.above}–{change.up_to}" if change.up_to is not None else f"> {change.above}"
        better, worse = (change.better_zh, change.worse_zh) if zh else (change.better_en, change.worse_en)
        table.add_row(span, better, worse, _mark(change.confidence))
    yield table
    table = _table(
        "Spearman 秩相关临界值（单侧）" if zh else "Spearman critical values (one-sided)", ("N", "0.05", "0.01", "")
    )
    for n, (five, one) in rules.trend_critical.items():
        sure = rules.confidence.get(f"trend_critical_{n}", rules.confidence["trend_critical"])
        table.add_row(str(n), str(five), str(one), _mark(sure))
    yield table
    table = _table(
        "综合营养状态指数 TLI = 10 (a + b ln x)" if zh else "Trophic level index, TLI = 10 (a + b ln x)",
        ("项目", "a", "b", "r", "单位", "") if zh else ("item", "a", "b", "r", "unit", ""),
    )
    for item in rules.trophic_items:
        row = (_name(item.code, speak), str(item.a), str(item.b), str(item.correlation), item.unit)
        table.add_row(*row, _mark(rules.confidence["trophic"]))
    yield table


def _ambient_air(rules: AmbientAirRules, speak: Language) -> Iterator[RenderableType]:
    zh = speak == "zh"
    heads = ("项目", "日值", "百分位数", "年均值", "小数位", "综合指数分母", "权重", "")
    heads_en = ("item", "daily value", "percentile", "annual mean", "decimals", "composite divisor", "weight", "")
    table = _table("年评价" if zh else "Yearly evaluation", heads if zh else heads_en)
    for item in rules.items:
        table.add_row(
            _name(item.code, speak),
            AVERAGING_WORDS[item.daily][0 if zh else 1],
            str(item.percentile),
            ("是" if zh else "yes") if item.has_annual_mean else "–",
            str(item.decimals_daily),
            str(rules.composite.get(item.code, "–")),
            str(item.weight),
            _mark(item.confidence),
        )
    yield table
    for name, confidence in rules.confidence.items():
        yield _mark(confidence).append(f" {name}", style="dim")


def _shares(rule: ShareRule, speak: Language) -> str:
    good, worse = ("Ⅰ～Ⅲ类", "劣Ⅴ类") if speak == "zh" else ("I-III", "worse than V")
    said = []
    for name, low, high in (
        (good, rule.good_ge, rule.good_lt),
        (worse, rule.worse_than_v_ge, rule.worse_than_v_lt),
    ):
        if low is not None and high is not None:
            said.append(f"{low} % ≤ {name} < {high} %")
        elif low is not None:
            said.append(f"{name} ≥ {low} %")
        elif high is not None:
            said.append(f"{name} < {high} %")
    return ("，且 " if speak == "zh" else " and ").join(said)


def _table(title: str, heads: tuple[str, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title=title, title_justify="left")
    for head in heads:
        table.add_column(head)
    return table


def _mark(confidence: str) -> Text:
    return Text(CONFIDENCE_MARKS[confidence], style=CONFIDENCE_STYLES[confidence])


def _name(code: str, speak: Language) -> str:
    one = parameters()[code]
    return one.name_zh if speak == "zh" else one.name_en
