"""Which sections a page has, and what they say."""

import pytest

from clearbay.assess import findings, observations
from clearbay.assess.permits import Point
from clearbay.reports.assessment import Counts, build
from clearbay.standards import Standards
from tests.reports import made
from tests.reports.reading import data, elements, section_ids, texts

ENDS = ["exceedances", "not-evaluable", "check"]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("air", ["summary", "air-hj-633", "air-limits", *ENDS]),
        ("water", ["summary", "water", "water-limits", "exceedances", "check"]),
        ("effluent", ["summary", "effluent", *ENDS]),
        ("soil", ["summary", "soil", "exceedances", "check"]),
    ],
)
def test_a_section_is_there_exactly_when_it_has_something_to_show(page, kind, wanted):
    assert section_ids(page(kind)) == wanted


def test_a_page_without_findings_says_that_nothing_could_be_judged(standards):
    html = build(
        findings.empty(),
        observations.SCHEMA.empty_table(),
        standards=standards,
        lang="en",
        counts={"read": 3, "judged": 0, "rejected": 3},
        generated_at=made.AT,
    )
    assert section_ids(html) == ["summary"]
    assert "Nothing could be judged." in texts(html)
    assert "Rows read 3 = used 0 + rejected 3." in texts(html)


def test_the_effluent_day_above_50_is_listed_with_limit_clause_and_command(page):
    said = texts(page("effluent", lang="en"))
    at = said.index("2026-03-03")
    assert said[at + 1 : at + 7] == ["70", "≤ 50", "mg/L", "+40.0 %", "GB 18918-2002", "Table 1 (1)"]
    assert any(text.startswith("clearbay explain ") for text in said)


def test_days_with_too_few_hours_are_not_evaluable_and_leave_a_gap_in_the_line(page):
    html = page("effluent", lang="en")
    assert "missing 18" in texts(html)
    series = next(spec for spec in data(html)["specs"] if "layer" in spec)
    inline = [layer["data"]["values"] for layer in _layers(series, html) if "data" in layer]
    assert any("0,2026-03-05,,0" in text for text in inline), "the day must be in the data, without a value"
    assert any("0,2026-03-05,2026-03-06,1,missing" in text for text in inline), "and shaded"


def _layers(spec, html):
    layers = []
    for layer in spec["layer"]:
        layers.append(
            {"data": {"values": spec["datasets"][layer["data"]["name"]]}}
            if "datasets" in spec and "name" in layer.get("data", {})
            else layer
        )
    return layers


def test_the_limit_of_ammonia_steps_with_water_temperature_in_the_drawn_line(standards):
    rows = []
    for day in range(4):
        for hour in range(24):
            when = made.datetime(2026, 3, 1, 16, tzinfo=made.UTC) + made.timedelta(hours=24 * day + hour)
            rows += [("DW1", "w21003", when, 3600, 2.0, "mg/L")]
            rows += [("DW1", "w01010", when, 3600, 10.0 if day < 2 else 14.0, "Cel")]
    measurements = made.table(rows)
    html = build(
        made.judged("effluent", measurements, standards),
        measurements,
        standards=standards,
        counts=Counts(96, 96, 0),
        generated_at=made.AT,
    )
    # GB 18918-2002 Table 1, 1A: 8 mg/L at or below 12 degrees, 5 above.
    assert "0,2026-03-02,,8.0\n0,2026-03-04,,5.0\n0,2026-03-06,,5.0" in html.replace("\\n", "\n")


def test_air_levels_have_the_official_colours_of_the_index(page, standards: Standards):
    html = page("air")
    ranges = [
        spec["encoding"]["color"]["scale"]["range"]
        for spec in data(html)["specs"]
        if "color" in spec.get("encoding", {})
    ]
    official = [band.colour for band in standards["HJ 633-2026"].index.bands]
    assert ranges
    assert all(colours[: len(official)] == official for colours in ranges)


def test_soil_between_the_two_values_is_possible_risk_and_above_both_strict(page):
    said = texts(page("soil", lang="en"))
    at = said.index("5.5 < pH ≤ 6.5")
    # Screening 0.4, intervention 2.0 mg/kg (GB 15618-2018 Tables 1 and 3), three samples, one of each risk.
    assert said[at + 1 : at + 9] == ["0.4", "2", "mg/kg", "3", "2.5", "1", "1", "1"]


def test_a_section_of_water_has_its_class_status_and_what_decides(page):
    said = texts(page("water", lang="en"))
    at = said.index("Status of sections (latest period)")
    row = said[said.index("S2", at) :][:7]
    assert row == ["S2", "2026-03", "Class Ⅴ", "Moderate pollution", "NH₃-N", "Exceeded", "5/5"]


def test_made_up_data_say_so_on_every_section(page):
    html = page("air", made_up="tools/make_example.py")
    sections = len(section_ids(html))
    marked = [attributes for tag, attributes in elements(html) if attributes.get("class") == "made-up-short"]
    assert len(marked) == sections
    assert "made-up-short" not in page("air").split("</style>")[1]


def test_unverified_limits_are_flagged_in_the_summary(standards):
    measurements = made.water()
    found = made.judged("water", measurements, standards)
    position = found.schema.get_field_index("confidence")
    weak = made.pa.array(["unverified"] * len(found)).dictionary_encode()
    found = found.set_column(position, found.schema.field(position), weak.cast(found.schema.field(position).type))
    html = build(found, measurements, standards=standards, lang="en", counts=Counts(1, 1, 0), generated_at=made.AT)
    assert any(text.startswith("Unverified limits or rules were used (GB 3838-2002)") for text in texts(html))
    assert "Unverified limits that were used" in texts(html)


def test_many_stations_show_the_worst_and_say_how_many_there_are(standards):
    points = [f"P{k:02d}" for k in range(30)]
    measurements = made.air(points, days=2)
    html = build(
        made.judged("air", measurements, standards),
        measurements,
        standards=standards,
        lang="en",
        points=[Point(name) for name in points],
        counts=Counts(1, 1, 0),
        generated_at=made.AT,
    )
    assert "Of 30 stations the worst 24 are shown; the others are in the findings file." in texts(html)
    assert "Stations with the highest AQI" in texts(html)
