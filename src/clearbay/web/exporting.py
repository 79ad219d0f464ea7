"""A table as a file: CSV, Excel or Parquet, with the same rows, columns and figures.

Text that a spreadsheet would take for a formula is kept text. Simulated data say so in the file's name and in a column.
"""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import polars as pl
from fastapi import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from clearbay.web.layout.errors import BadRequest
from clearbay.web.source import Live

Form: TypeAlias = Literal["csv", "xlsx", "parquet"]

MEDIA: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
ROWS_AT_MOST: dict[Form, int] = {"csv": 200_000, "xlsx": 20_000, "parquet": 200_000}
"""Rows of a file; a workbook is written cell by cell and opened by people, so it holds fewer."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a text that a spreadsheet takes for a formula (OWASP, CSV injection); of full width in East Asia."""

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no cell of a workbook may hold (XML 1.0, 2.2)."""

WIDEST = 44


def export(table: pl.DataFrame, name: str, form: Form, live: Live) -> Response:
    """Write a table as a file to be saved.

    Parameters
    ----------
    table : its instants are in UTC; CSV and Excel have them in the district's time.
    name : of the file, without its ending.

    Raises
    ------
    BadRequest : more rows than `ROWS_AT_MOST`.
    """
    most = ROWS_AT_MOST[form]
    if table.height > most:
        raise BadRequest(
            f"more than {most} rows in one {form} file; narrow the choice (by days), or take another form",
            f"超过 {form} 文件的 {most} 行上限；请缩小范围（如按日期），或换一种格式",
        )
    if live.simulated:
        table = table.with_columns(pl.lit(True).alias("simulated"))
        name = f"simulated-{name}"
    zone = live.district().zone
    write = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[form]
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:120]
    headers = {"Content-Disposition": f'attachment; filename="{safe}.{form}"', "Cache-Control": "no-store"}
    return Response(write(table, zone), media_type=MEDIA[form], headers=headers)


def as_text(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; a number stays as it is."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def _csv(table: pl.DataFrame, zone: str) -> bytes:
    shown = table.with_columns(
        *(
            pl.col(name).dt.convert_time_zone(zone).dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
            for name, kind in table.schema.items()
            if isinstance(kind, pl.Datetime)
        ),
        *(
            pl.col(name).map_elements(as_text, return_dtype=pl.String)
            for name, kind in table.schema.items()
            if kind == pl.String
        ),
    )
    out = io.BytesIO()
    # The mark at the start tells Excel that the text is UTF-8.
    shown.write_csv(out, include_bom=True)
    return out.getvalue()


def _parquet(table: pl.DataFrame, zone: str) -> bytes:
    out = io.BytesIO()
    table.write_parquet(out)
    return out.getvalue()


def _xlsx(table: pl.DataFrame, zone: str) -> bytes:
    local = ZoneInfo(zone)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("clearbay")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(table.columns, start=1):
        longest = max((len(str(value)) for value in table[name].head(200)), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, len(name)) + 3, WIDEST)
    heading = []
    for name, kind in table.schema.items():
        # A workbook knows no zone: the heading says which one its clock times are of.
        cell = WriteOnlyCell(sheet, f"{name} [{zone}]" if isinstance(kind, pl.Datetime) else name)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in table.iter_rows():
        sheet.append(list(_cells(sheet, row, local)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(sheet: object, row: Iterable[object], zone: ZoneInfo) -> Iterable[object]:
    for value in row:
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, CONTROL.sub("�", value)[:32_767])  # type: ignore[arg-type]
            cell.data_type = "s"
            yield cell
        elif isinstance(value, datetime):
            yield value.astimezone(zone).replace(tzinfo=None)
        elif isinstance(value, float) and value != value:  # noqa: PLR0124  (NaN)
            yield None
        else:
            yield value
