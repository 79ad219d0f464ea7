"""Speed and agreement of the incineration twin, one figure a line, and TESPy's re-solve of a comparable cycle.

python benchmarks/incineration.py
"""

import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from CoolProp import AbstractState
from CoolProp.CoolProp import PT_INPUTS, PropsSI

from clearbay.twins.incineration import if97, line, operation, plant, series, turbine, waste
from clearbay.twins.incineration.case import records, table
from clearbay.twins.incineration.plant_file import SeriesPlan
from measure import peer

ROWS = 300_000


def measured(work: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Least CPU seconds and wall seconds of a few runs."""
    best = (np.inf, np.inf)
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        best = min(best, (time.process_time() - cpu, time.perf_counter() - wall))
    return best


def tell(name: str, count: float, spent: tuple[float, float], unit: str) -> None:
    cpu, wall = spent
    print(f"{name}: {count / cpu:,.0f} {unit} of CPU ({cpu:.3f} s CPU, {wall:.3f} s wall)")


def steady() -> None:
    rng = np.random.default_rng(1)
    rows = table(
        {
            "lhv": rng.uniform(5500, 8000, ROWS),
            "feed": rng.uniform(4, 6.5, ROWS),
            "o2_dry": rng.uniform(0.06, 0.10, ROWS),
            "nsr": rng.uniform(0.5, 2.5, ROWS),
            "sorbent_ratio": rng.uniform(1.2, 2.5, ROWS),
            "layer": rng.uniform(0.3, 1.0, ROWS),
        }
    )
    results, none = np.empty((ROWS, len(line.OUTPUTS))), np.zeros((ROWS, 0, line.WIDTH))
    laid = records(rows)
    line.solve_rows(rows[:10])
    tell("steady lines, kernel", ROWS, measured(lambda: line._batch(laid, line.TABLE, results, none)), "lines/s")
    tell("steady lines, checked and allocated", ROWS, measured(lambda: line.solve_rows(rows)), "lines/s")


def cycle() -> None:
    built = plant.Plant("", "", waste.from_proximate(0.484, 0.1816, 6699.0), 0.0, 500.0, (1.0, 1.0))
    solved = plant.solve(built)
    loads = np.linspace(0.6, 1.0, 500)
    demands = [solved.demand._replace(steam=solved.demand.steam * x) for x in loads]

    def all_of_them() -> None:
        for d in demands:
            turbine.run(solved.design, d)

    tell("turbine cycle, three bleeds, off design", len(loads), measured(all_of_them), "re-solves/s")
    tell("whole plant, two lines and turbine", 50, measured(lambda: [plant.solve(built, design=solved.design)
                                                                     for _ in range(50)]), "plants/s")  # fmt: skip


def steam() -> None:
    rng = np.random.default_rng(2)
    p, t = rng.uniform(0.01, 6.0, ROWS), rng.uniform(560.0, 720.0, ROWS)
    if97.h_pt(p[:5], t[:5])
    tell("IF97 h(p, T), ours", ROWS, measured(lambda: if97.h_pt(p, t)), "values/s")
    theirs = measured(lambda: PropsSI("H", "P", p * 1e6, "T", t, "IF97::Water"), 2)
    tell("IF97 h(p, T), CoolProp PropsSI on arrays", ROWS, theirs, "values/s")
    state = AbstractState("IF97", "Water")
    pairs = list(zip((p[:50_000] * 1e6).tolist(), t[:50_000].tolist(), strict=True))

    def one_by_one() -> None:
        for a, b in pairs:
            state.update(PT_INPUTS, a, b)
            state.hmass()

    tell("IF97 h(p, T), CoolProp AbstractState", len(pairs), measured(one_by_one, 2), "values/s")
    reference = np.array(PropsSI("H", "P", p * 1e6, "T", t, "IF97::Water")) / 1e3
    print(f"IF97 largest difference from CoolProp: {np.abs(if97.h_pt(p, t) - reference).max():.2e} kJ/kg")


def dynamic() -> None:
    built = plant.Plant("", "", waste.from_proximate(0.551, 0.158, 5630.0), 0.13, 500.0, (1.0,))
    one = series.runner(built, 1.0)
    minutes = 3 * 1440
    water = one.setup.water + series.disturbance(6 * minutes + 1, 0.015, 1500.0, np.random.default_rng(3))
    vary = np.ones_like(water)
    events = np.zeros((0, 3))
    one.run(5, events, water, vary)
    tell("dynamic line, one-second steps", minutes * 60, measured(lambda: one.run(minutes, events, water, vary), 3),
         "steps/s")  # fmt: skip
    plan = SeriesPlan(datetime(2026, 3, 1, tzinfo=UTC), 1, 0.015, 0.05, ())
    tell("series of 30 days with settling, noise and flags", 30, measured(lambda: series.make(built, plan, 30.0), 1),
         "days/s")  # fmt: skip
    assert operation.NORMAL == 3


def main() -> None:
    steady()
    cycle()
    steam()
    dynamic()
    script = Path(__file__).with_name("incineration_tespy.py")
    subprocess.run([peer("tespy", ["tespy==0.11.3"]), str(script)], check=True)


if __name__ == "__main__":
    main()
