"""All findings of a Chinese waste incinerator: stack, furnace, tags (GB 18485-2014; MEE Order 10, 2019)."""

from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack import capture_findings, china_days, china_months, furnace, tag_findings
from clearbay.assess.stack.case import Case
from clearbay.assess.stack.means import means
from clearbay.assess.stack.pollutants import NO, NO2, NOX, STATE, Gas, evaluated, oxygen

SIGNED = ("a01012", "a01013")


def judge(case: Case, gas: Gas) -> None:
    """Collect the findings of a case in its batches."""
    codes = sorted({limit.code for limit in case.limits})
    asked = [*codes, *((NO, NO2) if NOX in codes else ()), *STATE]
    hours = means(case.dense, asked, SIGNED, HOUR_S, case.share())
    found = {code: evaluated(hours, case.points, code, gas) for code in codes}
    tags = china_days.tags_on_hours(case, found.get(china_days.PM))
    china_days.judge_pollutants(case, found, tags)
    capture_findings.judge_capture(case, found, tags)
    china_months.monthly_means(case, found, tags)
    heat = furnace.temperatures(case)
    furnace.judge_temperature(case, heat)
    tag_findings.judge_budgets(case)
    tag_findings.judge_conflicts(case)
    tag_findings.judge_contradictions(case, tags, *oxygen(hours, case.points, gas), heat)
