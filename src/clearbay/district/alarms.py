"""Reads `alarms.yaml`: the rules by which alarms are raised."""

import math
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from clearbay.district.located import Located, nearest, once
from clearbay.district.model import AlarmRule, Severity
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.yaml_text import Node, YamlReader
from clearbay.vocabulary.parameters import find

FILE = "alarms.yaml"
_COMMON = ("id", "on", "severity", "name", "points", "notify", "dwell_min")
_OWN: Mapping[str, tuple[str, ...]] = {
    "finding": ("standard", "averaging", "verdict", "code"),
    "value": ("code", "basis", "statistic", "above", "below", "clear_at"),
    "silence": ("silence_min",),
}
_SEVERITIES = ("info", "warning", "critical")
_VERDICTS = ("exceeded", "not_evaluable")
_STATISTICS = ("value", "avg", "min", "max", "sum")
_BASES = ("raw", "standard", "reference_o2")


def read_alarms(snapshot: Snapshot, points: Collection[str], problems: Problems) -> list[Located[AlarmRule]]:
    """Read the rules; a rule that is wrong is noted and left out."""
    if FILE not in snapshot.files:
        return []
    reader = YamlReader(FILE, problems)
    top = reader.table(reader.read(snapshot.files[FILE]), FILE, ("rules",))
    rules = [rule for node in reader.items(top.get("rules"), "rules") if (rule := _rule(node, reader, points))]
    return once(rules, lambda rule: rule.rule_id, "id", FILE, problems)


def _rule(node: Node, reader: YamlReader, points: Collection[str]) -> Located[AlarmRule] | None:
    before = len(reader.problems.errors)
    given = reader.table(node, "rules", (*_COMMON, *(key for keys in _OWN.values() for key in keys)))
    cells = _RuleCells(given, node.line, reader)
    on = cells.word("on", tuple(_OWN))
    for key, child in given.items():
        if on and key not in (*_COMMON, *_OWN[on]) and any(key in keys for keys in _OWN.values()):
            reader.wrong(child.line, "alarm_not", on=on, name=key)
    name = reader.bilingual(given.get("name"), "name", node.line)
    patterns = tuple(reader.text(item) for item in reader.items(given.get("points"), "points"))
    for pattern in patterns:
        if not any(fnmatchcase(point, pattern) for point in points):
            line = given["points"].line
            reader.wrong(line, "alarm_points", value=pattern, near=nearest(pattern, points))
    code = reader.text(given.get("code"))
    if code and find(code) is None:
        reader.wrong(given["code"].line, "alarm_code", code=code)
    above, below, clear_at = cells.number("above"), cells.number("below"), cells.number("clear_at")
    if on == "value":
        if not code:
            reader.wrong(node.line, "alarm_needs", on=on, name="code")
        if (above is None) == (below is None) and not {"above", "below"} & cells.failed:
            reader.wrong(node.line, "alarm_needs", on=on, name="above / below")
        if clear_at is not None and (
            (above is not None and clear_at > above) or (below is not None and clear_at < below)
        ):
            reader.wrong(given["clear_at"].line, "alarm_clear", value=f"{clear_at:g}")
    silence = cells.number("silence_min", 0)
    if on == "silence" and not silence and "silence_min" not in cells.failed:
        reader.wrong(node.line, "alarm_needs", on=on, name="silence_min")
    rule = AlarmRule(
        cells.needed("id"),
        "finding" if on == "finding" else "value" if on == "value" else "silence",
        _severity(cells.word("severity", _SEVERITIES)),
        name,
        patterns,
        reader.text(given.get("standard")),
        reader.text(given.get("averaging")),
        cells.word("verdict", _VERDICTS, "exceeded"),
        code,
        cells.word("basis", _BASES, ""),
        cells.word("statistic", _STATISTICS, "avg"),
        above,
        below,
        clear_at,
        round(60 * (cells.number("dwell_min", 0) or 0)),
        round(60 * (silence or 0)),
        tuple(reader.text(item) for item in reader.items(given.get("notify"), "notify")),
    )
    return Located(node.line, rule) if len(reader.problems.errors) == before else None


def _severity(word: str) -> Severity:
    return "critical" if word == "critical" else "info" if word == "info" else "warning"


class _RuleCells:
    """Values of one rule; keys whose value was wrong are in `failed`."""

    def __init__(self, given: Mapping[str, Node], line: int, reader: YamlReader) -> None:
        self._given, self._line, self._reader = given, line, reader
        self.failed: set[str] = set()

    def needed(self, name: str) -> str:
        text = self._reader.text(self._given.get(name))
        if not text:
            self._wrong(name, "missing_key", name=name)
        return text

    def word(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        text = self._reader.text(self._given.get(name), default or "")
        if not text and default is None:
            return self.needed(name)
        if text and text not in allowed:
            self._wrong(name, "not_one_of", name=name, text=text, allowed=", ".join(allowed))
            return ""
        return text

    def number(self, name: str, low: float = -1e9) -> float | None:
        text = self._reader.text(self._given.get(name))
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= 1e9:
            self._wrong(name, "number", name=name, text=text, low=f"{low:g}", high="1e9")
            return None
        return value

    def _wrong(self, name: str, kind: str, /, **values: object) -> None:
        self.failed.add(name)
        node = self._given.get(name)
        self._reader.wrong(node.line if node else self._line, kind, **values)
