"""What a notice says, in Chinese and English: what, where, the value and the time it is the value of."""

from datetime import datetime
from zoneinfo import ZoneInfo

from clearbay.casebook.alarm_rules import Change
from clearbay.district.model import District
from clearbay.vocabulary.parameters import find

SEVERITIES = {"critical": ("严重", "critical"), "warning": ("警告", "warning"), "info": ("提示", "notice")}


def notice_text(
    change: Change, district: District, alarm_id: str, now: datetime, *, link: str = "", simulated: bool = False
) -> tuple[str, str]:
    """Write title and body of a notice that an alarm began or ended."""
    rule, seen = change.rule, change.seen
    point = district.point(seen.point_id)
    where = (point.name.zh, point.name.en) if point is not None else (seen.point_id, seen.point_id)
    zone = ZoneInfo(point.zone if point is not None else district.zone)
    grave = SEVERITIES.get(rule.severity, (rule.severity, rule.severity))
    ended = change.kind == "cleared"
    title = f"{'已解除 cleared' if ended else '/'.join(grave)}: {where[0]} {rule.name.zh} · {where[1]} {rule.name.en}"
    zh, en = [f"{where[0]}：{rule.name.zh}"], [f"{where[1]}: {rule.name.en}"]
    at = f"{seen.time.astimezone(zone):%Y-%m-%d %H:%M %z}"
    if rule.on == "silence":
        zh.append(f"数采仪 {change.subject}，最近一次 {at}")
        en.append(f"logger {change.subject}, last heard {at}")
    else:
        zh.append(f"{_value(change, 0)}，数据时间 {at}")
        en.append(f"{_value(change, 1)}, time of the value {at}")
    zh.append(f"{'解除' if ended else '发生'}于 {now.astimezone(zone):%Y-%m-%d %H:%M}，规则 {rule.rule_id}")
    en.append(f"{'cleared' if ended else 'raised'} {now.astimezone(zone):%Y-%m-%d %H:%M}, rule {rule.rule_id}")
    lines = [*zh, "", *en]
    if link:
        lines += ["", f"{link.rstrip('/')}/alarms/{alarm_id}"]
    if simulated:
        title = f"[模拟 simulated] {title}"
        lines += ["", "模拟数据，不是真实排放。 Simulated data, no real emission."]
    return title, "\n".join(lines)


def summary_text(held: int, since: datetime, zone: str, link: str) -> tuple[str, str]:
    """Write the one notice that stands for those a storm held back."""
    at = f"{since.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    lines = [
        f"自 {at} 起另有 {held} 条报警通知未逐条发送。",
        f"{held} further alarm notices since {at} were not sent one by one.",
    ]
    if link:
        lines += ["", f"{link.rstrip('/')}/alarms"]
    return f"另有 {held} 条报警 · {held} further alarms", "\n".join(lines)


def _value(change: Change, language: int) -> str:
    seen, rule = change.seen, change.rule
    known = find(seen.code) if seen.code else None
    name = (known.name_zh, known.name_en)[language] if known is not None else seen.code
    if seen.value is None:
        return name
    limit = (
        f" (> {rule.above:g})" if rule.above is not None else f" (< {rule.below:g})" if rule.below is not None else ""
    )
    return f"{name} {seen.value:g} {seen.unit}{limit}".replace("  ", " ")
