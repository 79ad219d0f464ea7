"""`clearbay explain`: the evidence of a finding, and what is said when it can no longer be recomputed."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from clearbay.cli.root import main
from tests.cli.test_assess_command import DAY, assess, folder, told

__all__ = ["folder"]


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.fixture
def finding(folder: Path) -> str:
    assess(DAY)
    table = pq.read_table("out/findings.parquet").to_pylist()
    return str(next(row["finding_id"] for row in table if row["code"] == "w01018" and row["averaging"] == "day"))


def test_a_finding_shows_its_rows_and_comes_out_the_same(finding: str) -> None:
    # 24 hours of 60 mg/L COD against 50 mg/L, GB 18918-2002 Table 1, level 1A.
    told(
        explain(finding), 0, "exceeded", "60 mg/L", "≤ 50 mg/L", "24 of 24", "Values in the files (24)", "all the same"
    )
    told(explain(finding[:12], "--lang", "zh"), 0, "超标", "全部一致")


def test_findings_that_were_moved_are_explained_from_where_they_are(finding: str) -> None:
    shutil.move("out", "elsewhere")
    told(explain(finding, "--in", "elsewhere"), 0, "all the same")
    told(explain(finding, "--in", "out"), 2, "cannot be read")


def test_a_source_that_changed_is_refused(finding: str) -> None:
    Path("data.csv").write_text(DAY.replace("60", "6"), "utf-8")
    told(explain(finding), 2, "its SHA-256 differs")


def test_a_source_that_is_gone_or_no_file_is_told(finding: str, folder: Path) -> None:
    Path("data.csv").unlink()
    told(explain(finding), 2, "no longer there", "call from the folder where it was assessed")
    Path("data.csv").mkdir()
    told(explain(finding), 2, "no longer there")


def test_a_finding_that_was_tampered_with_differs(finding: str) -> None:
    table = pq.read_table("out/findings.parquet")
    place = table.schema.get_field_index("value")
    values = [None if v is None else v - 20 for v in table["value"].to_pylist()]
    pq.write_table(table.set_column(place, "value", [values]), "out/findings.parquet")
    told(explain(finding), 1, "differs in: value")


@pytest.mark.parametrize("text", ["[]", '{"files": 3}', "nothing", json.dumps({"files": []})])
def test_a_record_that_is_none_is_told(finding: str, text: str) -> None:
    Path("out/assessment.json").write_text(text, "utf-8")
    told(explain(finding), 2, "is not the record of an assessment")


def test_an_id_must_name_one_finding(finding: str) -> None:
    told(explain("zzz"), 2, "no finding with an id that begins with 'zzz'")
    told(explain(""), 2, "findings with an id that begins with ''")


def test_the_folder_is_asked_for_when_there_are_several(finding: str) -> None:
    shutil.copytree("out", "again")
    told(explain(finding), 2, "say with --in which folder", "again, out")
