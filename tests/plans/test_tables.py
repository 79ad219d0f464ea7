"""Tables as Excel leaves them: encodings, headings, dates, blanks; every wrong row named."""

import pytest

from clearbay.plans.errors import PlanFileError
from clearbay.plans.tables import decode_text, read_milestones, read_projects, read_rows

HEAD = "id,theme,level,name,content,lead,support,start,due,weight,invest,key\n"
GOOD = "P1,T1,市级,河道整治,内容,水务,,2023-01-01,2023-06-30,1,100,是\n"


def projects(text):
    return read_projects(text, {"T1"}, ("市级", "区级"))


def said(text):
    with pytest.raises(PlanFileError) as wrong:
        projects(text)
    return str(wrong.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_saved_by_excel_reads_the_same_in_every_encoding(encoding):
    text, notices = decode_text((HEAD + GOOD).encode(encoding), "projects.csv")
    assert projects(text)["P1"].name == "河道整治"
    assert len(notices) == (0 if encoding == "utf-8" else 1)


def test_bytes_that_are_no_text_are_refused_with_their_place():
    with pytest.raises(PlanFileError, match="byte 3"):
        decode_text(b"id,\xff\xff\xff,", "projects.csv")


@pytest.mark.parametrize("written", ["2023-6-30", "2023/6/30", "2023.06.30", "2023年6月30日", "20230630"])
def test_dates_read_as_people_write_them(written):
    assert projects(HEAD + GOOD.replace("2023-06-30", written))["P1"].due.isoformat() == "2023-06-30"


def test_headings_may_be_the_bureaus_own():
    heading = "编号,领域,级别,项目名称,主要内容,牵头部门,配合部门,开工日期,完成期限,权重,投资(万元),重点\n"
    assert projects(heading + GOOD)["P1"].lead == "水务"


def test_semicolons_and_tabs_read_too():
    assert projects((HEAD + GOOD).replace(",", ";"))["P1"].key
    assert projects((HEAD + GOOD).replace(",", "\t"))["P1"].invest == 100.0


def test_blank_rows_are_passed_over():
    assert len(projects(HEAD + GOOD + ",,,,,,,,,,,\n\n")) == 1


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (GOOD.replace("T1", "T9"), "theme 'T9' is not one of T1"),
        (GOOD.replace("T1", ""), "merged"),
        (GOOD.replace("市级", "县级"), "level '县级'"),
        (GOOD.replace("2023-06-30", "2022-06-30"), "is before start"),
        (GOOD.replace("2023-06-30", "2023-02-30"), "not a day of the calendar"),
        (GOOD.replace("2023-06-30", "年底"), "is not a date"),
        (GOOD.replace("2023-06-30", ""), "due is blank"),
        (GOOD.replace(",1,100", ",-1,100"), "weight -1 is not a number of zero or more"),
        (GOOD.replace(",1,100", ",x,100"), "weight 'x' is not a number"),
        (GOOD.replace("P1", "P 1"), "letters, digits"),
        (GOOD + GOOD, "on line 2 already"),
        (GOOD.replace(",水务", ""), "has 11 cells"),
        (GOOD.replace("是", "也许"), "neither"),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_what_to_do(row, what):
    message = said(HEAD + row)
    assert what in message
    assert "projects.csv:" in message


def test_all_wrong_rows_are_named_at_once():
    message = said(HEAD + GOOD.replace("T1", "T8") + GOOD.replace("P1", "P2").replace("市级", "县级"))
    assert "projects.csv:2" in message
    assert "projects.csv:3" in message


def test_a_zero_weight_is_a_weight():
    assert projects(HEAD + GOOD.replace(",1,100", ",0,100"))["P1"].weight == 0.0


def test_missing_and_unknown_columns_are_named():
    assert "columns missing: lead" in said(HEAD.replace("lead", "chief") + GOOD)
    assert "columns not known: chief" in said(HEAD.replace("lead", "chief") + GOOD)
    assert "is empty" in said("")


def test_an_open_quote_is_named():
    with pytest.raises(PlanFileError, match="quoting"):
        read_rows('id\n"open\n', ("id",), "x.csv")


def test_a_milestone_after_its_project_is_said_and_kept():
    own = projects(HEAD + GOOD)
    nodes, notices = read_milestones("project,id,phase,name,due,weight\nP1,M1,,验收,2023-09-30,\n", own, ())
    assert nodes["P1"][0].ref == "P1/M1"
    assert "after its project" in notices[0].what


def test_a_milestone_of_an_unknown_project_is_refused():
    with pytest.raises(PlanFileError, match=r"not in projects\.csv"):
        read_milestones("project,id,phase,name,due,weight\nP8,M1,,验收,2023-09-30,\n", projects(HEAD + GOOD), ())
