"""What `clearbay twin run` prints of a sewage station: the run, its judgement, and answers, in one language."""

from rich.console import Console
from rich.table import Table

from clearbay.cli.language import Language
from clearbay.cli.twin_station_judgement import Judged
from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.questions import Answer, Bands, Said
from clearbay.twins.activated_sludge.year import Year

PARAMETERS = {
    "COD": "化学需氧量 COD", "BOD5": "五日生化需氧量 BOD₅", "SS": "悬浮物 SS", "NH3-N": "氨氮", "TN": "总氮",
    "TP": "总磷", "oil": "动植物油",
}  # fmt: skip
USES = {"blowers": "鼓风", "lift": "提升", "recycles": "回流", "mixers": "搅拌"}
SUBSTANCES = {
    "Al": Said("铝（Al）", "aluminium (Al)"), "Fe": Said("铁（Fe）", "iron (Fe)"), "soda": Said("碳酸钠", "soda"),
    "acetate": Said("乙酸钠", "sodium acetate"),
}  # fmt: skip
CONFIDENCE = {"verified": "两处以上来源", "one-source": "单一来源", "one source": "单一来源", "unverified": "未核实"}


def print_year(console: Console, year: Year, judged: list[Judged], speak: Language) -> None:
    """Print who is connected, daily means against limits, and what the run took."""
    zh, station = speak == "zh", year.works.station
    people = station.population
    heads, days = people.households * people.persons_per_household, len(year.flow)
    console.print(station.name.zh if zh else station.name.en, style="bold")
    console.print(
        f"{people.households:.0f} 户 {heads:.0f} 人；{year.flow.mean():.0f} m³/d；自 {station.start} 起 {days} 天"
        if zh
        else f"{people.households:.0f} households, {heads:.0f} persons; {year.flow.mean():.0f} m³/d; "
        f"{days} days from {station.start}"
    )
    console.print(_means(year, judged, zh))
    over = len({day for finding in judged for day in finding.exceeded})
    sure = sorted({finding.confidence for finding in judged})
    if zh:
        said = ", ".join(CONFIDENCE.get(word, word) for word in sure)
        verdict = "达标" if not over else f"超标，{days} 天中 {over} 天"
        console.print(f"判定：{verdict}（限值：{said}）")
    else:
        verdict = "met on every day" if not over else f"exceeded on {over} of {days} days"
        console.print(f"verdict: {verdict} (limits: {', '.join(sure).replace('-', ' ')})")
    _consumption(console, year, zh)


def _means(year: Year, judged: list[Judged], zh: bool) -> Table:
    permit = year.works.station.permit
    title = f"{'出水日均值' if zh else 'daily effluent means'}, {permit.standard} {permit.grade}, mg/L"
    table = Table(title=title, title_justify="left")
    heads = ("项目", "进水", "出水均值", "限值", "最差日", "超标天数") if zh else (
        "", "in", "out", "limit", "worst day", "days over",
    )  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right" if head in heads[1:] else "left")
    for finding in judged:
        incoming = year.influent.get(finding.parameter, year.influent.get("TKN") if finding.parameter == "TN" else None)
        low, high = finding.limit.min(), finding.limit.max()
        table.add_row(
            PARAMETERS[finding.parameter] if zh else finding.parameter,
            "" if incoming is None else f"{incoming.mean():.3g}",
            f"{finding.mean:.2f}",
            f"{low:g}" if low == high else f"{low:g} ({high:g})",
            f"{finding.worst:.2f} ({finding.worst_day})",
            str(len(finding.exceeded)),
        )
    return table


def _consumption(console: Console, year: Year, zh: bool) -> None:
    energy = sum(float(series.mean()) for series in year.energy.values())
    parts = (", " if not zh else "，").join(
        f"{USES[name] if zh else name} {series.mean():.1f}" for name, series in year.energy.items()
    )
    figures = f"{energy:.1f} kWh/d = {energy / year.flow.mean():.2f} kWh/m³"
    console.print(f"电：{figures}（{parts}）" if zh else f"energy: {figures} ({parts})")
    for name, series in year.chemicals.items():
        tank, _, product = name.partition(": ")
        what = SUBSTANCES[product]
        label = _label(year.works.station, tank)
        console.print(
            f"药：{label.zh}，{what.zh} {series.mean():.2f} kg/d（共 {series.sum():.0f} kg）"
            if zh
            else f"chemical: {label.en}, {what.en} {series.mean():.2f} kg/d ({series.sum():.0f} kg in all)"
        )
    sludge, tonnes = year.sludge.mean(), year.sludge.sum() / 1000
    console.print(
        f"泥：干固体 {sludge:.1f} kg/d（共 {tonnes:.2f} t）"
        if zh
        else f"sludge: {sludge:.1f} kg/d of dry solids ({tonnes:.2f} t in all)"
    )


def print_bands(console: Console, bands: Bands, days: int, speak: Language) -> None:
    """Print what an ensemble says: ranges, and how many members keep every limit."""
    zh = speak == "zh"
    console.print("不确定性" if zh else "Uncertainty", style="bold")
    console.print(
        f"  参数与负荷各异的 {bands.members} 次运行；各日平均值的 5 % 至 95 %："
        if zh
        else f"  {bands.members} runs with parameters and loads varied; 5 to 95 % of them, mean of days:"
    )
    for name in ("COD", "NH3-N", "TN", "TP"):
        low, high = bands.low[name].mean(), bands.high[name].mean()
        shown = PARAMETERS[name] if zh else name
        console.print(f"  {shown}: {low:.2f} {'至' if zh else 'to'} {high:.2f} mg/L")
    keep, worst = sum(days_over == 0 for days_over in bands.days_over), max(bands.days_over)
    console.print(
        f"  {bands.members} 次中 {keep} 次每天全部达标；最差的一次超标 {worst} 天（共 {days} 天）"
        if zh
        else f"  {keep} of {bands.members} keep every limit on every day; the worst is over on {worst} of {days} days"
    )


def print_answer(console: Console, answer: Answer, speak: Language) -> None:
    """Print an answer: its sentences, then what it does to the effluent."""
    zh = speak == "zh"
    console.print(answer.title.zh if zh else answer.title.en, style="bold")
    for line in answer.lines:
        console.print(f"  {line.zh if zh else line.en}")
    if not answer.effects:
        return
    table = Table(title_justify="left")
    heads = (
        ("期间及其后 15 天", "平时最差日 mg/L", "此时最差日 mg/L", "平时超标天数", "此时超标天数")
        if zh
        else ("then and 15 days after", "usual worst mg/L", "worst mg/L", "usual days over", "days over")
    )
    for head in heads:
        table.add_column(head, justify="right" if head in heads[1:] else "left")
    for effect in answer.effects:
        table.add_row(
            PARAMETERS[effect.parameter] if zh else effect.parameter, f"{effect.worst_before:.2f}",
            f"{effect.worst:.2f}", str(effect.over_before), str(effect.over),
            style="red" if effect.over > effect.over_before else None,
        )  # fmt: skip
    console.print(table)


def print_refused(console: Console, title: Said, why: str, speak: Language) -> None:
    """Print that a question has no answer, and why."""
    console.print(title.zh if speak == "zh" else title.en, style="bold")
    console.print(f"  {'无法回答' if speak == 'zh' else 'cannot be answered'}: {why}", style="red")


def _label(station: st.Station, name: str) -> st.Name:
    unit = next(u for u in station.line if u.name == name)
    return unit.label or st.Name(zh=name, en=name)
