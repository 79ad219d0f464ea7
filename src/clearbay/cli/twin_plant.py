"""The twin commands for `kind: waste_to_energy`."""

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from rich.table import Table

from clearbay.cli.console import console, progress
from clearbay.cli.plant_judgement import Judgement, judge, stack_limits
from clearbay.cli.plant_series import LineTable, summary, write
from clearbay.cli.twin_request import Request, SeriesRequest, TwinError
from clearbay.reports.plant.diagram import diagram, values_of
from clearbay.reports.plant.firing import firing_picture
from clearbay.reports.plant.flows import energy_picture, mass_picture
from clearbay.twins.incineration import balances, line, plant, whatif
from clearbay.twins.incineration import series as dynamic
from clearbay.twins.incineration.errors import InfeasibleCase, PlantFileError
from clearbay.twins.incineration.plant import PlantResult
from clearbay.twins.incineration.plant_file import read

# totals worth a line: name, zh, en, unit, decimals
POWER = (
    ("fired_t_d", "入炉垃圾", "waste fired", "t/d", 1),
    ("leachate_t_d", "渗滤液", "leachate", "t/d", 1),
    ("steam_t_h", "主蒸汽", "main steam", "t/h", 2),
    ("boiler_efficiency", "锅炉效率（计入空气热）", "boiler efficiency, with air heat", "", 4),
    ("gross_mw", "发电功率", "gross power", "MW", 3),
    ("own_mw", "厂用电", "own use", "MW", 3),
    ("net_mw", "上网功率", "net power", "MW", 3),
    ("gross_kwh_t", "吨入炉垃圾发电量", "gross per tonne fired", "kWh/t", 1),
    ("net_kwh_t_received", "吨进厂垃圾上网电量", "net per tonne received", "kWh/t", 1),
    ("dumped_t_h", "旁路蒸汽", "steam past the turbine", "t/h", 2),
    ("bottom_ash_t_d", "炉渣", "bottom ash", "t/d", 1),
    ("fly_ash_t_d", "飞灰（含反应产物）", "fly ash with products", "t/d", 1),
    ("lime_t_d", "氢氧化钙", "hydrated lime", "t/d", 2),
    ("denox_reagent_t_d", "脱硝剂", "denitrification reagent", "t/d", 2),
    ("activated_carbon_kg_h", "活性炭", "activated carbon", "kg/h", 1),
    ("co2_fossil_t_d", "化石源 CO₂", "fossil CO2", "t/d", 1),
    ("co2_biogenic_t_d", "生物源 CO₂", "biogenic CO2", "t/d", 1),
)
POINT = (
    ("adiabatic_c", "绝热燃烧温度", "adiabatic", "°C", 0),
    ("lower_c", "炉膛下部", "lower furnace", "°C", 0),
    ("middle_c", "炉膛中部", "middle furnace", "°C", 0),
    ("upper_c", "炉膛上部", "upper furnace", "°C", 0),
    ("seconds_above_850", "850 °C 以上停留", "above 850 °C", "s", 2),
    ("boiler_exit_c", "锅炉出口烟温", "boiler exit", "°C", 0),
    ("steam", "主蒸汽", "main steam", "t/h", 2),
    ("nox_raw", "原始 NOx", "raw NOx", "mg/m³", 0),
    ("nox_denitrified", "炉内脱硝后 NOx", "NOx after PNCR/SNCR", "mg/m³", 0),
    ("nh3", "氨逃逸", "ammonia slip", "mg/m³", 1),
    ("o2_stack", "烟囱氧量（干）", "stack O2, dry", "%", 2),
    ("stack_dry_nm3_s", "干烟气量", "dry flue gas", "Nm³/h", 0),
)
SCALE = {"steam": 3.6, "o2_stack": 100.0, "stack_dry_nm3_s": 3600.0}


def run(path: Path, request: Request) -> None:
    """Solve a plant and print its operating point, judgement, power and balances; write pictures and results.

    Raises:
        PlantFileError: the file is no plant. InfeasibleCase: the plant cannot run. TwinError: it was asked a question.
    """
    if request.questions:
        raise TwinError(f"{path}: a waste-to-energy plant answers no --ask; its what-ifs are printed with every run")
    scenario, out, speak = request.scenario, request.out, request.speak
    file = read(path, scenario)
    result = plant.solve(file.plant, streams=True)
    day = date.today()
    verdicts = judge(result, day)
    try:
        highest = whatif.highest_load(file.plant, stack_limits(day))
        best, why = highest.load, highest.binding
    except InfeasibleCase as error:
        best, why = None, str(error)
    closed = _closed(result)
    screen = console()
    zh = speak == "zh"
    name = file.plant.name_zh if zh else file.plant.name_en
    screen.print(f"{name}{f'  [{scenario}]' if scenario else ''}", style="bold")
    screen.print(_operating(result, zh))
    screen.print(_judged(verdicts, zh))
    screen.print(_power(result, zh))
    screen.print(_what_if(result, zh))
    screen.print(
        f"{'收支最大相对残差' if zh else 'largest relative residual of all balances'}: {closed:.1e}", style="dim"
    )
    if best is None:
        screen.print(f"{'不存在满足全部条件的负荷' if zh else 'no legal load'}: {why}", style="red")
    else:
        said = "满足 850 °C/2 s 与全部限值的最大负荷" if zh else "highest load that keeps 850 °C/2 s and every limit"
        stops = "受限于" if zh else "then stopped by"
        screen.print(f"{said}: {100 * best:.1f} % ({stops}: {why})")
    if file.scenarios and scenario is None:
        screen.print(f"{'可选情景' if zh else 'scenarios'}: {', '.join(file.scenarios)}", style="dim")
    folder = out or Path(f"{path.stem}{f'-{scenario}' if scenario else ''}-twin")
    _write(folder, result, verdicts, best)
    screen.print(f"{'已写入' if zh else 'written'}: {folder}/ {', '.join(sorted(p.name for p in folder.iterdir()))}")


def _closed(result: PlantResult) -> float:
    steady = max(float(np.abs(v).max()) for v in balances.residuals(result.lines).values())
    cycle = max(abs(v) for v in balances.turbine_residuals(result.demand, result.cycle).values())
    return max(steady, cycle)


def _operating(result: PlantResult, zh: bool) -> Table:
    table = Table(title="运行点" if zh else "operating point", title_justify="left")
    table.add_column("")
    for k in range(len(result.lines["feed"])):
        table.add_column(f"{k + 1} 号线" if zh else f"line {k + 1}", justify="right")
    table.add_column("")
    for key, name_zh, name_en, unit, decimals in POINT:
        values = result.lines[key] * SCALE.get(key, 1.0)
        table.add_row(name_zh if zh else name_en, *(f"{v:.{decimals}f}" for v in values), unit)
    return table


def _judged(verdicts: list[Judgement], zh: bool) -> Table:
    title = "判定：GB 18485-2014（稳态一日）" if zh else "judged by GB 18485-2014 as a steady day"
    table = Table(title=title, title_justify="left")
    words = ("项目", "线", "值", "限值", "判定", "限值可信度") if zh else ("", "line", "value", "limit", "", "limit is")
    for word in words:
        table.add_column(word, justify="right" if word in words[1:4] else "left")
    sure = {"verified": "两处以上来源", "one-source": "单一来源", "unverified": "未核实"}
    for v in verdicts:
        sign = "≥" if v.limit.at_least else "≤"
        word = ("达标" if v.met else "超标") if zh else ("met" if v.met else "exceeded")
        table.add_row(
            v.limit.zh if zh else v.limit.en, str(v.line), f"{v.value:.2f}",
            f"{sign} {v.limit.bound:g} {v.limit.unit}".strip(),
            word, sure[v.limit.sure] if zh else v.limit.sure, style=None if v.met else "red",
        )  # fmt: skip
    return table


def _what_if(result: PlantResult, zh: bool) -> Table:
    """One line at full load, one thing changed at a time."""
    built = result.plant
    base = plant.line_case(built)
    fired = built.fired
    asked: list[tuple[str, str, Callable[[], line.Lines]]] = [
        ("满负荷", "full load", lambda: whatif.sweep(built, "load", [1.0])),
        ("每千克垃圾多含 0.05 kg 水", "0.05 kg more water per kg", lambda: whatif.wetter(built, [0.05])),
        ("热值 −8 %", "calorific value −8 %", lambda: whatif.waste_sweep(built, [fired.water], [0.92 * fired.lhv])),
        ("负荷 110 %", "load 110 %", lambda: whatif.sweep(built, "load", [1.1])),
        ("脱硝剂 +25 %", "reagent +25 %", lambda: whatif.sweep(built, "nsr", [min(1.25 * base.nsr, 3.0)])),
        ("喷射层下移至 0.6", "injection layer at 0.6", lambda: whatif.sweep(built, "layer", [0.6])),
        ("石灰 −20 %", "lime −20 %", lambda: whatif.sweep(built, "sorbent", [0.8 * base.sorbent_ratio])),
    ]
    table = Table(title="若是……（单线）" if zh else "what if (one line)", title_justify="left")
    heads = ("", "炉膛上部 °C", "850 °C 停留 s", "主蒸汽 t/h", "NOx", "NH₃", "HCl", "SO₂")
    if not zh:
        heads = ("", "upper °C", "above 850 °C s", "steam t/h", "NOx", "NH3", "HCl", "SO2")
    for head in heads:
        table.add_column(head, justify="right" if head else "left")
    for name_zh, name_en, solve in asked:
        name = name_zh if zh else name_en
        try:
            x = solve()
        except InfeasibleCase as error:
            table.add_row(name, str(error))
            continue
        shown = (("upper_c", 1.0, 0), ("seconds_above_850", 1.0, 2), ("steam", 3.6, 2), ("nox", 1.0, 1),
                 ("nh3", 1.0, 1), ("hcl", 1.0, 1), ("so2", 1.0, 1))  # fmt: skip
        table.add_row(name, *(f"{float(x[key][0]) * by:.{digits}f}" for key, by, digits in shown))
    return table


def _power(result: PlantResult, zh: bool) -> Table:
    table = Table(title="全厂" if zh else "the plant", title_justify="left", show_header=False)
    for key, name_zh, name_en, unit, decimals in POWER:
        table.add_row(name_zh if zh else name_en, f"{result.totals[key]:.{decimals}f}", unit)
    table.columns[1].justify = "right"
    return table


def _write(folder: Path, result: PlantResult, verdicts: list[Judgement], highest: float | None) -> None:
    names = ("energy.svg", "mass.svg", "firing.svg", "process.svg", "results.json")
    results = {
        "totals": result.totals,
        "lines": [
            {key: float(result.lines[key][k]) for key in line.OUTPUTS} for k in range(len(result.lines["feed"]))
        ],
        "turbine": result.cycle,
        "judgement": [
            {"line": v.line, "item": v.limit.output, "value": v.value, "limit": v.limit.bound, "met": v.met,
             "confidence": v.limit.sure, "clause": v.limit.clause, "standard": "GB 18485-2014"}
            for v in verdicts
        ],
        "highest_load": highest,
    }  # fmt: skip
    texts = (
        energy_picture(result), mass_picture(result), firing_picture(result, highest),
        diagram(values_of(result), result.plant.name_zh, result.plant.name_en),
        json.dumps(results, ensure_ascii=False, indent=1) + "\n",
    )  # fmt: skip
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in zip(names, texts, strict=True):
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise PlantFileError(f"{folder}: cannot be written ({error.strerror}); choose another with --out") from error


def series(path: Path, request: SeriesRequest) -> None:
    """Make a plant's time series and write it as Parquet (long) or CSV (wide), with tags.csv beside it.

    Raises:
        PlantFileError: the file is no plant, or the output cannot be written. InfeasibleCase: it cannot run.
    """
    scenario, days, period_s = request.scenario, request.days, request.period_s
    out, speak = request.out, request.speak
    file = read(path, scenario)
    target = out or Path(f"{path.stem}-series.parquet")
    if target.suffix not in (".parquet", ".csv"):
        raise PlantFileError(f"{target}: a series is written as .parquet or .csv; this ends otherwise")
    running = [k for k, load in enumerate(file.plant.loads) if load > 0]
    tables: list[LineTable] = []
    started = time.process_time()
    with progress("仿真" if speak == "zh" else "simulating", len(running)) as advance:
        for k in running:
            tables.append(LineTable(k + 1, dynamic.make_line(file.plant, file.series, days, k + 1)))
            advance(1)
    seconds = time.process_time() - started
    written = write(target, tables, file.series, period_s)
    screen = console()
    screen.print(summary(tables, speak))
    steps = sum(len(t.series.values) for t in tables) * 60
    worst = max(abs(v) for t in tables for v in t.series.residuals.values())
    zh = speak == "zh"
    screen.print(
        f"{'一秒步数' if zh else 'one-second steps'}: {steps:,}; CPU {seconds:.1f} s; "
        f"{'积分最大相对残差' if zh else 'largest relative residual of the integrals'}: {worst:.1e}", style="dim",
    )  # fmt: skip
    screen.print(f"{'已写入' if zh else 'written'}: {', '.join(str(p) for p in written)}")
