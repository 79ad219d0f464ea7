"""What is shown can be taken along, whole, in three forms that agree, and no cell is a formula."""

import io
import re
from datetime import UTC, datetime

import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient

from clearbay.web.exporting import as_text, export

SPAN = "start=2026-03-29T00:00:00Z&end=2026-03-30T00:00:00Z"
FILES = (
    "/findings{}?point=DW001&averaging=day",
    "/points/wte-1/series{}?code=a21002&basis=reference_o2&unit=mg/m3&" + SPAN,
    "/loggers{}?",
    "/packets{}?verdict=refused",
)


def plan_path(client: TestClient) -> str:
    name = client.get("/api/v1/plans").json()["items"][0]["name"]
    return f"/plans/{name}/projects{{}}?at=2024-06-30"


@pytest.mark.parametrize("path", [*FILES, "plan"])
def test_three_forms_hold_the_same_rows(client: TestClient, path: str) -> None:
    path = plan_path(client) if path == "plan" else path
    parquet = pl.read_parquet(io.BytesIO(client.get(path.format(".parquet")).content))
    text = pl.read_csv(io.BytesIO(client.get(path.format(".csv")).content), infer_schema=False)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(path.format(".xlsx")).content)).worksheets[0]
    assert parquet.height == text.height == sheet.max_row - 1 > 0
    assert parquet.columns == text.columns
    assert [str(c.value).split(" [")[0] for c in sheet[1]] == parquet.columns
    first = parquet.columns[0]
    assert text[first].to_list() == [str(v) for v in parquet[first]] == [str(r[0].value) for r in sheet.iter_rows(2)]


@pytest.mark.parametrize("path", FILES)
def test_simulated_data_say_so_in_name_and_rows(client: TestClient, path: str) -> None:
    answer = client.get(path.format(".csv"))
    assert 'filename="simulated-' in answer.headers["content-disposition"]
    assert answer.text.splitlines()[0].endswith("simulated")


def test_a_file_holds_every_page_of_the_list(client: TestClient) -> None:
    shown = client.get("/findings?point=DW001").text
    assert 'rel="next"' in shown
    rows = pl.read_parquet(io.BytesIO(client.get("/findings.parquet?point=DW001").content))
    assert rows.height > 100
    assert set(rows["point_id"]) == {"DW001"}


def test_pages_lead_to_their_files(client: TestClient) -> None:
    findings = client.get("/findings?verdict=exceeded").text
    assert re.search(r'href="/findings\.xlsx\?verdict=exceeded"', findings)
    plan = plan_path(client).split("/")[2]
    for page in ("/loggers", "/packets", f"/plans/{plan}", "/points/wte-1?code=a21002"):
        links = re.findall(r'href="([^"]+\.(?:csv|xlsx|parquet)[^"]*)" download', client.get(page).text)
        assert len(links) == 3, page
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_text_becomes_a_formula(live: object, text: str) -> None:
    assert as_text(text) == f"'{text}"
    table = pl.DataFrame({"said": [text], "at": [datetime(2026, 3, 1, tzinfo=UTC)]})
    written = export(table, "x", "xlsx", live).body  # type: ignore[arg-type]
    cell = openpyxl.load_workbook(io.BytesIO(bytes(written))).worksheets[0]["A2"]
    assert cell.data_type == "s"


def test_a_negative_figure_stays_a_figure() -> None:
    assert as_text("-3.5") == "-3.5"
    assert as_text("清河") == "清河"


def test_a_packet_file_shows_no_password(client: TestClient) -> None:
    assert "123456" not in client.get("/packets.csv").text


def test_an_instant_carries_its_offset_or_its_zone(client: TestClient) -> None:
    assert "+08:00" in client.get("/loggers.csv").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/loggers.xlsx").content))
    assert any("Asia/Shanghai" in str(cell.value) for cell in book.worksheets[0][1])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/findings.doc", 422), ("/findings.csv?since=soon", 400), ("/points/none/series.csv?code=a21002&" + SPAN, 404)],
)
def test_what_cannot_be_had_is_said(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
