"""`clearbay twin run` for a sewage station: effluent, energy, chemicals, sludge, and the judgement."""

import csv
import datetime as dt
import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from clearbay.cli.twin_request import Request, SeriesRequest, TwinError
from clearbay.cli.twin_station_judgement import Judged, judge
from clearbay.reports.station import Picture, pictures
from clearbay.twins.activated_sludge.composite import MEASURED
from clearbay.twins.activated_sludge.errors import ActivatedSludgeError
from clearbay.twins.activated_sludge.questions import (
    Answer,
    Bands,
    blower_failure,
    cold_spell,
    holiday_peak,
    least_air_and_dose,
    uncertainty,
)
from clearbay.twins.activated_sludge.station import Station, read_station
from clearbay.twins.activated_sludge.year import Year, run_station, settled

QUESTIONS = ("bands", "cold-spell", "holiday", "blower-failure", "least-air-and-dose")


def run(file: Path, request: Request) -> None:
    """Run the station of a file, print what its operator asks, and write tables and pictures to `out`."""
    ask, out = request.questions, request.out
    if request.scenario is not None:
        raise TwinError(f"{file}: a sewage station has no --scenario; ask it with --ask: {', '.join(QUESTIONS)}")
    unknown = sorted(set(ask) - set(QUESTIONS))
    if unknown:
        raise TwinError(f"a sewage station does not answer '{unknown[0]}'; it answers: {', '.join(QUESTIONS)}")
    console = Console(width=110, highlight=False)
    try:
        station = read_station(file)
        start = settled(station)
        year = run_station(station, start=start)
        judged = findings(year)
        _print_year(console, year, judged)
        bands = _bands(console, station, start) if "bands" in ask else None
        for answer in _answers(station, start, year, judged, ask):
            _print_answer(console, answer)
    except ActivatedSludgeError as error:
        raise TwinError(str(error)) from None
    if out is not None:
        limits = {j.parameter: j.limit for j in judged}
        _write(out, year, judged, pictures(year, limits, bands))
        console.print(f"written to {out}: effluent.csv, operation.csv, judgement.json, station.html and its pictures")


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


def _print_year(console: Console, year: Year, judged: list[Judged]) -> None:
    station = year.works.station
    heads = station.population.households * station.population.persons_per_household
    console.print(f"[bold]{station.name.zh} {station.name.en}[/]")
    console.print(
        f"{station.population.households:.0f} 户 households, {heads:.0f} 人 persons; "
        f"{year.flow.mean():.0f} m3/d; {station.start} + {station.days} d"
    )
    table = Table(title=f"出水日均值 Daily effluent means, {station.permit.standard} {station.permit.grade}, mg/L")
    for column in (
        "项目 parameter",
        "进水 in",
        "均值 mean",
        "限值 limit",
        "最差日 worst day",
        "超标天数 days over",
    ):
        table.add_column(column, justify="left" if column.startswith("项目") else "right")
    for finding in judged:
        incoming = year.influent.get(finding.parameter, year.influent.get("TKN") if finding.parameter == "TN" else None)
        low, high = finding.limit.min(), finding.limit.max()
        table.add_row(
            finding.parameter,
            "" if incoming is None else f"{incoming.mean():.3g}",
            f"{finding.mean:.2f}",
            f"{low:g}" if low == high else f"{low:g} ({high:g})",
            f"{finding.worst:.2f} ({finding.worst_day})",
            str(len(finding.exceeded)),
        )
    console.print(table)
    over = sorted({day for finding in judged for day in finding.exceeded})
    verdict = "达标 met" if not over else "超标 exceeded"
    console.print(f"判定 verdict: {verdict}, {len(over)} of {len(year.flow)} days (limits: one source)")
    energy = sum(float(series.mean()) for series in year.energy.values())
    per_m3 = energy / year.flow.mean()
    parts = ", ".join(f"{name} {series.mean():.1f}" for name, series in year.energy.items())
    console.print(f"电 energy: {energy:.1f} kWh/d = {per_m3:.2f} kWh/m3 ({parts})")
    for name, series in year.chemicals.items():
        console.print(f"药 chemical: {name} {series.mean():.2f} kg/d ({series.sum():.0f} kg in the run)")
    console.print(f"泥 sludge: {year.sludge.mean():.1f} kg DS/d ({year.sludge.sum() / 1000:.2f} t in the run)")


def _bands(console: Console, station: Station, start: np.ndarray) -> Bands:
    bands = uncertainty(station, start)
    console.print(f"[bold]不确定性 uncertainty[/]: {bands.members} runs, parameters and loads varied")
    for name in ("COD", "NH3-N", "TN", "TP"):
        low, high = bands.low[name].mean(), bands.high[name].mean()
        console.print(f"  {name}: 5 to 95 % of runs {low:.2f} to {high:.2f} mg/L (mean of days)")
    return bands


def _answers(
    station: Station, start: np.ndarray, year: Year, judged: list[Judged], ask: tuple[str, ...]
) -> list[Answer]:
    limits = {finding.parameter: finding.limit for finding in judged}
    answers = {
        "cold-spell": cold_spell,
        "holiday": holiday_peak,
        "blower-failure": blower_failure,
        "least-air-and-dose": least_air_and_dose,
    }
    return [answers[question](station, start, year, limits) for question in ask if question in answers]


def _print_answer(console: Console, answer: Answer) -> None:
    console.print(f"[bold]{answer.title_zh} {answer.title_en}[/]")
    for line in answer.lines:
        console.print(f"  {line}")


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
