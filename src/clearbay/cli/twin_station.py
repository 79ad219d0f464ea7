"""`clearbay twin run` for a sewage station: effluent, energy, chemicals, sludge, and the judgement."""

import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from clearbay.cli.console import console
from clearbay.cli.twin_request import Request, SeriesRequest, TwinError
from clearbay.cli.twin_station_judgement import Judged, judge
from clearbay.cli.twin_station_print import print_answer, print_bands, print_refused, print_year
from clearbay.reports.station import Picture, pictures
from clearbay.twins.activated_sludge.capacity import Overfull
from clearbay.twins.activated_sludge.composite import MEASURED
from clearbay.twins.activated_sludge.errors import ActivatedSludgeError
from clearbay.twins.activated_sludge.least import RUNS, TITLE, least_air_and_dose
from clearbay.twins.activated_sludge.questions import (
    Answer,
    Limits,
    Said,
    blower_failure,
    cold_spell,
    holiday_peak,
    uncertainty,
)
from clearbay.twins.activated_sludge.station import Station, read_station
from clearbay.twins.activated_sludge.table import FloatArray
from clearbay.twins.activated_sludge.year import Year, run_station, settled

Ask: TypeAlias = Callable[[Station, FloatArray, Year, Limits], Answer]
# by name: title, and what answers; the ensemble answers in bands, which pictures take, too
QUESTIONS: dict[str, tuple[Said, Ask | None]] = {
    "bands": (Said("不确定性", "Uncertainty"), None),
    "cold-spell": (Said("寒潮", "Cold spell"), cold_spell),
    "holiday": (Said("节假日高峰", "Holiday peak"), holiday_peak),
    "blower-failure": (Said("风机故障", "Blower failure"), blower_failure),
    "least-air-and-dose": (TITLE, least_air_and_dose),
}

LONG = {"bands": 16, "least-air-and-dose": RUNS}  # runs of the whole period, which take seconds each


def run(file: Path, request: Request) -> None:
    """Run the station of a file, print what its operator asks, and write tables and pictures to `out`."""
    ask, out = request.questions, request.out
    if request.scenario is not None:
        raise TwinError(f"{file}: a sewage station has no --scenario; ask it with --ask: {', '.join(QUESTIONS)}")
    unknown = sorted(set(ask) - set(QUESTIONS))
    if unknown:
        raise TwinError(f"a sewage station does not answer '{unknown[0]}'; it answers: {', '.join(QUESTIONS)}")
    speak = request.speak
    screen = console()
    try:
        station = read_station(file)
        start = settled(station)
        year = run_station(station, start=start)
        judged = findings(year)
        limits = {finding.parameter: finding.limit for finding in judged}
        print_year(screen, year, judged, speak)
        bands = None
        for question in ask:
            title, answer = QUESTIONS[question]
            if runs := LONG.get(question):
                said = f"整个时段运行约 {runs} 次……" if speak == "zh" else f"about {runs} runs of the whole period..."
                console(stderr=True).print(f"{title.zh if speak == 'zh' else title.en}: {said}", style="dim")
            try:
                if answer is None:
                    bands = uncertainty(station, start, limits)
                    print_bands(screen, bands, station.days, speak)
                else:
                    print_answer(screen, answer(station, start, year, limits), speak)
            except Overfull as error:
                print_refused(screen, title, str(error), speak)
    except ActivatedSludgeError as error:
        raise TwinError(str(error)) from None
    if out is not None:
        drawn = pictures(year, limits, bands)
        _write(out, year, judged, drawn)
        files = ", ".join(("effluent.csv", "operation.csv", "judgement.json", *(picture.file for picture in drawn)))
        screen.print(f"{'已写入' if speak == 'zh' else 'written'}: {out}/ {files}")


def series(file: Path, request: SeriesRequest) -> None:
    """A station's effluent series comes with its run.

    Raises
    ------
    TwinError : always; it says where the series is.
    """
    del request
    raise TwinError(f"{file}: a sewage station writes its series with `clearbay twin run {file} --out FOLDER`")


def findings(year: Year) -> list[Judged]:
    """Compose twin and judgement: daily effluent means of the run, by the station's permit."""
    permit = year.works.station.permit
    return judge(days_of(year), year.effluent, year.temperature, permit.grade, permit.built)


def days_of(year: Year) -> list[dt.date]:
    """Return the days of a run, of the station's legal zone."""
    first = year.works.station.start
    return [first + dt.timedelta(days=d) for d in range(len(year.flow))]


def _write(out: Path, year: Year, judged: list[Judged], drawn: list[Picture]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    days = days_of(year)
    with (out / "effluent.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "flow_m3", "temperature_degC", *(f"{name}_mg_L" for name in MEASURED)])
        for i, day in enumerate(days):
            values = [f"{year.effluent[name][i]:.4g}" for name in MEASURED]
            writer.writerow([day, f"{year.flow[i]:.2f}", f"{year.temperature[i]:.2f}", *values])
    with (out / "operation.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        energy, air, chemicals = list(year.energy), list(year.air), list(year.chemicals)
        writer.writerow(
            ["day", *(f"{e}_kWh" for e in energy), *(f"air_{a}_Nm3" for a in air),
            *(f"{c}_kg" for c in chemicals),
             "sludge_kg_DS"]
        )  # fmt: skip
        for i, day in enumerate(days):
            row = [year.energy[e][i] for e in energy] + [year.air[a][i] for a in air]
            row += [year.chemicals[c][i] for c in chemicals] + [year.sludge[i]]
            writer.writerow([day, *(f"{value:.4g}" for value in row)])
    found = [
        {
            "parameter": f.parameter, "code": f.code, "mean": f.mean, "worst": f.worst,
            "worst_day": str(f.worst_day),
            "days_over": [str(day) for day in f.exceeded], "confidence": f.confidence,
        }
        for f in judged
    ]  # fmt: skip
    (out / "judgement.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for picture in drawn:
        (out / picture.file).write_text(picture.text, encoding="utf-8")
