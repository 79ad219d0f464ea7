"""Pictures as Vega-Lite specifications: pure functions of small frames, drawn by a browser or into a file."""

from clearbay.reports.pictures.calendars import days_by_month, days_by_year, hours_by_day
from clearbay.reports.pictures.drawing import to_png, to_spec, to_svg
from clearbay.reports.pictures.ranking import ranking
from clearbay.reports.pictures.row_map import row_map
from clearbay.reports.pictures.shares import shares, stacked_rows
from clearbay.reports.pictures.time_series import time_series
from clearbay.reports.pictures.words import Level, SeriesWords

__all__ = [
    "Level",
    "SeriesWords",
    "days_by_month",
    "days_by_year",
    "hours_by_day",
    "ranking",
    "row_map",
    "shares",
    "stacked_rows",
    "time_series",
    "to_png",
    "to_spec",
    "to_svg",
]
