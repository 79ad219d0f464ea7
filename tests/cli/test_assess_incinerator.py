"""Files of a furnace through the command: tags decide, a late tag supersedes, the report shows the month."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from clearbay.cli import main

DAY = datetime(2026, 3, 10)
HEAD = "tag_id,revision,point_id,kind,label,start,end,entered_at,by,source\n"
FAULT = "f1,0,wte-1,furnace,故障,2026-03-10T08:00,2026-03-10T11:00,{entered},shift leader,\n"


def clearbay(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def furnace(tmp_path: Path) -> Path:
    """A day of one furnace: 200 mg/m3 NOx at 11 % O2, and 1,000 from 08:00 to 11:00."""
    rows = ["time,point,NOx标干(mg/m3),a19001(%),颗粒物标干(mg/m3)"]
    for hour in range(24):
        nox = 1000 if 8 <= hour < 11 else 200
        rows.append(f"{DAY + timedelta(hours=hour):%Y-%m-%d %H:%M},wte-1,{nox},11.0,5")
    path = tmp_path / "furnace.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def tags(folder: Path, *lines: str) -> str:
    path = folder / "tags.csv"
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return str(path)


def daily(folder: Path) -> list[dict[str, object]]:
    frame = pl.read_parquet(folder / "findings.parquet").with_columns(pl.col(pl.Categorical).cast(pl.String))
    nox = frame.filter((pl.col("code") == "a21002") & (pl.col("averaging") == "day"))
    return nox.sort("revision").to_dicts()


def test_a_tag_takes_its_hours_out_of_the_daily_mean(furnace: Path, tmp_path: Path) -> None:
    # without the tag (21 x 200 + 3 x 1000) / 24 = 300 > 250; with it 21 hours of 200
    bare, tagged = tmp_path / "bare", tmp_path / "tagged"
    clearbay("assess", str(furnace), "--as", "incinerator", "--out", str(bare), "--no-report")
    said = tags(tmp_path, FAULT.format(entered="2026-03-10T12:00"))
    clearbay("assess", str(furnace), "--as", "incinerator", "--tags", said, "--out", str(tagged), "--no-report")
    [without], [with_tag] = daily(bare), daily(tagged)
    assert (without["verdict"], without["value"], without["valid"]) == ("exceeded", 300.0, 24)
    assert (with_tag["verdict"], with_tag["value"], with_tag["valid"]) == ("met", 200.0, 21)
    assert with_tag["raw_value"] == 300.0
    assert [w["tag"] for w in with_tag["windows"] if w["tag"]] == ["故障"] * 3


def test_a_late_tag_supersedes_and_what_stood_stays_readable(furnace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = tags(tmp_path, FAULT.format(entered="2026-03-12T09:00"))
    common = ("assess", str(furnace), "--as", "incinerator", "--tags", said, "--out", str(out), "--revise")
    clearbay(*common, "--as-of", "2026-03-11T00:00:00")
    between = datetime.now(UTC)
    time.sleep(1.1)
    told = clearbay(*common)
    assert told.exit_code == 0
    first, second = daily(out)
    assert (first["revision"], first["verdict"]) == (1, "exceeded")
    assert (second["revision"], second["verdict"]) == (2, "met")
    assert second["supersedes"] == f"{first['finding_id']}.1"
    now = clearbay("explain", str(first["finding_id"]), "--in", str(out), "--lang", "en")
    assert now.exit_code == 0
    assert "met" in now.output
    moment = f"{between + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    then = clearbay("explain", str(first["finding_id"]), "--in", str(out), "--lang", "en", "--as-of", moment)
    # recomputed by the record of its own time: without the tag that nobody had entered yet
    assert then.exit_code == 0
    assert "exceeded" in then.output


def test_explain_lists_all_24_hours_with_their_tags(furnace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = tags(tmp_path, FAULT.format(entered="2026-03-10T12:00"))
    clearbay("assess", str(furnace), "--as", "incinerator", "--tags", said, "--out", str(out), "--no-report")
    [finding] = daily(out)
    told = clearbay("explain", str(finding["finding_id"]), "--in", str(out), "--lang", "en")
    assert told.exit_code == 0
    assert told.output.count("故障") == 3
    assert "before exclusions" in told.output


def test_the_report_shows_the_month_in_both_languages(furnace: Path, tmp_path: Path) -> None:
    said = tags(tmp_path, FAULT.format(entered="2026-03-10T12:00"))
    for lang, heading, allowance in (
        ("zh", "焚烧炉与烟囱", "豁免与维护时长"),
        ("en", "Furnaces and stack", "Hours spent of each allowance"),
    ):
        out = tmp_path / lang
        clearbay("assess", str(furnace), "--as", "incinerator", "--tags", said, "--out", str(out), "--lang", lang)
        page = (out / "report.html").read_text(encoding="utf-8")
        assert heading in page
        assert allowance in page
        assert "wte-1 · 2026-03" in page


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("f1,0,wte-1,furnace,故障,2026-03-10T11:00,2026-03-10T08:00,2026-03-10T12:00,x,\n", "tags.csv:2"),
        ("f1,0,wte-1,furnace,放假,2026-03-10T08:00,2026-03-10T11:00,2026-03-10T12:00,x,\n", "放假"),
    ],
)
def test_a_wrong_tag_is_told_with_its_line(furnace: Path, tmp_path: Path, line: str, says: str) -> None:
    told = clearbay("assess", str(furnace), "--as", "incinerator", "--tags", tags(tmp_path, line), "--lang", "en")
    assert told.exit_code == 2
    assert says in told.output
    assert "Traceback" not in told.output


def test_oxygen_beside_dust_is_taken_for_an_incinerator(furnace: Path, tmp_path: Path) -> None:
    told = clearbay("assess", str(furnace), "--out", str(tmp_path / "guessed"), "--no-report", "--lang", "en")
    assert "judged as a waste incinerator" in told.output
