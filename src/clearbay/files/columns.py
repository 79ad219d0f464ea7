"""From a header line to a plan: which column is the time, the point, which parameter, and what was assumed of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from clearbay.files.errors import FileError
from clearbay.files.headings import Heading, candidates, nearest, read_heading
from clearbay.files.names import FACT_NAMES, FACTS, PREFERENCE, REPORTED, ROLE_NAMES, ROLES, fold
from clearbay.files.options import Options
from clearbay.files.plan import Ignored, Layout, Measured, Note, Plan
from clearbay.files.units import AMBIENT_SIGNS, assumed_unit, measures, medium_of_unit
from clearbay.vocabulary.clocks import Label
from clearbay.vocabulary.parameters import Parameter, find

MINISTRY = frozenset({"o38h", "o38h24h", "pm2524h"})
"""Columns that together mark the ministry's hourly publication."""


@dataclass
class _Draft:
    """The columns of a file while they are being told apart."""

    path: Path
    line: int
    header: tuple[str, ...]
    options: Options
    roles: dict[str, list[int]]
    found: dict[int, tuple[Heading, tuple[Parameter, ...]]]
    reported: dict[int, str]
    facts: dict[int, str]
    notes: list[Note]
    mapped: set[int]

    def error(self, en: str, zh: str, index: int | None = None) -> FileError:
        return FileError(self.path, en, zh, self.line, None if index is None else index + 1)


def recognise(path: Path, line: int, header: tuple[str, ...], options: Options) -> Plan:
    """Tell what every column of a file is.

    Parameters
    ----------
    line : where the header stands [1-based], for messages. header : its cells.

    Raises
    ------
    FileError : a mapping names no column, two columns mean the same, no column is a parameter, or none is a time.
    """
    draft = _Draft(path, line, header, options, defaultdict(list), {}, {}, {}, [], set())
    _apply_mapping(draft)
    _read_headers(draft)
    _choose_roles(draft)
    layout: Layout = "long" if "code" in draft.roles and "value" in draft.roles else "wide"
    medium = _medium(draft)
    if layout == "wide":
        _one_value_column(draft)
    if medium == "soil":
        _acidity_is_a_fact(draft)
    _ministry(draft)
    measured = _measured(draft, medium) if layout == "wide" else ()
    if layout == "wide" and not measured:
        raise draft.error(*_nothing_known(header))
    label = _label(draft)
    if not any(role in draft.roles for role in ("time", "day")) and options.day is None:
        raise draft.error(
            "no column is a time; name it with --columns time=HEADER, or say --day YYYY-MM-DD for samples of one day",
            "没有时间列；请用 --columns time=列名 指明，或用 --day YYYY-MM-DD 说明采样日期",
        )
    used = {i for indices in draft.roles.values() for i in indices} | set(draft.reported) | set(draft.facts)
    used |= {m.index for m in measured} | {m.flag_index for m in measured if m.flag_index is not None}
    ignored = tuple(
        Ignored(i + 1, name, () if _known(name) else nearest(name)) for i, name in enumerate(header) if i not in used
    )
    return Plan(
        layout=layout,
        header=header,
        roles={role: tuple(indices) for role, indices in draft.roles.items()},
        measured=measured,
        reported=tuple(sorted(draft.reported.items())),
        facts=tuple(sorted(draft.facts.items())),
        ignored=ignored,
        notes=tuple(draft.notes),
        label=label,
        medium=medium,
    )


def _apply_mapping(draft: _Draft) -> None:
    for target, wanted in draft.options.columns.items():
        indices = _indices(draft, wanted)
        key = target.strip()
        if key in ROLE_NAMES or key == "date":
            draft.roles["day" if key == "date" else key] = indices
        elif key == "ignore":
            pass
        elif key.removeprefix("fact.") in FACT_NAMES:
            draft.facts[indices[0]] = key.removeprefix("fact.")
        elif key.startswith("reported."):
            draft.reported[indices[0]] = key.removeprefix("reported.")
        else:
            heading = read_heading(key)
            parameters = candidates(heading.name)
            if not parameters:
                near = ", ".join(nearest(key))
                raise draft.error(
                    f"--columns: {key!r} is neither a role nor a parameter{f'; like {near}' if near else ''}",
                    f"--columns：{key!r} 既不是角色也不是监测项目{f'；相近的有 {near}' if near else ''}",
                )
            own = read_heading(draft.header[indices[0]])
            draft.found[indices[0]] = (replace(heading, unit=heading.unit or own.unit), parameters)
        draft.mapped.update(indices)


def _indices(draft: _Draft, wanted: str) -> list[int]:
    if wanted in draft.header:
        return [_only(draft, wanted)]
    if wanted.startswith("#") and wanted[1:].isdigit():
        number = int(wanted[1:])
        if 1 <= number <= len(draft.header):
            return [number - 1]
        raise draft.error(f"--columns: there is no column {wanted}", f"--columns：没有第 {number} 列")
    if "+" in wanted:
        return [i for part in wanted.split("+") for i in _indices(draft, part.strip())]
    near = get_close_matches(wanted, draft.header, n=3)
    raise draft.error(
        f"--columns: no column is headed {wanted!r}{'; there is ' + ', '.join(near) if near else ''}",
        f"--columns：没有名为 {wanted!r} 的列{'；有 ' + '、'.join(near) if near else ''}",
    )


def _only(draft: _Draft, wanted: str) -> int:
    at = [i for i, name in enumerate(draft.header) if name == wanted]
    if len(at) > 1:
        numbers = " and ".join(f"#{i + 1}" for i in at)
        raise draft.error(
            f"columns {numbers} are both headed {wanted!r}; choose one, such as --columns time=#{at[0] + 1}",
            f"第 {'、'.join(str(i + 1) for i in at)} 列同名 {wanted!r}；请用列号选择，如 #{at[0] + 1}",
            at[1],
        )
    return at[0]


def _read_headers(draft: _Draft) -> None:
    seen: dict[str, int] = {}
    for i, name in enumerate(draft.header):
        folded = fold(name)
        if i in draft.mapped and i in draft.roles.get("point", ()) and folded in FACTS:
            draft.facts[i] = FACTS[folded]  # a province that names the point is still its province
        if i in draft.mapped or not name.strip():
            continue
        role = ROLES.get(folded)
        if role is not None and role in draft.options.columns:
            continue
        known = True
        if folded in REPORTED:
            draft.reported[i] = REPORTED[folded]
        elif folded in FACTS:
            draft.facts[i] = FACTS[folded]
        elif role is not None:
            draft.roles[role].append(i)
        else:
            heading = read_heading(name)
            parameters = candidates(heading.name)
            inner = ROLES.get(fold(heading.name))
            if parameters:
                draft.found[i] = (heading, parameters)
            elif inner is not None and inner not in draft.options.columns:
                draft.roles[inner].append(i)
            else:
                known = False
        if known and name in seen:
            raise draft.error(
                f"columns {seen[name] + 1} and {i + 1} are both headed {name!r}; rename one, or choose by number"
                f" with --columns, such as ROLE=#{i + 1}",
                f"第 {seen[name] + 1} 列与第 {i + 1} 列同名 {name!r}；请改名，或用 --columns 按列号选择，"
                f"如 角色=#{i + 1}",
                i,
            )
        seen.setdefault(name, i)


def _choose_roles(draft: _Draft) -> None:
    """Keep one column a role; a second word for the point is its name."""
    roles = draft.roles
    for role in ("start", "end"):
        if role in roles and "time" not in draft.options.columns:
            if "time" in roles:
                continue
            roles["time"] = roles[role]
    if roles.get("start") and roles.get("time") == roles.get("end"):
        roles["time"] = roles["start"]
    for role, indices in list(roles.items()):
        if role in draft.options.columns or len(indices) < 2 or (role == "day"):
            continue
        ranks = PREFERENCE[role]
        order = sorted(indices, key=lambda i: (ranks.get(fold(draft.header[i]), len(ranks)), i))
        roles[role] = order[:1]
        if role == "point" and "name" not in roles:
            roles["name"] = order[1:2]
    if "point" not in roles and "name" in roles:
        roles["point"] = roles.pop("name")


def _label(draft: _Draft) -> Label:
    options, roles = draft.options, draft.roles
    time = roles.get("time")
    if options.label is not None:
        return options.label
    if time and time == roles.get("end"):
        draft.notes.append(Note("times are ends of periods: so the column is headed", "时间为时段末：列名如此"))
        return "end"
    return "start"


def _medium(draft: _Draft) -> str | None:
    """Tell soil, water and air apart by what can only be one of them."""
    if draft.options.medium is not None:
        return draft.options.medium
    votes: Counter[str] = Counter()
    for heading, parameters in draft.found.values():
        by_unit = medium_of_unit(heading.unit)
        if by_unit is not None:
            votes[by_unit] += 2
        if len({p.medium for p in parameters}) == 1:
            votes[parameters[0].medium] += 1
    if "land_use" in draft.facts.values():
        return "soil"
    return votes.most_common(1)[0][0] if votes else None


def _one_value_column(draft: _Draft) -> None:
    """A wide file may head its only parameter plainly and its unit in a column beside it; nothing else is a value."""
    if "value" in draft.roles and "code" not in draft.roles:
        del draft.roles["value"]
    draft.roles.pop("code", None)
    for role in ("period", "statistic", "basis"):
        if role not in draft.options.columns:
            draft.roles.pop(role, None)
    if "unit" in draft.roles and len(draft.found) != 1:
        del draft.roles["unit"]


def _acidity_is_a_fact(draft: _Draft) -> None:
    """In soil, pH selects the limit; it is not judged itself (GB 15618-2018 Tables 1 and 3)."""
    for i, (_, parameters) in list(draft.found.items()):
        if any(fold(p.name_en) == "ph" or fold(p.name_zh).startswith("ph") for p in parameters):
            del draft.found[i]
            draft.facts[i] = "ph"


def _ministry(draft: _Draft) -> None:
    folded = {fold(draft.header[i]): i for i in draft.found if i not in draft.mapped}
    if not folded.keys() >= MINISTRY:
        return
    for name in ("o38h", "o324h"):
        if name in folded:
            del draft.found[folded[name]]
            draft.reported[folded[name]] = draft.header[folded[name]]
    draft.notes.append(
        Note(
            "columns are those of the ministry's hourly publication: o3_8h_24h is the 8-h mean ending with the hour;"
            " o3_8h and o3_24h (running maxima of the day) are kept apart as reported",
            "列名与国家小时发布格式一致：o3_8h_24h 为截至该小时的 8 小时均值；"
            "o3_8h、o3_24h（当日滚动最大值）另存为发布值",
        )
    )
    if draft.options.label is None:
        draft.notes.append(
            Note(
                "such files label the END of the hour, but nobody said so of this one: if it does, say --label end or"
                " --preset ministry-hourly, or every value stands one hour late",
                "此类文件的时间通常是小时末，但未声明：若是，请用 --label end 或 --preset ministry-hourly，"
                "否则每个值晚一小时",
            )
        )


def _measured(draft: _Draft, medium: str | None) -> tuple[Measured, ...]:
    chosen = {i: (h, _of_medium(ps, h, medium)) for i, (h, ps) in draft.found.items()}
    flags = {p.code: i for i, (h, p) in chosen.items() if h.flag}
    raw = {(p.code, h.shape, h.seconds, h.basis) for h, p in chosen.values() if h.raw}
    values: list[Measured] = []
    ambient = bool({p.code for _, p in chosen.values()} & AMBIENT_SIGNS) or ("aqi" in draft.reported.values())
    for i, (heading, parameter) in sorted(chosen.items()):
        if heading.flag:
            continue
        if not heading.raw and (parameter.code, heading.shape, heading.seconds, heading.basis) in raw:
            draft.reported[i] = draft.header[i]
            continue
        given = heading.unit or _declared_unit(draft.options.units, parameter, draft.header[i])
        if given is not None and heading.statistic != "sum" and not measures(given, parameter):
            raise draft.error(
                f"{draft.header[i]!r}: {given} does not measure {parameter.name_en} ({parameter.unit});"
                f" correct the header, or say --unit {parameter.code}=UNIT",
                f"{draft.header[i]!r}：{given} 不是{parameter.name_zh}的单位（{parameter.unit}）；请改表头，或用"
                f" --unit {parameter.code}=单位 指明",
                i,
            )
        values.append(
            Measured(
                index=i,
                header=draft.header[i],
                code=parameter.code,
                unit=given or assumed_unit(parameter, ambient),
                shape=heading.shape,
                seconds=heading.seconds,
                statistic=heading.statistic,
                unit_given=given is not None or "unit" in draft.roles,
                flag_index=flags.get(parameter.code),
                basis=heading.basis or "raw",
            )
        )
    if raw:
        draft.notes.append(
            Note(
                "columns ending in _raw are taken for the values; the displayed ones beside them are kept as reported",
                "以 _raw 列为测量值；旁边的显示值另存为发布值",
            )
        )
    _no_two_alike(draft, values)
    return tuple(values)


def _declared_unit(declared: Mapping[str, str], parameter: Parameter, header: str) -> str | None:
    for key, unit in declared.items():
        if key != "*" and (key == header or any(p.code == parameter.code for p in candidates(key))):
            return unit
    return declared.get("*")


def _of_medium(parameters: tuple[Parameter, ...], heading: Heading, medium: str | None) -> Parameter:
    for wanted in (medium_of_unit(heading.unit), medium):
        same = [p for p in parameters if p.medium == wanted]
        if same:
            return same[0]
        if wanted == "soil":
            # Soil analyses are of totals, so "总汞" there is what the vocabulary calls mercury in soil.
            plain = find(heading.name.removeprefix("总").removeprefix("total "), medium="soil")
            if plain is not None:
                return plain
    return parameters[0]


def _no_two_alike(draft: _Draft, values: list[Measured]) -> None:
    seen: dict[object, Measured] = {}
    for column in values:
        other = seen.setdefault(column.series, column)
        if other is not column:
            raise draft.error(
                f"columns {other.index + 1} ({other.header!r}) and {column.index + 1} ({column.header!r}) are both"
                f" {column.code}; choose one with --columns {column.code}=#{column.index + 1},"
                f"ignore=#{other.index + 1}",
                f"第 {other.index + 1} 列（{other.header!r}）与第 {column.index + 1} 列（{column.header!r}）都是"
                f" {column.code}；请用 --columns {column.code}=#{column.index + 1},"
                f"ignore=#{other.index + 1} 选择",
                column.index,
            )


def _nothing_known(header: tuple[str, ...]) -> tuple[str, str]:
    shown = ", ".join(repr(h) for h in header[:12])
    near = [f"{name!r} looks like {found[0]}" for name in header if not _known(name) and (found := nearest(name))][:3]
    en = f"no column is a known parameter (columns: {shown})"
    zh = f"没有一列是已知的监测项目（列：{shown}）"
    hint = f"; {'; '.join(near)}" if near else ""
    return (
        f"{en}{hint}; name them with --columns, such as a34004=HEADER",
        f"{zh}；请用 --columns 指明，如 a34004=列名",
    )


def _known(name: str) -> bool:
    folded = fold(name)
    return folded in ROLES or folded in FACTS or folded in REPORTED or bool(candidates(read_heading(name).name))
