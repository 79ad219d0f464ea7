"""Real plants: how well the twin's parts say what was measured, beside the mean and yesterday's value.

    python benchmarks/real_plants.py

Data are found by CLEARBAY_REFERENCE_DATA (default ../shared/data); their sources and licences stand there.
Every
score is over days the fit has not seen. RMSE: root mean square error. Skill: 1 - (RMSE / RMSE of the best
baseline)^2.
"""

import csv
import datetime as dt
import gzip
import os
import time
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from clearbay.twins.activated_sludge.asm1 import ASM1
from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT, with_metal
from clearbay.twins.activated_sludge.assemble import compile_plant
from clearbay.twins.activated_sludge.controls import clean_water_saturation
from clearbay.twins.activated_sludge.dosing import metal_salt
from clearbay.twins.activated_sludge.flowsheet import (
    Dose,
    Flowsheet,
    Pump,
    Schedule,
    SetPoint,
    Settler,
    Stream,
    Takes,
    Tank,
)
from clearbay.twins.activated_sludge.simulate import InfluentTable, simulate

DATA = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", "../shared/data"))
MGD = 3785.41  # m3/d
ALTITUDE = 0.83  # Boulder and Superior, Colorado, about 1,600 m: air pressure relative to sea level


def rows(*parts: str) -> list[dict[str, str]]:
    path = DATA.joinpath(*parts)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def rmse(found: np.ndarray, wanted: np.ndarray) -> float:
    good = np.isfinite(found) & np.isfinite(wanted)
    return float(np.sqrt(np.mean((found[good] - wanted[good]) ** 2)))


def report(name: str, unit: str, wanted: np.ndarray, tried: dict[str, np.ndarray]) -> None:
    """Print one line a method, over the points that every method has.

    Each twin stands there twice: alone, and with what it was off by at the last measurement, which the baseline of
    yesterday's value is given, too.
    """
    twins = {method: values for method, values in tried.items() if method.startswith("twin")}
    tried = tried | {f"{method}, and what it was last off by": v + yesterday(wanted - v) for method, v in twins.items()}
    good = np.isfinite(wanted)
    for values in tried.values():
        good &= np.isfinite(values)
    scores = {method: rmse(values[good], wanted[good]) for method, values in tried.items()}
    base = min(score for method, score in scores.items() if not method.startswith("twin"))
    for method, score in scores.items():
        skill = f", skill {1 - (score / base) ** 2:+.2f}" if method.startswith("twin") else ""
        print(f"{name}, {method}: RMSE {score:.3g} {unit}{skill}")
    print(f"{name}: {good.sum()} points, measured {wanted[good].mean():.3g} +- {wanted[good].std():.3g} {unit}")


def yesterday(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[np.nan], values[:-1]])


# --- phosphorus: a dosed activated-sludge plant, as a precipitation reactor with kept sludge
# ---------------------


def phosphorus() -> None:
    by_day: dict[dt.date, list[float]] = {}
    for row in rows("plants", "boulder_phos", "phosfax_10m.csv.gz"):
        value = number(row["op_conc_mg_p_l"])
        if 0.0 <= value < 15.0:
            by_day.setdefault(dt.date.fromisoformat(row["Date.Time"][:10]), []).append(value)
    measured = {day: float(np.mean(v)) for day, v in by_day.items() if len(v) > 36}
    flow = {
        dt.date.fromisoformat(r["Date"]): MGD * number(r["totalized_effluent_mgd"])
        for r in rows("plants", "boulder_phos", "total_flow_daily.csv")
    }
    dosing = {dt.date.fromisoformat(r["Date"]): r for r in rows("plants", "boulder_phos", "dosing_daily.csv")}
    usual = float(np.nanmedian(list(flow.values())))
    spans = {
        "ferric": ("Fe", dt.date(2019, 8, 15), dt.date(2019, 9, 14), 55.845),
        "alum": ("Al", dt.date(2019, 10, 21), dt.date(2019, 12, 31), 26.982),
    }

    def series(span: str, acting: float, release: float) -> tuple[np.ndarray, ...]:
        metal, first, last, molar = spans[span]
        days = [first + dt.timedelta(days=d) for d in range((last - first).days + 1)]
        before = [measured[d] for d in (first - dt.timedelta(days=i) for i in range(1, 15)) if d in measured]
        level = float(np.mean(before))
        grams = np.array([np.nan_to_num(number(dosing[d]["mols_of_metal_kmol_day"])) * 1000 * molar for d in days])
        found = precipitated(metal, acting * grams, level, usual, release)
        wanted = np.array([measured.get(d, np.nan) for d in days])
        return found, wanted, np.full(len(days), level), yesterday(wanted)

    ferric = series("ferric", 1.0, 0.6)

    def off(x: np.ndarray) -> np.ndarray:
        found, wanted, *_ = series("ferric", float(np.exp(x[0])), float(np.exp(x[1])))
        return np.nan_to_num(found - wanted)

    fitted = np.exp(least_squares(off, np.log([1.0, 0.6]), diff_step=0.05, max_nfev=12).x)
    print(f"phosphorus, fitted on the ferric weeks: {fitted[0]:.2f} of the metal acts, k_RED {fitted[1]:.2f} 1/d")
    report(
        "phosphorus, ferric weeks (ortho-P, daily mean)", "mg P/L", ferric[1],
        {"level before dosing": ferric[2], "yesterday": ferric[3], "twin, textbook": ferric[0]},
    )  # fmt: skip
    textbook = series("alum", 1.0, 0.6)
    refit = series("alum", float(fitted[0]), float(fitted[1]))
    report(
        "phosphorus, alum weeks (not seen by the fit)", "mg P/L", textbook[1],
        {"level before dosing": textbook[2], "yesterday": textbook[3], "twin, textbook": textbook[0],
         "twin, fitted on ferric": refit[0]},
    )  # fmt: skip


def precipitated(metal: str, grams: np.ndarray, level: float, flow: float, release: float) -> np.ndarray:
    """Daily ortho-P leaving a reactor of six hours whose sludge stays eight days (ASM2d rows 20 and 21
    alone)."""
    model = with_metal(ASM2D_FAT, metal)
    volume = 0.25 * flow
    solids = [s.name for s in model.states if s.particulate]
    dose = Dose(metal, Schedule(np.arange(len(grams), dtype=float), grams), metal_salt(metal))
    plant = compile_plant(
        Flowsheet(
            model, ("in",), ("out", "waste"), (Tank("basin", volume, doses=(dose,)),),
            (
                Stream("in", "basin"),
                Stream("basin", "out", solids=Takes(dict.fromkeys(solids, 0.0))),
                Stream("basin", "waste", Pump(volume / 8.0)),
            ),
            temperature=18.0, values={"k_RED": release},
        )
    )  # fmt: skip
    values = np.array([*({"S_PO4": level, "S_ALK": 4.0}.get(n, 0.0) for n in model.state_names), flow])
    start = np.zeros(plant.net.n_states)
    start[plant.place("basin", "S_PO4")], start[plant.place("basin", "S_ALK")] = level, 4.0
    run = simulate(plant, InfluentTable(np.zeros(1), values[None, :]), np.arange(len(grams) + 1, dtype=float), start)
    out = run.means[1:, : len(model.states) + 1]
    return np.asarray(out[:, model.index("S_PO4")] / out[:, -1])


# --- oxygen: air and ammonia of one basin say its oxygen
# ---------------------------------------------------------


def oxygen() -> None:
    table = rows("plants", "boulder_ammonia", "boulder_ammonia.csv.gz")
    do, air, ammonia = (
        np.array([number(r[c]) for r in table])
        for c in ("AB3.Z6.DO.mg.L", "AB3.Z6.Header.Flow.SCFM", "AB3.Z7.Ammonia.mg.N.L")
    )
    hours = len(do) // 12
    do, air, ammonia = (v[: hours * 12].reshape(hours, 12) for v in (do, air, ammonia))
    do, air, ammonia = (
        np.where(np.isfinite(v).sum(axis=1) > 6, np.nanmean(v, axis=1), np.nan) for v in (do, air, ammonia)
    )
    good = np.isfinite(do) & np.isfinite(air) & np.isfinite(ammonia) & (air > 50) & (do > 0.02) & (do < 8)
    do, air, ammonia = (np.where(good, v, np.nan) for v in (do, air, ammonia))
    half = hours // 2
    saturation = float(0.95 * ALTITUDE * clean_water_saturation(np.array([15.0]))[0])

    def balance(x: np.ndarray, air: np.ndarray, nh: np.ndarray) -> np.ndarray:
        """Oxygen at rest: transfer against uptake by heterotrophs and nitrifiers (the switches of ASM1)."""
        transfer, heterotrophs, nitrifiers, power = np.exp(x)
        kla = transfer * (air / 1000.0) ** power
        level = np.full(air.shape, 2.0)
        for _ in range(60):
            uptake = heterotrophs * level / (0.2 + level) + nitrifiers * nh / (1.0 + nh) * level / (0.4 + level)
            level = 0.5 * level + 0.5 * np.clip(saturation - uptake / kla, 0.02, saturation)
        return level

    seen = np.isfinite(do[:half])
    fit = least_squares(
        lambda x: balance(x, air[:half][seen], ammonia[:half][seen]) - do[:half][seen],
        np.log([100.0, 300.0, 300.0, 0.8]), max_nfev=80,
    )  # fmt: skip
    found = balance(fit.x, air[half:], ammonia[half:])
    wanted = do[half:]
    report(
        "oxygen, Boulder zone 6, second half (hourly)", "mg/L", wanted,
        {"mean of the first half": np.full(wanted.shape, np.nanmean(do[:half])),
        "an hour ago": yesterday(wanted),
         "a day ago": np.concatenate([np.full(24, np.nan), wanted[:-24]]), "twin, balance at rest": found},
    )  # fmt: skip


# --- ammonia: a small plant, day by day
# --------------------------------------------------------------------------


def ammonia() -> None:
    table = rows("plants", "superior_aeration", "overview.csv.gz")
    column = {
        "flow": "wastewater_treatment_daily_flows_inf_flow_mgd",
        "inlet": "process_control_in_house_lab_inf_nh3_n",
        "effluent": "process_control_in_house_lab_effluent_nh3_n", "warm": "rock_ck_effluent_ph_daily_temp",
    }  # fmt: skip
    value = {name: np.array([number(r[c]) for r in table]) for name, c in column.items()}
    bounds = {"flow": (0.3, 3.0), "inlet": (5.0, 80.0), "effluent": (0.0, 40.0), "warm": (5.0, 28.0)}
    for name, (low, high) in bounds.items():
        value[name] = np.where((value[name] >= low) & (value[name] <= high), value[name], np.nan)
    half = len(table) // 2
    filled = {name: _filled(value[name]) for name in ("flow", "inlet", "warm")}

    def predicted(growth: float) -> np.ndarray:
        """ASM1 in one tank of the plant's 3,430 m3 at 2 mg/L oxygen and eleven days of sludge age."""
        plant = compile_plant(
            Flowsheet(
                ASM1, ("in",), ("out", "waste"), (Tank("basin", 3430.0, SetPoint(2.0, 300.0)),
                Settler("settler", 400.0, 4.0)),
                (
                    Stream("in", "basin"), Stream("basin", "settler"),
                    Stream("settler.bottom", "basin", Pump(1800.0)), Stream("settler.top", "out"),
                    Stream("basin", "waste", Pump(3430.0 / 11.0)),
                ),
                temperature=Schedule(np.arange(len(table), dtype=float), filled["warm"]),
                values={"mu_A": growth},
            )
        )  # fmt: skip
        base = {
            "S_I": 25.0,
            "S_S": 90.0,
            "X_I": 60.0,
            "X_S": 220.0,
            "X_BH": 30.0,
            "S_ND": 5.0,
            "X_ND": 8.0,
            "S_ALK": 7.0,
        }
        values = np.array([[base.get(n, 0.0) for n in ASM1.state_names]] * len(table))
        values[:, ASM1.index("S_NH")] = filled["inlet"]
        values = np.column_stack([values, MGD * filled["flow"]])
        start = np.ones(plant.net.n_states) * 2.0
        for state, much in (
            ("X_BH", 1500.0),
            ("X_BA", 80.0),
            ("X_I", 700.0),
            ("X_P", 300.0),
            ("X_S", 60.0),
            ("S_ALK", 4.0),
        ):
            start[plant.place("basin", state)] = much
        for i, tss in enumerate((10, 15, 25, 60, 300, 300, 300, 300, 800, 5000)):
            start[plant.place("settler", f"TSS_{i + 1}")] = tss
        times = np.arange(len(table) + 1, dtype=float)
        run = simulate(plant, InfluentTable(times[:-1], values), times, start, 1e-2)
        return np.asarray(run.means[1:, 9] / run.means[1:, 13])

    def off(x: np.ndarray) -> np.ndarray:
        difference = np.log(predicted(float(np.exp(x[0])))[30:half] + 0.1) - np.log(value["effluent"][30:half] + 0.1)
        return difference[np.isfinite(difference)]

    textbook = predicted(0.5)
    growth = float(np.exp(least_squares(off, [np.log(0.5)], diff_step=0.03, max_nfev=8).x[0]))
    fitted = predicted(growth)
    print(f"ammonia, fitted on the first half: mu_A {growth:.3f} 1/d at 15 degC (BSM1: 0.5)")
    wanted = value["effluent"][half:]
    report(
        "ammonia, Superior effluent, second half (daily)", "mg N/L", wanted,
        {"median of the first half": np.full(wanted.shape, np.nanmedian(value["effluent"][:half])),
         "yesterday": yesterday(wanted), "twin, textbook": textbook[half:], "twin, fitted": fitted[half:]},
    )  # fmt: skip


def _filled(values: np.ndarray) -> np.ndarray:
    at = np.flatnonzero(np.isfinite(values))
    return np.interp(np.arange(len(values)), at, values[at])


# --- a daily plant: effluent COD, BOD and solids from settled sewage
# ----------------------------------------------


def daily() -> None:
    with (DATA / "effluent" / "uci_water_treatment.csv").open(encoding="utf-8") as file:
        table = [row for row in csv.reader(file) if row][1:]
    table.sort(key=lambda r: dt.datetime.strptime(r[0], "D-%d/%m/%y"))
    columns = np.array([[number(x) for x in r[1:]] for r in table])
    # Q-E; DBO-D, DQO-D, SS-D (into the secondary stage); DBO-S, DQO-S, SS-S (effluent)
    flow, bod_in, cod_in, ss_in = columns[:, 0], columns[:, 16], columns[:, 17], columns[:, 18]
    bod, cod, ss = columns[:, 23], columns[:, 24], columns[:, 25]
    n, half = len(table), len(table) // 2
    flow, bod_in, cod_in, ss_in = (_filled(v) for v in (flow, bod_in, cod_in, ss_in))
    usual = float(np.median(flow))
    inert = 0.0
    for _ in range(2):
        s_i = 0.10 * cod_in + inert
        degradable = np.minimum(bod_in / 0.61, 0.85 * (cod_in - s_i))
        x_s = np.clip(ss_in * 0.8 / 0.75 - 0.3 * degradable, 0.1 * degradable, degradable)
        values = np.zeros((n, 14))
        values[:, 0], values[:, 1], values[:, 3] = s_i, degradable - x_s, x_s
        values[:, 2] = np.maximum(cod_in - s_i - degradable, 0.0)
        values[:, 9], values[:, 12], values[:, 13] = 25.0, 7.0, flow
        plant = compile_plant(
            Flowsheet(
                ASM1, ("in",), ("out", "waste"),
                (Tank("basin", 0.3 * usual, SetPoint(2.0, 400.0)), Settler("settler", usual / 20.0, 4.0)),
                (
                    Stream("in", "basin"), Stream("basin", "settler"),
                    Stream("settler.bottom", "basin", Pump(0.6 * usual)), Stream("settler.top", "out"),
                    Stream("basin", "waste", Pump(0.3 * usual / 6.0)),
                ),
                temperature=18.0,
            )
        )  # fmt: skip
        start = np.ones(plant.net.n_states) * 2.0
        for state, much in (("X_BH", 900.0), ("X_I", 600.0), ("X_S", 60.0), ("S_ALK", 5.0), ("S_I", 30.0)):
            start[plant.place("basin", state)] = much
        for i, tss in enumerate((10, 15, 25, 60, 300, 300, 300, 300, 800, 5000)):
            start[plant.place("settler", f"TSS_{i + 1}")] = tss
        times = np.arange(n + 1, dtype=float)
        run = simulate(plant, InfluentTable(times[:-1], values), times, start, 1e-2)
        c = run.means[1:, :13] / run.means[1:, 13:14]
        cod_found = c[:, :7].sum(axis=1)
        if inert == 0.0:
            inert = float(np.nanmedian(cod[20:half] - cod_found[20:half]))
    print(f"daily plant, fitted on the first half: inert soluble COD {inert:+.1f} mg/L on a tenth of the inlet's")
    found = {
        "COD": cod_found,
        "solids": 0.75 * c[:, 2:7].sum(axis=1),
        "BOD5": 0.25 * (c[:, 1] + c[:, 3] + 0.92 * (c[:, 4] + c[:, 5])),
    }
    for name, wanted in (("COD", cod), ("solids", ss), ("BOD5", bod)):
        report(
            f"daily plant, effluent {name}, second half", "mg/L", wanted[half:],
            {"mean of the first half": np.full(n - half, np.nanmean(wanted[:half])),
             "yesterday": yesterday(wanted[half:]), "twin": found[name][half:]},
        )  # fmt: skip


def main() -> None:
    for part in (phosphorus, oxygen, ammonia, daily):
        begun = time.process_time()
        part()
        print(f"{part.__name__}: {time.process_time() - begun:.1f} s CPU\n", flush=True)


if __name__ == "__main__":
    main()
