"""Write the example district's two plan books, the same bytes every time.

    python tools/example_plans.py [FOLDER]        (default: examples/district/plans)

Totals and named items are facts with source and grade (N newspaper as printed, A official or original site, B
repost, C copy to be re-checked, D worked out by us). Everything else is a seeded simulation, marked 示例 and
graded E: no row of it is a statement about a real project, department or contractor.
"""

# ruff: noqa: E501  the lines of the files it writes are their own

import csv
import io
import random
import sys
from datetime import date, timedelta
from pathlib import Path

from clearbay.plans.folder import JOURNAL, read_plan
from clearbay.plans.journal import Draft, chain_lines
from clearbay.plans.tables import MILESTONE_COLUMNS, PROJECT_COLUMNS

SEED = 20220630
PRINTED = date(2022, 6, 30)
Event = tuple[date, Draft]

ENVIRONMENT = """\
id: environment-2021-2023
title: 第八轮环境保护和建设三年行动计划（2021—2023年）
title_en: Eighth three-year environmental plan, 2021–2023
source: 据报载（报纸原文，等级 N）：十个专项、84个项目；项目清单未公开，84行均为示例
note: >-
  84 行项目为按种子生成的示例，待有人提供真实清单后替换；六个专项名称、统计截止日未见报。
  Rows are generated examples; six theme names and the as-of date of the printed counts were not found.
period: {start: 2021-01-01, end: 2023-12-31}
approved_on: 2021-03-31
levels: [市级, 区级]
themes:
  - {id: T01, name: 水环境保护, name_en: Water}
  - {id: T02, name: 大气环境保护, name_en: Air}
  - {id: T03, name: 固体废物污染防治, name_en: Solid waste}
  - {id: T04, name: 应对气候变化和低碳, name_en: Climate and low carbon}
  - {id: T05, name: 专项五（名称未见报·示例）, name_en: Theme 5 (example), example: true}
  - {id: T06, name: 专项六（名称未见报·示例）, name_en: Theme 6 (example), example: true}
  - {id: T07, name: 专项七（名称未见报·示例）, name_en: Theme 7 (example), example: true}
  - {id: T08, name: 专项八（名称未见报·示例）, name_en: Theme 8 (example), example: true}
  - {id: T09, name: 专项九（名称未见报·示例）, name_en: Theme 9 (example), example: true}
  - {id: T10, name: 专项十（名称未见报·示例）, name_en: Theme 10 (example), example: true}
phases: [前期, 开工, 主体, 调试, 竣工]
reports: {day: last, month: same}
meetings: [2021-09-29, 2021-12-29, 2022-03-30, 2022-06-29, 2022-09-28, 2022-12-28, 2023-03-29, 2023-06-28, 2023-09-27]
printed_on: 2022-06-30
claims:
  - {what: 项目总数, value: 84, grade: N, source: 据报载, counts: total, note: 统计截止日未见报，示例定为2022-06-30}
  - {what: 市级项目, value: 76, grade: N, source: 据报载, counts: "total:市级"}
  - {what: 市级项目已启动, value: 76, grade: N, source: 据报载（全部启动）, counts: "started:市级"}
  - {what: 市级项目已完成, value: 3, grade: N, source: 据报载, counts: "done:市级"}
  - {what: 区级项目, value: 8, grade: N, source: 据报载, counts: "total:区级"}
  - {what: 区级项目已完成, value: 1, grade: N, source: 据报载, counts: "done:区级"}
  - {what: 专项数, value: 10, grade: N, source: 据报载（四个有名称）}
  - {what: 完成率, value: 4.8 %, grade: D, source: 4/84}
  - what: 第七轮同期
    value: 75 个市级项目完成 27 个（36 %）
    grade: B
    source: 市委督查室调研报道（2020-06-11，检查组评价“整体推进有序”）
    known_on: 2020-06-11
  - what: 勿混淆
    value: 另一项 84
    grade: B
    source: shcafe.org/shzxxw/97110.html
    note: 金山地区环境综合整治第二轮2020年也有84个项目（8类），不是本计划
"""

ENVIRONMENT_INDICATORS = """\
# 目标值未见报：以下两个目标为示例，取国家标准限值与邻区目标的量级，不是本区的承诺。
indicators:
  - id: AIR1
    name: PM2.5 年均浓度
    name_en: PM2.5, annual mean
    unit: µg/m³
    theme: T02
    kind: level
    comparator: "<="
    binding: 约束性
    baseline: {value: 59, date: 2015-12-31, source: shcfck.com/index.php/post/9787.html, grade: B}
    targets:
      - {id: T1, due: 2023-12-31, value: 35, decided_on: 2021-03-31, doc: 示例目标（GB 3095-2012 二级年均限值 35）, grade: E}
    every: year
    reads: series:a34004:annual-mean
    note: 示例目标
  - id: AIR2
    name: 空气质量优良天数比例
    name_en: Share of good-air days
    unit: "%"
    theme: T02
    kind: level
    comparator: ">="
    baseline: {value: 69.6, date: 2015-12-31, source: shcfck.com/index.php/post/9787.html, grade: B}
    targets:
      - {id: T1, due: 2023-12-31, value: 85, decided_on: 2021-03-31, doc: 示例目标, grade: E}
    every: year
    reads: series:aqi:good-day-share
    note: 示例目标
"""

TRANSFORMATION = """\
id: transformation-2022-2025
title: 全面推动转型新发展、全力塑造城市新形象行动方案
title_en: Transformation action plan
source: 据报载（报纸原文，等级 N）：三个子方案及所列指标；其他等级逐行标注
note: >-
  方案批准日未见报，取2022-07-12（负责人公开谈及之日，等级 C）。未见报的期限、部门均注明。
  The day of approval was not found; 2022-07-12, when it was spoken of in public (grade C), stands for it.
period: {start: 2022-01-01, end: 2025-12-31}
approved_on: 2022-07-12
levels: [区级]
themes:
  - {id: S1, name: 活力湾区, name_en: Vital bay}
  - {id: S2, name: 美丽湾区, name_en: Beautiful bay}
  - {id: S3, name: 幸福湾区, name_en: Happy bay}
phases: [围填海, 土地前期开发, 项目建设, 运营]
terms: {silence_days: 120}
reports: {day: last, month: same}
meetings: [2022-12-28, 2023-06-28, 2023-12-27, 2024-06-26, 2024-12-25, 2025-06-25]
printed_on: 2022-12-31
claims:
  - {what: 四大产业集群规模 2021 年, value: 1271 亿元, grade: N, source: 据报载}
  - {what: 四大产业集群规模 2025 年目标, value: 2000 亿元, grade: N, source: 据报载}
  - {what: 同上（另一说）, value: 至少接近两千亿, grade: C, source: jiaxianba.com（人民网稿的转载）, known_on: 2022-07-12}
  - {what: 同上（更早一说：2021—2025 年均 +20 %）, value: 约 2600 亿元（1045 亿 × 1.2^5）, grade: D, source: 3haojob.com/am/164314431110.html（B，2022-01-26）}
  - {what: 热塑性弹性体项目, value: 32.7 亿元、25 万吨/年, grade: A, source: sh.people.com.cn n2/2022/0712/c134768-40034550}
  - {what: 农村生活污水治理, value: 4600 户, grade: N, source: 据报载}
  - {what: 度假区年游客, value: 800—1000 万人次, grade: N, source: 据报载, note: 与主题乐园（300—500 万人次，B）是两个项目，不相加}
  - {what: 主题乐园开园, value: 2024 年底前, grade: N, source: 据报载}
"""

TRANSFORMATION_INDICATORS = """\
indicators:
  - id: CL01
    name: 四大产业集群规模
    name_en: Four industrial clusters, output
    unit: 亿元
    theme: S1
    kind: level
    comparator: ">="
    baseline: {value: 1271, date: 2021-12-31, source: 据报载, grade: N}
    targets:
      - {id: A20, due: 2025-12-31, value: 2600, decided_on: 2022-01-26, doc: "年均 +20 %：1045 亿 × 1.2^5（3haojob.com，B）", grade: D}
      - {id: N2025, due: 2025-12-31, value: 2000, decided_on: 2022-07-12, doc: 据报载, grade: N}
    path: cagr
    every: year
    note: 两个目标并存，均保留；1271→2000 需年均增长 12.0 %
  - id: RS01
    name: 农村生活污水治理户数
    name_en: Rural households with sewage treated
    unit: 户
    theme: S2
    kind: cumulative
    comparator: ">="
    baseline: {value: 0, date: 2021-12-31, source: 示例, grade: E}
    targets:
      - {id: T1, due: 2022-12-31, value: 4600, decided_on: 2022-07-12, doc: 据报载（期限未见报，示例取2022年底）, grade: N}
    reads: register:households.csv
    note: 台账逐户登记（示例户）
  - id: RV01
    name: 度假区年游客量
    name_en: Resort visitors a year
    unit: 万人次
    theme: S3
    kind: level
    comparator: range
    baseline: {value: 0, date: 2021-12-31, source: 示例, grade: E}
    targets:
      - {id: T1, due: 2025-12-31, value: [800, 1000], decided_on: 2022-07-12, doc: 据报载（年份未见报，示例取方案期末）, grade: N}
    every: year
"""

WORKS = {
    "T01": "河道整治", "T02": "工业废气治理", "T03": "固废处置", "T04": "节能降碳", "T05": "土壤修复",
    "T06": "生态修复", "T07": "农业面源治理", "T08": "噪声治理", "T09": "监测能力建设", "T10": "循环化改造",
}  # fmt: skip
LEADS = (
    "示例·水务部门",
    "示例·环境部门",
    "示例·绿化部门",
    "示例·农业部门",
    "示例·经信部门",
    "示例·建设部门",
    "示例·园区",
)


def csv_text(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def environment_projects(rng: random.Random) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """84 rows, 76 municipal and 8 district; due dates back-loaded, as such plans are."""
    projects, nodes = [], []
    for number in range(1, 85):
        district = number > 76
        theme = f"T{(number - 1) % 10 + 1:02d}"
        start = date(2021, 4, 1) + timedelta(days=rng.randrange(0, 330 if not district else 420))
        if number in (5, 23, 47, 79):  # the four that are done by the printed date
            due = date(2022, 3, 31) + timedelta(days=rng.randrange(0, 60))
            start = date(2021, 4, 15) + timedelta(days=rng.randrange(0, 40))
        elif number in (82, 84):  # district projects that begin after the printed date
            start, due = date(2022, 7, 20) + timedelta(days=number % 7), date(2023, 9, 30)
        elif number in (12, 61):  # due before the printed date, and late on it
            start, due = date(2021, 5, 10), date(2022, 5, 31) - timedelta(days=rng.randrange(0, 45))
        else:
            due = rng.choice((date(2022, 9, 30), date(2022, 12, 31), date(2023, 6, 30), date(2023, 9, 30),
                              date(2023, 12, 20), date(2023, 12, 31)))  # fmt: skip
        name = f"P{number:03d}"
        projects.append(
            {
                "id": name, "theme": theme, "level": "区级" if district else "市级",
                "name": f"示例项目{number:02d} {WORKS[theme]}（示例）", "content": "示例内容",
                "lead": rng.choice(LEADS), "support": "", "start": start.isoformat(), "due": due.isoformat(),
                "weight": "", "invest": str(rng.randrange(2, 90) * 100), "key": "是" if number % 12 == 0 else "",
            }
        )  # fmt: skip
        span = (due - start).days
        for place, (phase, what) in enumerate((("开工", "开工"), ("主体", "主体完成"), ("竣工", "完工验收")), start=1):
            day = start + timedelta(days=span * (10, 60, 100)[place - 1] // 100)
            nodes.append({"project": name, "id": f"M{place}", "phase": phase, "name": what, "due": day.isoformat(),
                          "weight": ("10", "50", "40")[place - 1]})  # fmt: skip
    return projects, nodes


def environment_journal(rng: random.Random, projects: list[dict[str, str]], nodes: list[dict[str, str]]) -> list[Event]:
    dues = {(n["project"], n["id"]): date.fromisoformat(n["due"]) for n in nodes}
    events: list[Event] = []

    def say(
        on: date, about: str, sets: dict[str, object], by: str, rec: date | None = None, note: str = "示例"
    ) -> None:
        known = rec or on + timedelta(days=rng.choice((0, 0, 1, 2, 4)))
        if known <= date(2023, 12, 31):
            events.append((known, Draft(on, about, sets, by, note, (), "E")))  # type: ignore[arg-type]

    for number, row in enumerate(projects, start=1):
        name, lead = row["id"], row["lead"]
        start, due = date.fromisoformat(row["start"]), date.fromisoformat(row["due"])
        done_early = number in (5, 23, 47, 79)
        slip = rng.choice((-10, -5, 0, 0, 0, 15, 40, 95)) if not done_early else rng.choice((-8, -3, 5))
        if number in (12, 61):
            slip = 110
        finish = due + timedelta(days=slip)
        if not done_early and finish <= PRINTED:
            finish = PRINTED + timedelta(days=20 + number)
        begun = start + timedelta(days=rng.choice((0, 0, 3, 12)))
        if number <= 76:
            begun = min(begun, PRINTED - timedelta(days=12))
        elif number in (82, 84):  # the start rate of the eight was not printed; the simulation starts six
            begun = max(begun, PRINTED + timedelta(days=30 + number % 7))
        say(begun, name, {"started": True, "phase": "前期"}, lead)
        span = max((finish - begun).days, 30)
        for place, share in ((1, 12), (2, 62)):
            on = begun + timedelta(days=span * share // 100)
            if on < finish:
                say(on, f"{name}/M{place}", {"finished": True}, lead)
        silent_from = begun + timedelta(days=rng.randrange(150, 700)) if rng.random() < 0.12 else date.max
        day = begun + timedelta(days=28)
        moved = told = False
        while day < finish:
            share = (day - begun).days / span
            quiet = silent_from <= day < silent_from + timedelta(days=110) if silent_from < date.max else False
            if not quiet:
                phase = "开工" if share < 0.3 else "主体" if share < 0.8 else "调试"
                say(day, name, {"pct": float(min(95, round(100 * share))), "phase": phase}, lead)
            late = slip > 30 and share > 0.7
            if late and not told:
                say(day + timedelta(days=1), name, {"expected": finish.isoformat()}, lead)
                told = True
            if slip == 95 and share > 0.9 and not moved:
                sets = {"due": (due + timedelta(days=60)).isoformat(), "doc": f"示例文件〔{day.year}〕{number}号",
                        "reason": "示例原因"}  # fmt: skip
                say(day + timedelta(days=2), name, sets, lead)
                moved = True
            day += timedelta(days=rng.choice((28, 30, 31)))
        if finish <= date(2023, 12, 31):
            rec = min(finish + timedelta(days=rng.choice((0, 1, 3))), PRINTED) if done_early else None
            say(finish, name, {"finished": True}, lead, rec)
            say(finish, f"{name}/M3", {"finished": True}, lead, rec)
        if number == 12:
            sets = {"promise": {"what": "八月底前完成（示例）", "by": "2022-08-31"}}
            say(date(2022, 6, 29), name, sets, "示例·领导小组办公室", date(2022, 6, 29))
        if number == 61:
            sets = {"waiver": {"reason": "示例：汛期停工", "approver": "示例·领导小组", "until": "2022-07-31"}}
            say(date(2022, 6, 10), name, sets, "示例·领导小组办公室", date(2022, 6, 10))
    for value, about in ((29.0, "AIR1"), (89.3, "AIR2")):
        sets = {"value": {"period": "2023", "v": value}}
        source = ("shcfck.com/index.php/post/9787.html（09-21，年份取2024）",)
        events.append((date(2024, 9, 21), Draft(date(2024, 9, 21), about, sets, "环境系列", "", source, "B")))  # type: ignore[dict-item]
    assert due_check(dues)
    return sorted(events, key=lambda event: event[0])


def due_check(dues: dict[tuple[str, str], date]) -> bool:
    return all(day.year in (2021, 2022, 2023) for day in dues.values())


def transformation_projects() -> list[dict[str, str]]:
    rows = (
        ("TP01", "S3", "主题乐园", "滨海国际文化旅游度假区内；开园", "2021-11-17", "2024-12-31", "", "是"),
        ("PL01", "S1", "热塑性弹性体项目（25 万吨/年）", "32.7 亿元；开工见 2022-06 报道，完成期限未见报，取方案期末",
         "2022-06-01", "2025-12-31", "327000", "是"),
        ("RZ01", "S3", "滨海国际文化旅游度假区", "8.1 km²，核心区 3.7 km²；四阶段，2022-01 处于第二阶段（C）；期限未见报，取方案期末",
         "2022-01-01", "2025-12-31", "", "是"),
    )  # fmt: skip
    return [
        {"id": i, "theme": t, "level": "区级", "name": n, "content": c, "lead": "未见报", "support": "", "start": s,
         "due": d, "weight": "", "invest": v, "key": k}
        for i, t, n, c, s, d, v, k in rows
    ]  # fmt: skip


def transformation_journal() -> list[Event]:
    """The published dates of the theme park, each with its grade; nothing simulated."""
    told = (
        ("2019-11-30", {"expected": "2023-12-31"}, "B", "tianqiyubao2.com/news/view-3132105", "“2023年建成开放”；页面无日期，公布日不确定"),
        ("2021-02-26", {"expected": "2024-03-31"}, "B", "w784.com（经济日报）", "“2024年初”；2021年开工"),
        ("2021-08-31", {"expected": "2024-12-31"}, "B", "m.sdlove521.cn", "“2024年”；公布于2021年8—11月"),
        ("2021-11-17", {"started": True}, "B", "m.sdlove521.cn", "开工"),
        ("2024-03-01", {"expected": "2025-08-31"}, "B", "hamasdt.com（中国新闻网稿）", "春季试运行，2025年夏季全面开放；工程过半"),
        ("2025-01-15", {"expected": "2025-08-31"}, "B", "zq-114.com（澎湃）", "“2025年夏季”（6—8月）"),
        ("2025-06-20", {"expected": "2025-07-05"}, "B", "news.tvb.com", "对外试运行；7月5日开园"),
        ("2025-07-05", {"finished": True}, "B", "mooxi.com.cn（中新社稿）；eine-reise.de", "开园；距2024-12-31 186天（D）"),
    )  # fmt: skip
    events: list[Event] = []
    for day, sets, grade, source, note in told:
        on = date.fromisoformat(day)
        events.append((on, Draft(on, "TP01", dict(sets), "公开报道", note, (source,), grade)))
    on = date(2022, 1, 27)
    source = ("jiaxianba n2/2022/0127/c134768-35115556",)
    events.append((on, Draft(on, "RZ01", {"started": True, "phase": "土地前期开发"}, "公开报道", "", source, "C")))
    on = date(2022, 7, 12)
    source = ("sh.people.com.cn n2/2022/0712/c134768-40034550",)
    events.append((on, Draft(date(2022, 6, 30), "PL01", {"started": True}, "公开报道", "2022年6月", source, "A")))
    return sorted(events, key=lambda event: event[0])


def households(rng: random.Random) -> str:
    """4,600 example households, joined to twenty example stations through 2022."""
    rows = []
    for number in range(1, 4601):
        since = date(2022, 1, 4) + timedelta(days=number * 350 // 4600)
        recorded = since + timedelta(days=rng.randrange(0, 9))
        rows.append({"id": f"示例户{number:04d}", "group": f"示例站{number % 20 + 1:02d}", "from": since.isoformat(), "to": "",
                     "recorded": min(recorded, date(2022, 12, 28)).isoformat()})  # fmt: skip
    return csv_text(("id", "group", "from", "to", "recorded"), rows)


def write(folder: Path, files: dict[str, str], events: list[Event]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    (folder / JOURNAL).write_bytes(chain_lines(events, read_plan(folder).digest))


def main(root: Path) -> None:
    rng = random.Random(SEED)
    projects, nodes = environment_projects(rng)
    files = {
        "plan.yaml": ENVIRONMENT,
        "projects.csv": csv_text(PROJECT_COLUMNS, projects),
        "milestones.csv": csv_text(MILESTONE_COLUMNS, nodes),
        "indicators.yaml": ENVIRONMENT_INDICATORS,
    }
    write(root / "environment-2021-2023", files, environment_journal(rng, projects, nodes))
    files = {
        "plan.yaml": TRANSFORMATION,
        "projects.csv": csv_text(PROJECT_COLUMNS, transformation_projects()),
        "milestones.csv": ",".join(MILESTONE_COLUMNS) + "\n",
        "indicators.yaml": TRANSFORMATION_INDICATORS,
        "households.csv": households(rng),
    }
    write(root / "transformation-2022-2025", files, transformation_journal())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "examples" / "district" / "plans")
