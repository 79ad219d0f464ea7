"""`clearbay plan`: plan books on the command line; reading here, writing in `plan_lines`."""

from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from clearbay.cli.plan_lines import WRITING
from clearbay.cli.plan_options import DAY, collector_spared, folder_argument, told
from clearbay.plans.book import Book
from clearbay.plans.checks import proposed_lines
from clearbay.plans.curve import earned_schedule, items_of
from clearbay.plans.errors import NotInBook
from clearbay.plans.exchange import About, export_tables
from clearbay.plans.facts import DueMove
from clearbay.plans.fold import State, fold
from clearbay.plans.folder import check_folder, read_book, register_readings, write_frozen
from clearbay.plans.forecast import lead_records, trend_of
from clearbay.plans.frozen import freeze_report
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.journal import Line
from clearbay.plans.light import RULE_VERSION, light_v1
from clearbay.plans.monthly import month_report
from clearbay.plans.review import meetings_around, review_pack
from clearbay.plans.rollup import Counts, counts_by, counts_of, lights_of, worst_first
from clearbay.plans.wording import (
    COLOUR_WORDS,
    SHAPES,
    day_words,
    percent_words,
    reason_words,
    status_words,
    target_words,
)
from clearbay.plans.workbook import write_workbook

at_option = click.option("--at", type=DAY, help="The day asked about (default: today).")
as_of_option = click.option("--as-of", type=DAY, help="As known on this day (default: the day asked about).")
out_option = click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)


@click.group()
def plan() -> None:
    """计划台账 Plan books: what was promised, what was reported, what is true."""


for command in WRITING:
    plan.add_command(command)


@plan.command()
@folder_argument
@at_option
@as_of_option
@click.option("--all", "everything", is_flag=True, help="List every project, not only what needs attention.")
@click.option("--editor", is_flag=True, help="Count lines that wait for approval too.")
@told
def show(folder: Path, at: date | None, as_of: date | None, everything: bool, editor: bool) -> None:
    """Counts first, then the worst first."""
    book = read_book(folder)
    day = at or date.today()
    state = _state(book, folder, day, as_of or day, editor=editor)
    lights, original = lights_of(state, book.plan.terms), lights_of(state, book.plan.terms, "original")
    console = _console()
    console.print(f"[bold]{book.plan.title}[/bold]  {book.plan.title_en}")
    console.print(f"截至 {day}（按 {state.as_of} 所知）  rule {RULE_VERSION}  head {book.journal.head[:12]}")
    console.print(_counts_table(book, state))
    rows = worst_first(state, lights)
    shown = rows if everything else [r for r in rows if r[1].colour in ("red", "yellow", "white")]
    table = Table("编号", "项目", "牵头", "期限", "灯", "理由 / reason", "按原期限")
    for own, light in shown[: None if everything else 20]:
        first = original[own.project.id]
        note = "" if first == light else f"{COLOUR_WORDS[first.colour][0]} {reason_words(first)[0]}"
        table.add_row(
            own.project.id,
            own.project.name,
            own.project.lead,
            own.due.isoformat(),
            f"{SHAPES[light.colour]} {COLOUR_WORDS[light.colour][0]}",
            " / ".join(reason_words(light)),
            note,
        )
    console.print(table)
    if not everything and len(shown) > 20:
        console.print(f"… 另有 {len(shown) - 20} 项 / {len(shown) - 20} more (--all)")
    _print_indicators(console, state, day)
    _print_problems(book)


@plan.command()
@folder_argument
@click.argument("item")
@at_option
@as_of_option
@told
def why(folder: Path, item: str, at: date | None, as_of: date | None) -> None:
    """Why ITEM has its light: dates, both lights, every line about it, every date it was announced for."""
    book = read_book(folder)
    day = at or date.today()
    state = _state(book, folder, day, as_of or day)
    if item not in state.projects:
        raise NotInBook(item, "is no project of this plan on that day", "`clearbay plan show --all` lists them")
    own = state.projects[item]
    click.echo(f"{item} {own.project.name}  {own.project.lead}")
    click.echo(f"开工 {own.project.start}  期限 {own.due}（原 {own.due0}）  完成 {day_words(own.finished)}")
    for word, basis in (("现期限", "current"), ("原期限", "original")):
        light = light_v1(own, day, book.plan.terms, "current" if basis == "current" else "original")
        click.echo(
            f"按{word}: {SHAPES[light.colour]} {COLOUR_WORDS[light.colour][0]} {' / '.join(reason_words(light))}"
        )
    for move in own.moves:
        if isinstance(move.value, DueMove):
            click.echo(f"期限调整 {move.on}: → {move.value.due}（{move.value.doc}：{move.value.reason}）")
    for point in trend_of(book, state, item):
        grade = f" [{point.grade}] {point.source}" if point.grade else ""
        click.echo(f"  {point.known}  {point.kind:<9} {point.day}{grade}")
    record = lead_records(state.projects.values())[own.project.lead]
    slip = "—" if record.median_slip is None else f"{record.median_slip:+.0f} 天"
    click.echo(f"{record.lead}: 已完成 {record.finished} 项，较原期限中位数 {slip}")


@plan.command()
@folder_argument
@click.argument("item", required=False)
@click.option("--waiting", is_flag=True, help="Only lines that wait for approval.")
@told
def log(folder: Path, item: str | None, waiting: bool) -> None:
    """The journal's lines, oldest first, with the digests that `void` and `approve` name."""
    book = read_book(folder)
    wanted = set(proposed_lines(book, date.max)) if waiting else None
    for line in book.journal.lines:
        if (item is None or line.id.partition("/")[0] == item) and (wanted is None or line.digest in wanted):
            click.echo(_line_words(line))


@plan.command()
@folder_argument
@told
def check(folder: Path) -> None:
    """Verify files, journal, hash chain and every frozen report; exits 1 when something is wrong."""
    with collector_spared():
        book, problems = check_folder(folder)
    click.echo(f"{book.plan.id}: {len(book.plan.projects)} projects, {len(book.journal.lines)} lines")
    click.echo(f"plan {book.plan.digest[:12]}  head {book.journal.head[:12]}")
    for problem in problems:
        click.echo(f"[{problem.level}] {problem}")
    wrong = [problem for problem in problems if problem.level != "notice"]
    click.echo(f"{len(wrong)} problem(s)" if wrong else "台账完好 the book is whole")
    raise SystemExit(1 if wrong else 0)


@plan.command()
@folder_argument
@click.argument("month")
@told
def freeze(folder: Path, month: str) -> None:
    """Freeze the report of MONTH (2023-07): the same bytes for ever."""
    book = read_book(folder)
    with collector_spared():
        content = freeze_report(book, month_report(book, month))
    path, new = write_frozen(folder, month, content)
    click.echo(f"{path}  {'frozen' if new else 'was frozen before, the same bytes'}  head {book.journal.head[:12]}")


@plan.command()
@folder_argument
@at_option
@as_of_option
@click.option("--trend", multiple=True, metavar="ITEM", help="Draw this item's announced dates (again for more).")
@out_option
@told
def bulletin(folder: Path, at: date | None, as_of: date | None, trend: tuple[str, ...], out: Path) -> None:
    """Write the bulletin (简报) as one HTML file, pictures in it; an .xlsx name writes the tables instead."""
    from clearbay.reports.plans.bulletin import bulletin_page  # noqa: PLC0415  charts load only here
    from clearbay.reports.plans.sheets import bulletin_workbook  # noqa: PLC0415  charts load only here

    book = read_book(folder)
    day = at or book.plan.printed_on or date.today()
    state = _state(book, folder, day, as_of or day)
    if out.suffix == ".xlsx":
        out.write_bytes(bulletin_workbook(book, state))
    else:
        out.write_text(bulletin_page(book, state, trends=trend), encoding="utf-8")
    click.echo(f"{out}  截至 {day}")


@plan.command()
@folder_argument
@at_option
@click.option("--last", type=DAY, help="The meeting before (default: from plan.yaml).")
@click.option("--next", "following", type=DAY, help="The meeting after (default: from plan.yaml).")
@out_option
@told
def review(folder: Path, at: date | None, last: date | None, following: date | None, out: Path) -> None:
    """Write the pack for a leading group's meeting (一页一专项) as one HTML file."""
    from clearbay.reports.plans.review_page import review_page  # noqa: PLC0415  charts load only here

    book = read_book(folder)
    day = at or date.today()
    before, after = meetings_around(book, day)
    pack = review_pack(book, day, last or before, following or after)
    out.write_text(review_page(book, pack), encoding="utf-8")
    red = sum(len(page.went_red) for page in pack.pages)
    click.echo(f"{out}  {pack.last} → {pack.at} → {pack.following}  新增红灯 {red} 项 / {red} went red")


@plan.command()
@folder_argument
@at_option
@out_option
@told
def export(folder: Path, at: date | None, out: Path) -> None:
    """Write the book as an Excel workbook, to edit and hand back with `import`."""
    book = read_book(folder)
    day = at or date.today()
    state = fold(book, day, day, with_proposed=True)
    out.write_bytes(write_workbook(About(book.plan.id, book.journal.head, day), export_tables(book, state)))
    click.echo(f"{out}  {len(state.projects)} projects  head {book.journal.head[:12]}")


def _state(book: Book, folder: Path, at: date, as_of: date, *, editor: bool = False) -> State:
    readings, problems = register_readings(folder, book.plan, at, as_of)
    for problem in problems[:5]:
        click.echo(f"[left out] {problem}", err=True)
    if len(problems) > 5:
        click.echo(f"[left out] … {len(problems) - 5} more rows of the register", err=True)
    return fold(book, at, as_of, with_proposed=editor, readings=readings)


def _console() -> Console:
    """A console; where the output is no terminal, wide enough for the tables."""
    console = Console()
    return console if console.is_terminal else Console(width=150)


def _counts_table(book: Book, state: State) -> Table:
    lights = lights_of(state, book.plan.terms)
    table = Table("", "项目", "启动", "完成", "到期", "序时完成率", "按期率", "红", "黄", "白", "绿", "灰")
    rows: list[tuple[str, Counts]] = [("合计 all", counts_of(state.projects.values(), lights, state.at))]
    rows += counts_by(state, lights, lambda row: row.level).items()
    for name, c in rows:
        rates = c.rates
        table.add_row(
            name, str(c.total), str(c.started), f"{c.done}（{percent_words(rates['done'])}）", str(c.due),
            percent_words(rates["done_of_due"]), percent_words(rates["in_time"]),
            *(str(c.lights[colour]) for colour in ("red", "yellow", "white", "green", "grey")),
        )  # fmt: skip
    schedule = earned_schedule(items_of(state.projects.values()), book.plan.start, state.at)
    index = "为时尚早 too early" if schedule.index is None else f"{schedule.index:.2f}（落后 {schedule.days} 天）"
    table.caption = f"应完成 {schedule.planned:.1f}  已完成 {schedule.earned:.1f}  进度指数 {index}"
    return table


def _print_indicators(console: Console, state: State, day: date) -> None:
    table = Table("指标", "目标", "数值", "时段", "状态 / status")
    for name, own in state.indicators.items():
        judged = judge_indicator(own, day)
        if judged is None:
            table.add_row(f"{name} {own.indicator.name}", "尚未定目标", "—", "—", "—")
            continue
        for one in (judged.current, *(j for j in judged.all if j is not judged.current)):
            value = "—" if one.value is None else f"{one.value:g}"
            words = " / ".join(status_words(one))
            target = target_words(own.indicator, one.target)
            table.add_row(f"{name} {own.indicator.name}", f"{target} {one.target.due}", value, one.value_of, words)
    if state.indicators:
        console.print(table)


def _print_problems(book: Book) -> None:
    for problem in book.problems:
        click.echo(f"[{problem.level}] {problem}", err=True)


def _line_words(line: Line) -> str:
    said = ", ".join(f"{kind}={_value_words(value)}" for kind, value in line.facts)
    mark = "" if line.approved else "  (proposed)"
    grade = f" [{line.grade}]" if line.grade else ""
    when = f"{line.digest[:12]}  {line.on} known {line.rec}"
    return f"{when}  {line.id}  {said}  {line.by}{grade}{mark}  {line.note}"


def _value_words(value: object) -> str:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return " ".join(str(field) for field in value if field not in ("", None))
    return str(value)
