"""The bulletin as an Excel workbook: counts, every project with both lights, indicators, printed figures."""

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from clearbay.plans.book import Book
from clearbay.plans.fold import State
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.light import RULE_VERSION
from clearbay.plans.rollup import Counts, counts_by, counts_of, lights_of, worst_first
from clearbay.plans.wording import COLOUR_WORDS, GRADE_WORDS, SHAPES, reason_words, status_words, target_words
from clearbay.plans.workbook import packed
from clearbay.reports.plans.bulletin import printed_beside

Cell = str | int | float | None
_FILLS = {
    "red": "F8D7DA",
    "yellow": "FFF3CD",
    "white": "ECEFF1",
    "green": "D4EDDA",
    "grey": "E0E0E0",
    "done": "D6E4F5",
}


def bulletin_workbook(book: Book, state: State) -> bytes:
    """The bytes of the workbook; the same book and state give the same bytes."""
    plan = book.plan
    lights, original = lights_of(state, plan.terms), lights_of(state, plan.terms, "original")
    out = Workbook()
    first = out.active
    if first is not None:
        out.remove(first)
    counted: list[list[Cell]] = [_counts_row("合计 all", counts_of(state.projects.values(), lights, state.at))]
    for by in ("level", "theme", "lead"):
        groups = counts_by(state, lights, lambda row, by=by: str(getattr(row, by)))  # type: ignore[misc]
        counted += [_counts_row(plan.theme(name).name if by == "theme" else name, c) for name, c in groups.items()]
    heading = [
        "组",
        "项目",
        "启动",
        "完成",
        "到期",
        "到期已完成",
        "按期",
        "晚完成",
        "调出",
        "启动率",
        "完成率",
        "序时完成率",
        "按期率",
        *(f"{SHAPES[c]} {w[0]}" for c, w in COLOUR_WORDS.items()),
    ]
    _sheet(out, "统计", heading, counted, wide=(36,))
    rows: list[list[Cell]] = []
    for own, light in worst_first(state, lights):
        p, then = own.project, original[own.project.id]
        rows.append(
            [
                p.id,
                plan.theme(p.theme).name,
                p.level,
                p.name,
                p.lead,
                p.start.isoformat(),
                own.due.isoformat(),
                f"{SHAPES[light.colour]} {COLOUR_WORDS[light.colour][0]}",
                " / ".join(reason_words(light)),
                light.days,
                own.due0.isoformat(),
                f"{SHAPES[then.colour]} {COLOUR_WORDS[then.colour][0]}",
                reason_words(then)[0],
                own.phase,
                own.pct,
                own.finished.isoformat() if own.finished else "",
            ]
        )
    page = _sheet(
        out,
        "项目",
        [
            "编号",
            "专项",
            "级别",
            "项目名称",
            "牵头部门",
            "开工",
            "期限",
            "灯",
            "理由",
            "天数",
            "原期限",
            "按原期限",
            "按原期限理由",
            "阶段",
            "进度%",
            "实际完成",
        ],
        rows,
        wide=(8, 20, 8, 34, 16),
    )
    for line, (_, light) in enumerate(worst_first(state, lights), start=2):
        page.cell(line, 8).fill = PatternFill("solid", fgColor=_FILLS[light.colour])
    judged: list[list[Cell]] = []
    for own_indicator in state.indicators.values():
        status = judge_indicator(own_indicator, state.at)
        for one in status.all if status else ():
            judged.append(
                [
                    own_indicator.indicator.id,
                    own_indicator.indicator.name,
                    own_indicator.indicator.unit,
                    target_words(own_indicator.indicator, one.target),
                    one.target.due.isoformat(),
                    one.target.decided_on.isoformat(),
                    GRADE_WORDS[one.target.grade],
                    one.value,
                    one.value_of,
                    " / ".join(status_words(one)),
                    one.share,
                    one.gap,
                ]
            )
    _sheet(
        out,
        "指标",
        [
            "编号",
            "指标",
            "单位",
            "目标",
            "期限",
            "决定日",
            "等级",
            "数值",
            "时段",
            "状态",
            "完成份额",
            "差距",
        ],
        judged,
        wide=(8, 28, 10, 28),
    )
    printed: list[list[Cell]] = [
        [
            c.claim.what,
            c.claim.value,
            GRADE_WORDS[c.claim.grade],
            c.claim.source,
            c.ours,
            {True: "一致", False: "不一致", None: ""}[c.agrees],
            c.claim.note,
        ]
        for c in printed_beside(book, state)
    ]
    _sheet(
        out,
        "报载",
        ["事项", "报载", "等级", "来源", "本账", "比对", "说明"],
        printed,
        wide=(26, 28, 14, 40, 10, 10, 40),
    )
    about: list[list[Cell]] = [
        ["计划", plan.title],
        ["截至", state.at.isoformat()],
        ["所知截至", state.as_of.isoformat()],
        ["规则版本", RULE_VERSION],
        ["台账末行", book.journal.head],
        ["计划摘要", plan.digest],
    ]
    about += [[problem.level, str(problem)] for problem in book.problems]
    _sheet(out, "说明", ["项", "值"], about, wide=(14, 80))
    return packed(out)


def _sheet(out: Workbook, title: str, heading: list[str], rows: list[list[Cell]], wide: tuple[int, ...]) -> Worksheet:
    page: Worksheet = out.create_sheet(title)
    page.append(heading)
    for cell in page[1]:
        cell.font = Font(bold=True)
    for line, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            cell = page.cell(line, place)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # text that begins with = is text
            elif isinstance(value, float) and title == "统计":
                cell.number_format = "0.0%"
    for place in range(1, len(heading) + 1):
        page.column_dimensions[get_column_letter(place)].width = wide[place - 1] if place <= len(wide) else 14
    page.freeze_panes = "B2"
    return page


def _counts_row(name: str, c: Counts) -> list[Cell]:
    rates = c.rates
    return [
        name,
        c.total,
        c.started,
        c.done,
        c.due,
        c.done_of_due,
        c.in_time,
        c.done_late,
        c.dropped,
        rates["started"],
        rates["done"],
        rates["done_of_due"],
        rates["in_time"],
        *(c.lights[colour] for colour in COLOUR_WORDS),
    ]
