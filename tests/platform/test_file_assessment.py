"""The record of an assessment repeats it exactly, as long as its files are the same bytes."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clearbay.assess.permits import Permit, parse_permit
from clearbay.platform.file_assessment import RecordError, Request, assess_files, read_record, record
from clearbay.platform.recomputation import recompute

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def request(folder: Path, text: str = "time,point,COD(mg/L)\n2026-03-01 00:00,A,60\n") -> Request:
    path = folder / "a.csv"
    path.write_text(text, "utf-8")
    return Request((str(path),), {}, (parse_permit("GB 18918:level=1A,built=2010"),))


def kept(folder: Path, wanted: Request) -> Path:
    path = folder / "assessment.json"
    path.write_text(record(wanted, NOW), "utf-8")
    return path


def test_a_record_gives_back_the_whole_request(tmp_path: Path) -> None:
    plain = request(tmp_path)
    wanted = Request(
        plain.files,
        {"zone": "Asia/Shanghai", "unit": "mg/L"},
        (Permit("A", "GB 18918", {"level": "1A"}, ("w01018",), date(2010, 1, 1), date(2030, 1, 1)), *plain.permits),
        ("local",),
        (date(2026, 3, 1), date(2026, 3, 2)),
    )
    assert read_record(kept(tmp_path, wanted)) == wanted


def test_the_record_holds_the_digest_that_others_can_check(tmp_path: Path) -> None:
    wanted = request(tmp_path)
    assert hashlib.sha256(Path(wanted.files[0]).read_bytes()).hexdigest() in record(wanted, NOW)


def test_a_file_of_other_bytes_is_refused(tmp_path: Path) -> None:
    path = kept(tmp_path, request(tmp_path))
    request(tmp_path, "time,point,COD(mg/L)\n2026-03-01 00:00,A,6\n")
    with pytest.raises(RecordError, match="SHA-256 differs"):
        read_record(path)


def test_a_missing_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="written beside the findings"):
        read_record(tmp_path / "none.json")


def test_each_finding_of_several_points_and_days_is_recomputed_the_same(tmp_path: Path) -> None:
    hours = [(d, h, p) for p in "AB" for d in (1, 2, 4) for h in range(24) if (p, d) != ("B", 4)]
    rows = "".join(f"2026-03-{d:02d} {h:02d}:00,{p},{40 + d + h / 4}\n" for d, h, p in hours)
    wanted = request(tmp_path, "time,point,COD(mg/L)\n" + rows)
    found = assess_files(wanted, NOW).findings.to_pylist()
    # Three days of each point have values or are missing by the calendar: 2 points, 4 days.
    assert len(found) == 8
    for stored in found:
        assert recompute(wanted, stored).finding == stored
