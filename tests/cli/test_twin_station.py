"""The command for sewage stations, as a user meets it."""

import datetime as dt
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import yaml
from click.testing import CliRunner

from clearbay.cli.root import main
from clearbay.cli.twin_station_judgement import judge

VILLAGE = Path(__file__).parents[2] / "examples" / "stations" / "village.yaml"


def short(folder: Path, **change: object) -> Path:
    text = yaml.safe_load(VILLAGE.read_text(encoding="utf-8")) | {"days": 3} | change
    file = folder / f"{'_'.join(map(str, change)) or 'station'}.yaml"
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    return file


def test_a_run_reports_judges_and_draws(tmp_path):
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["twin", "run", str(short(tmp_path)), "--out", str(out), "--lang", "en"])
    assert result.exit_code == 0, result.output
    for word in ("NH3-N", "kWh/m³", "kg/d of dry solids", "GB 18918-2002 1A", "verdict: met on every day"):
        assert word in result.output
    assert len((out / "effluent.csv").read_text(encoding="utf-8").splitlines()) == 4
    judged = {f["parameter"]: f for f in json.loads((out / "judgement.json").read_text(encoding="utf-8"))}
    assert judged["TP"]["code"] == "w21011"
    for name in ("schematic", "effluent", "profiles", "oxygen"):
        root = ElementTree.parse(out / f"{name}.svg").getroot()
        assert root.tag.endswith("svg")
    page = (out / "station.html").read_text(encoding="utf-8")
    assert "隔油池" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


HAN = re.compile("[\u4e00-\u9fff]")
WORDS = re.compile(r"[A-Za-z]{3,}")
# what a Chinese reader of the field meets in Latin letters
INTERNATIONAL = {"COD", "BOD", "kWh", "GB", "Al"}


def test_a_run_and_its_answers_speak_one_language(tmp_path):
    ask = [part for question in ("bands", "cold-spell", "holiday", "blower-failure") for part in ("--ask", question)]
    file = str(short(tmp_path, days=2))
    english = CliRunner().invoke(main, ["twin", "run", file, *ask, "--lang", "en"])
    chinese = CliRunner().invoke(main, ["twin", "run", file, *ask, "--lang", "zh"])
    assert english.exit_code == chinese.exit_code == 0, english.output + chinese.output
    assert not HAN.findall(english.output)
    assert set(WORDS.findall(chinese.output)) <= INTERNATIONAL
    for said in (" of 16 keep every limit on every day", "2025-01-01 to 2025-01-02: no air in Contact oxidation"):
        assert said in english.output
    for said in ("16 次中 ", "2025-01-01 至 2025-01-02：接触氧化池"):
        assert said in chinese.output


def test_a_batch_reactor_that_overflows_in_a_question_is_that_questions_answer_only(tmp_path):
    reactor = {
        "kind": "sbr", "name": "sbr", "volume": 160, "area": 40, "cycles": 4, "exchange": 0.25, "settle": 0.2,
        "waste_m3_d": 5.0, "aeration": {"oxygen": 2.0, "air_max": 400},
    }  # fmt: skip
    line = yaml.safe_load(VILLAGE.read_text(encoding="utf-8"))["line"][:2]
    file = str(short(tmp_path, line=[*line, reactor], recycles=[], waste=[], days=12))
    result = CliRunner().invoke(main, ["twin", "run", file, "--ask", "holiday", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "cannot be answered: 'sbr' would hold" in result.output


def test_mistakes_are_told_without_a_traceback(tmp_path):
    for arguments, message in (
        ([str(tmp_path / "none.yaml")], "cannot be read"),
        ([str(short(tmp_path, kind="brewery"))], "brewery"),
        ([str(short(tmp_path, days=-1))], "days"),
        (
            [str(short(tmp_path, water={"mean": 18, "swing": 8, "coldest": "13-45"}))],
            "'13-45' is not a day of the year",
        ),
        ([str(short(tmp_path, recycles=[{"from": "oxidation2", "to": "anoxic", "m3_d": 1e9}]))], "check its size"),
        ([str(short(tmp_path)), "--ask", "weather"], "does not answer 'weather'"),
    ):
        result = CliRunner().invoke(main, ["twin", "run", *arguments])
        assert result.exit_code == 2
        assert message in result.output
        assert "Traceback" not in result.output


def test_ammonia_is_judged_by_the_water_temperature():
    days = [dt.date(2025, 1, 1), dt.date(2025, 1, 2)]
    one = np.ones(2)
    effluent = {
        "COD": one,
        "BOD5": one,
        "SS": one,
        "NH3-N": np.array([6.0, 6.0]),
        "TN": one,
        "TP": 0.1 * one,
        "oil": 0 * one,
    }
    # GB 18918-2002 Table 1 note 2: the bracketed limit at 12 degC or below, so 12.0 itself takes it
    found = {f.parameter: f for f in judge(days, effluent, np.array([12.0, 12.1]), "1A", 2021)}
    assert found["NH3-N"].exceeded == (days[1],)
