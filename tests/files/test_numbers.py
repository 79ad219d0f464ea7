"""Numbers as laboratories, loggers and spreadsheets write them."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.files.numbers import NotNumber, Number, read_number, read_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("+0.5", 0.5),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1.491644E+07", 14916440.0),
        ("4E-05", 0.00004),
        ("１２．５", 12.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1 234.5", 1234.5),
        ("1'234", 1234.0),
        ("12,5", 12.5),
        ("0,005", 0.005),
        ("1.234,5", 1234.5),
        (" 7 ", 7.0),
        ("−3", -3.0),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    reading = read_number(text)
    assert isinstance(reading, Number)
    assert reading.value == value


@pytest.mark.parametrize("text", ["--", "-", "—", "*", "/", "NA", "NaN", "null", "缺测", "#N/A"])
def test_a_mark_for_no_value_is_missing_not_zero(text: str) -> None:
    assert read_number(text) == Number(None, quality=9, how="missing_mark")


@pytest.mark.parametrize("text", ["-99", "-99.0", "-999", "-9999", "-99.9"])
def test_the_numbers_instruments_write_for_no_value_are_missing(text: str) -> None:
    assert read_number(text) == Number(None, quality=9, how="sentinel")


@pytest.mark.parametrize(
    "text", ["<0.01", "＜0.01", "0.01L", "0.01 l", "ND(0.01)", "未检出(0.01)", "ND(<0.01)", "低于0.01"]
)
def test_below_the_detection_limit_keeps_the_limit_and_is_flagged(text: str) -> None:
    reading = read_number(text)
    assert isinstance(reading, Number)
    assert (reading.value, reading.flag, reading.quality) == (0.01, "ND", 1)


@pytest.mark.parametrize("text", ["未检出", "ND", "n.d.", "<DL", "BDL"])
def test_not_detected_without_a_limit_has_no_value(text: str) -> None:
    assert read_number(text) == Number(None, "ND", 1, how="not_detected")


@pytest.mark.parametrize("text", [">24000", "≥24000", "24000+"])
def test_above_the_range_keeps_the_bound_and_stays_out_of_means(text: str) -> None:
    reading = read_number(text)
    assert isinstance(reading, Number)
    assert (reading.value, reading.flag) == (24000.0, "T")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "text_in_number"),
        ("1.2.3", "text_in_number"),
        ("12-13", "text_in_number"),
        ("1e400", "not_finite"),
        ("inf", "not_finite"),
        ("1,234", "ambiguous_comma"),
    ],
)
def test_what_is_no_number_is_refused_by_name(text: str, reason: str) -> None:
    reading = read_number(text)
    assert isinstance(reading, NotNumber)
    assert reading.reason == reason


def test_a_declared_decimal_mark_settles_one_thousand_or_one_point_two() -> None:
    assert read_number("1,234", ",") == Number(1.234, how="decimal_comma")
    one_thousand = read_number("1,234", ".")
    assert isinstance(one_thousand, Number)
    assert one_thousand.value == 1234.0
    grouped = read_number("1.234", ",")
    assert isinstance(grouped, Number)
    assert grouped.value == 1234.0
    assert isinstance(read_number("12,5", "."), NotNumber)


def test_a_unit_beside_the_number_is_carried() -> None:
    assert read_number("300 ug/L") == Number(300.0, unit="ug/L", how="own_unit")


CELLS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6).map(str),
    st.sampled_from(
        ["", " ", "--", "ND", "<0.1", "-99", "-99.00", "1,234", "1,5", "inf", "nan", "1e999", " 3", "3 ", "+3"]
    ),
    st.text(alphabet="0123456789.,-+eEinfa １<L", max_size=6),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=20), st.sampled_from([None, ",", "."]))
def test_a_column_read_at_once_equals_its_cells_read_one_by_one(cells: list[str], decimal: str | None) -> None:
    column = read_numbers(pa.array(cells, pa.string()), decimal)  # type: ignore[arg-type]
    unusual = dict(zip(column.unusual.tolist(), column.readings, strict=True))
    for i, text in enumerate(cells):
        alone = read_number(text, decimal) if text else Number(None, how="empty")  # type: ignore[arg-type]
        if isinstance(alone, Number) and alone.how == "empty":
            assert not column.given[i]
            continue
        assert column.given[i]
        if i in unusual:
            assert unusual[i] == alone
        else:
            assert alone == Number(alone.value, how=alone.how)  # type: ignore[union-attr]
            assert alone.how in ("", "full_width")  # type: ignore[union-attr]
        expected = alone.value if isinstance(alone, Number) else None
        assert (math.isnan(column.values[i]) and expected is None) or column.values[i] == expected
