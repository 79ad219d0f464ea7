"""`clearbay district`: look at a district folder."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from clearbay.assess.permits import ALL_POINTS
from clearbay.cli.console import console
from clearbay.cli.language import Language, language, language_option
from clearbay.district.connections import connected_on
from clearbay.district.model import POINT_KINDS, SITE_KINDS, District
from clearbay.district.problems import DistrictError, Problem
from clearbay.district.reading import read_district

EXIT_WRONG = 1
NOTICES_SHOWN = 12


@click.group()
def district() -> None:
    """示范区文件夹。 District folders: check what is in them."""


@district.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="列出全部提示 List every notice.")
@language_option
def check(folder: Path, everything: bool, lang: str | None) -> None:
    """核对示范区文件夹。 Check a district FOLDER: what is in it, or everything that is wrong (exit code 1)."""
    spoken = language(lang)
    try:
        found = read_district(folder)
    except DistrictError as error:
        shown = console(stderr=True)
        for problem in error.problems:
            shown.print(f"✗ {problem.said(spoken)}", style="red", soft_wrap=True)
        count = len(error.problems)
        shown.print(f"{count} 处错误，未通过" if spoken == "zh" else f"{count} problem(s); the district cannot be used")
        raise click.exceptions.Exit(EXIT_WRONG) from error
    out = console()
    out.print(f"{found.name.zh}  {found.name.en}    {found.zone}    {found.digest[:12]}", style="bold")
    for table in (_sites(found, spoken), _rest(found, spoken), _standards(found, spoken), _loggers(found, spoken)):
        out.print(table)
        out.print()
    _print_notices(out, found.notices, spoken, everything)
    out.print("✓ 可以使用" if spoken == "zh" else "✓ the district can be used", style="green")


def _sites(found: District, spoken: Language) -> Table:
    zh = spoken == "zh"
    table = _table("场所" if zh else "sites", "数量" if zh else "count", "点位" if zh else "points")
    kinds = Counter(site.kind for site in found.sites)
    for kind, (name_zh, name_en) in SITE_KINDS.items():
        if not kinds[kind]:
            continue
        sites = [site.site_id for site in found.sites if site.kind == kind]
        points = Counter(point.kind for site in sites for point in found.points_of(site))
        said = ", ".join(f"{n} × {POINT_KINDS[point][0 if zh else 1]}" for point, n in points.items())
        table.add_row(name_zh if zh else name_en, str(kinds[kind]), said)
    return table


def _rest(found: District, spoken: Language) -> Table:
    zh = spoken == "zh"
    joined = connected_on(found.households, date.today()).values()
    households, persons = sum(c.households for c in joined), sum(c.persons for c in joined)
    table = _table("其他" if zh else "other files", "数量" if zh else "count", "")
    for name_zh, name_en, count, note in (
        ("通道", "channels", len(found.channels), ""),
        ("适用标准", "permits", len(found.permits), ""),
        ("标记", "tags", len(found.tags), ""),
        ("农户登记", "households", len(found.households),
         f"今日接入 {households} 户 {persons} 人" if zh else f"joined today: {households}, {persons} persons"),
        ("活动", "activities", len(found.activities), ""),
        ("报警规则", "alarm rules", len(found.alarms), ""),
        ("计划", "plans", len(found.plans), ", ".join(plan.name for plan in found.plans)),
    ):  # fmt: skip
        table.add_row(name_zh if zh else name_en, str(count), note)
    return table


def _standards(found: District, spoken: Language) -> Table:
    zh = spoken == "zh"
    table = _table("标准" if zh else "standard", "点位数" if zh else "points", "点位" if zh else "which")
    points: dict[str, list[str]] = {}
    for permit in found.permits:
        points.setdefault(permit.standard, []).append(permit.point_id)
    for standard, named in sorted(points.items()):
        mine = [p.point_id for p in found.points] if ALL_POINTS in named else list(dict.fromkeys(named))
        table.add_row(standard, str(len(mine)), _short(mine))
    return table


def _loggers(found: District, spoken: Language) -> Table:
    zh = spoken == "zh"
    table = _table("数采仪" if zh else "loggers", "数量" if zh else "count", "场所" if zh else "sites")
    for version, count in sorted(Counter(logger.version for logger in found.loggers).items()):
        sites = [logger.site_id for logger in found.loggers if logger.version == version]
        keys = sum(bool(logger.key) for logger in found.loggers if logger.version == version)
        note = (f"（{keys} 台 SM4）" if zh else f" ({keys} with SM4)") if keys else ""
        table.add_row(f"HJ 212-{version}{note}", str(count), _short(dict.fromkeys(sites)))
    return table


def _table(first: str, second: str, third: str) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(first, min_width=26)
    table.add_column(second, justify="right", min_width=6)
    table.add_column(third)
    return table


def _short(words: Iterable[str], most: int = 8) -> str:
    listed = list(words)
    return ", ".join(listed[:most]) + (f" … +{len(listed) - most}" if len(listed) > most else "")


def _print_notices(out: Console, notices: tuple[Problem, ...], spoken: Language, everything: bool) -> None:
    shown = notices if everything else notices[:NOTICES_SHOWN]
    for notice in shown:
        out.print(f"· {notice.said(spoken)}", style="yellow", soft_wrap=True)
    if len(notices) > len(shown):
        more = len(notices) - len(shown)
        out.print(f"… 另有 {more} 条提示（--all）" if spoken == "zh" else f"… {more} more notices (--all)")
