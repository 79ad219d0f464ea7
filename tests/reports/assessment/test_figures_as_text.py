"""Numbers and periods as text."""

from datetime import datetime

import pytest

from clearbay.reports.assessment.figures_as_text import number, percent, period, unit
from clearbay.reports.assessment.soil import band_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.3, "0.3"), (16.80994, "16.8099"), (1234567.0, "1234567"), (0.00002, "0.00002"), (-1.5, "−1.5"), (None, "–")],
)
def test_a_value_keeps_six_digits_and_has_no_exponent(value, text):
    assert number(value) == text


def test_nothing_of_nothing_is_no_percentage():
    assert percent(0, 0) == "–"
    assert percent(1, 3) == "33.3 %"


def test_an_hour_is_written_from_its_start_to_its_end():
    start = datetime(2026, 5, 4, 8)
    assert period(start, 3600, "1h") == "2026-05-04 08:00–09:00"
    assert period(start, 86400, "24h") == "2026-05-04 08:00 – 05-05 08:00"
    assert period(datetime(2026, 5, 4), 86400, "day") == "2026-05-04"
    assert period(datetime(2026, 5, 1), 31 * 86400, "month") == "2026-05"


def test_units_are_printed_as_the_field_prints_them():
    assert unit("ug/m3") == "µg/m³"
    assert unit("1") == ""


def test_a_condition_on_ph_reads_as_a_band():
    assert band_text("> 5.5, <= 6.5") == "5.5 < pH ≤ 6.5"
    assert band_text("<= 5.5") == "pH ≤ 5.5"
    assert band_text("> 7.5") == "pH > 7.5"
    assert band_text("") == ""
