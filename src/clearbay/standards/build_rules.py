"""From the checked shape of a file's rules to the frozen values of `rules`."""

from clearbay.standards.rules import (
    AmbientAirRules,
    AnnualItem,
    ChangeRule,
    Rules,
    ShareRule,
    Status,
    SurfaceWaterRules,
    TrophicBand,
    TrophicItem,
)
from clearbay.standards.rules_schema import AmbientAirRulesFile, SurfaceWaterRulesFile
from clearbay.standards.stack_rules import Budget, Contradiction, Figure, StackRules, TagRule
from clearbay.standards.stack_rules_schema import StackRulesFile


def surface_water_rules(file: SurfaceWaterRulesFile) -> Rules:
    """Build the rules of 环办[2011]22号."""
    statuses = {
        key: Status(key, s.zh, s.en, s.colour, s.colour_zh, s.colour_en, s.confidence)
        for key, s in file.statuses.items()
    }
    return SurfaceWaterRules(
        limits_of=file.limits_of,
        indicators=tuple(c for code in file.indicators for c in (code, file.also.get(code)) if c),
        same_as={other: code for code, other in file.also.items()},
        reported_apart=tuple(file.reported_apart),
        classes=tuple(file.classes),
        worse_than_v=file.worse_than_v,
        statuses=statuses,
        section_status={name: statuses[row.status] for row in file.section_status for name in row.classes},
        shares_from_sections=file.shares_from_sections,
        river_status=tuple(
            ShareRule(r.status, r.good_ge, r.good_lt, r.worse_than_v_ge, r.worse_than_v_lt) for r in file.river_status
        ),
        reference_class=file.reference_class,
        main_pollutants=file.main_pollutants,
        no_multiple_for=tuple(file.no_multiple_for),
        named_first=tuple(file.named_first),
        change=tuple(
            ChangeRule(
                c.above,
                c.up_to,
                c.id,
                c.better.zh,
                c.better.en,
                c.worse.zh,
                c.worse.en,
                c.confidence,
            )
            for c in file.change
        ),
        trend_min_periods=file.trend_min_periods,
        trend_critical={int(n): (v[0], v[1]) for n, v in file.trend_critical.items()},
        trophic_items=tuple(TrophicItem(t.code, t.a, t.b, t.correlation, t.unit) for t in file.trophic_items),
        trophic_bands=tuple(TrophicBand(t.up_to, t.below, t.id, t.zh, t.en) for t in file.trophic_bands),
        confidence=dict(file.confidence),
        clauses=dict(file.clauses),
    )


def ambient_air_rules(file: AmbientAirRulesFile) -> Rules:
    """Build the rules of HJ 663."""
    return AmbientAirRules(
        limits_of=file.limits_of,
        items=tuple(
            AnnualItem(
                i.code,
                i.daily,
                i.percentile,
                i.annual_mean,
                i.unit,
                i.decimals_daily,
                i.decimals_annual,
                i.weight,
                i.confidence,
            )
            for i in file.items
        ),
        percentile_method=file.percentile_method,
        mda8_first_end_hour=file.mda8_first_end_hour,
        mda8_last_end_hour=file.mda8_last_end_hour,
        mda8_min_windows=file.mda8_min_windows,
        mda8_valid_anyway_above_limit=file.mda8_valid_anyway_above_limit,
        composite=dict(file.composite),
        clauses=dict(file.clauses),
        confidence=dict(file.confidence),
    )


def stack_rules(file: StackRulesFile) -> Rules:
    """Build the rules of a stack and its furnace."""
    return StackRules(
        set=file.set,
        figures={
            name: Figure(f.value, f.unit, f.clause, f.confidence, f.note, f.valid_from)
            for name, f in file.figures.items()
        },
        tags={
            t.label: TagRule(
                t.label, t.effect, t.temperature, t.event_cap_h, t.budget, t.cap_confidence, t.clause, t.confidence
            )
            for t in file.tags
        },
        budgets={
            name: Budget(name, b.hours, b.per, b.clause, b.confidence, b.valid_from) for name, b in file.budgets.items()
        },
        contradictions=tuple(
            Contradiction(c.id, tuple(c.labels), c.oxygen_at_most, c.temperature_at_least, c.clause, c.confidence)
            for c in file.contradictions
        ),
    )
