"""Excel workbooks as bytes: the tables of a book out, and back in with every cell that is no value named.

Bytes in, bytes out: nothing here opens a file. The same tables give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from clearbay.plans.errors import PlanFileError, Problem
from clearbay.plans.exchange import ASIDE, DATES, NUMBERS, SHEETS, About, Returned, plain
from clearbay.plans.periods import parse_date
from clearbay.plans.tables import HEADINGS, Row, column_of

TITLES = {"projects": "项目", "milestones": "节点", "values": "指标数值"}
_ABOUT = "说明"
_WORDS = {column: word for word, column in reversed(HEADINGS.items())} | {
    "id": "编号", "theme": "专项", "lead": "牵头部门", "due": "完成期限", "start": "开工日期",
    "started": "实际开工",
    "pct": "进度%", "expected": "预计完成", "finished": "实际完成", "report_on": "填报日期",
    "due_doc": "调整文件",
    "due_reason": "调整原因", "note": "备注", "indicator": "指标", "period": "时段", "v": "数值",
    "quality": "质量",
}  # fmt: skip
_WIDE = {"name": 32, "content": 40, "lead": 18, "support": 18, "note": 24, "due_doc": 18, "due_reason": 18}
#: Every entry of the archive carries this date, so that equal content gives equal bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def write_workbook(about: About, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """An Excel workbook of the tables: one sheet each, headings in Chinese with our name after them."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for sheet, columns in SHEETS.items():
        page = book.create_sheet(TITLES[sheet])
        _write_heading(page, columns)
        for line, row in enumerate(tables.get(sheet, ()), start=2):
            for place, column in enumerate(columns, start=1):
                _write_cell(page, line, place, column, row.get(column, ""))
        page.freeze_panes = "C2"
    _write_about(book.create_sheet(_ABOUT), about)
    return packed(book)


def packed(book: Workbook) -> bytes:
    """The bytes of a workbook without the moment it was saved: the same content gives the same bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            new.writestr(zipfile.ZipInfo(entry.filename, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def read_workbook(content: bytes, where: str = "workbook") -> Returned:
    """Read a workbook back; formulas, error values and merged cells are named by row, never guessed.

    Raises `PlanFileError` when it is no workbook, or a sheet's heading is not ours.
    """
    try:
        book = load_workbook(io.BytesIO(content), data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as wrong:
        what = "is not an .xlsx workbook that can be read (an old .xls, one with a password, or a damaged file?)"
        problem = Problem(where, what, f"save it again as .xlsx ({type(wrong).__name__})")
        raise PlanFileError(where, (problem,)) from None
    names = {title: sheet for sheet, title in TITLES.items()} | {sheet: sheet for sheet in TITLES}
    rows: dict[str, list[Row]] = {}
    spoilt: dict[tuple[str, int], tuple[str, ...]] = {}
    for page in book.worksheets:
        if page.title in names:
            sheet = names[page.title]
            rows[sheet] = _read_sheet(page, sheet, spoilt, where)
    if not rows:
        what = f"has none of the sheets {', '.join(TITLES.values())} (it has {', '.join(book.sheetnames)})"
        raise PlanFileError(where, (Problem(where, what, "edit the workbook that `clearbay plan export` wrote"),))
    return Returned(_read_about(book, where), rows, spoilt)


def _write_heading(page: Worksheet, columns: Sequence[str]) -> None:
    for place, column in enumerate(columns, start=1):
        cell = page.cell(1, place, f"{_WORDS.get(column, column)} {column}")
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFF2CC" if column in ASIDE else "DDEBF7")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(place)].width = _WIDE.get(column, 12)


def _write_cell(page: Worksheet, line: int, place: int, column: str, text: str) -> None:
    if not text:
        return
    cell = page.cell(line, place)
    if column in DATES:
        cell.value = parse_date(text)
        cell.number_format = "yyyy-mm-dd"
    elif column in NUMBERS:
        cell.value = float(text)
    else:
        cell.value = text
        cell.data_type = "s"  # a name that begins with = is a name, not a formula
        cell.number_format = "@"


def _write_about(page: Worksheet, about: About) -> None:
    lines = (
        ("plan", about.plan),
        ("head", about.head),
        ("at", about.at.isoformat()),
        (
            "",
            "改后用 clearbay plan import 提交：只作为建议，逐行比对后再记入台账。请勿合并单元格或使用公式。",
        ),
        (
            "",
            "Hand back with `clearbay plan import`: a proposal, row by row. No merged cells, no formulas.",
        ),
    )
    for line, (name, text) in enumerate(lines, start=1):
        page.cell(line, 1, name)
        page.cell(line, 2, text).data_type = "s"
    page.column_dimensions["B"].width = 90


def _read_about(book: Workbook, where: str) -> About | None:
    if _ABOUT not in book.sheetnames:
        return None
    page = book[_ABOUT]
    fields = {str(page.cell(n, 1).value or ""): str(page.cell(n, 2).value or "") for n in range(1, 4)}
    try:
        return About(fields["plan"], fields["head"], parse_date(fields["at"]))
    except (KeyError, ValueError):
        problem = Problem(
            f"{where}, {_ABOUT}", "does not say plan, head and at any more", "take that sheet from the export"
        )
        raise PlanFileError(where, (problem,)) from None


def _read_sheet(page: Worksheet, sheet: str, spoilt: dict[tuple[str, int], tuple[str, ...]], where: str) -> list[Row]:
    place = f"{where}, sheet {page.title}"
    columns = SHEETS[sheet]
    heading = [column_of(str(cell.value)) if cell.value is not None else "" for cell in page[1]]
    while heading and not heading[-1]:
        heading.pop()
    wrong = []
    missing = [c for c in columns if c not in heading and c not in ASIDE]
    if missing:
        wrong.append(Problem(place, f"columns missing: {', '.join(missing)}"))
    strange = [c or "(blank)" for c in heading if c not in columns]
    if strange:
        wrong.append(Problem(place, f"columns not known: {', '.join(strange)}", "remove or rename them"))
    if len(set(heading)) != len(heading):
        wrong.append(Problem(place, "a column is given twice"))
    if wrong:
        raise PlanFileError(where, tuple(wrong))
    merged: dict[int, list[str]] = {}
    for region in page.merged_cells.ranges:
        for line in range(region.min_row, region.max_row + 1):
            merged.setdefault(line, []).append(f"cells {region.coord} are merged: unmerge and fill every row")
    rows = []
    for line, cells in enumerate(page.iter_rows(min_row=2, max_col=len(heading)), start=2):
        errors = merged.get(line, [])
        texts = {column: _text(cell, column, errors) for column, cell in zip(heading, cells, strict=True)}
        if errors or any(texts.values()):
            rows.append(Row(line, texts))
        if errors:
            spoilt[(sheet, line)] = tuple(errors)
    return rows


def _text(cell: Cell | MergedCell, column: str, errors: list[str]) -> str:
    value = cell.value
    if value is None or isinstance(cell, MergedCell):
        return ""
    if cell.data_type == "f":
        errors.append(f"{cell.coordinate} holds a formula: paste its value")
        return ""
    if cell.data_type == "e":
        errors.append(f"{cell.coordinate} holds the error {value}")
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            errors.append(f"{cell.coordinate} holds a time of day ({value}): give the day only")
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = float(value) * (100 if column == "pct" and "%" in cell.number_format else 1)
        return plain(round(number, 9) if column == "pct" else number)
    return str(value)
