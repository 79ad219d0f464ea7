"""What programs read: pages of findings to the last one, accounts that balance, packets without passwords."""

from fastapi.testclient import TestClient


def test_pages_of_findings_lead_to_every_one_once(client: TestClient) -> None:
    seen: list[str] = []
    address = "/api/v1/findings?point=DW001&averaging=day&limit=40"
    while address:
        body = client.get(address).json()
        seen += [one["finding_id"] for one in body["items"]]
        address = body["next"]
    everything = client.get("/api/v1/findings?point=DW001&averaging=day&limit=1000").json()
    assert len(seen) == len(set(seen)) == len(everything["items"]) > 40
    assert everything["next"] is None


def test_a_page_names_the_next_one_in_its_header_too(client: TestClient) -> None:
    answer = client.get("/api/v1/findings?verdict=exceeded&limit=1")
    assert answer.headers["link"] == f'<{answer.json()["next"]}>; rel="next"'
    assert "verdict=exceeded" in answer.json()["next"]


def test_a_finding_comes_with_the_windows_it_rests_on(client: TestClient) -> None:
    one = client.get("/api/v1/findings?point=DW001&averaging=day&limit=1").json()["items"][0]
    body = client.get(f"/api/v1/findings/{one['finding_id']}").json()
    assert len(body["windows"]) == 24
    assert sum(w["why"] == "used" for w in body["windows"]) == body["valid"]
    assert client.get(f"/api/v1/findings/{one['finding_id']}/revisions").json()["items"] == [one]


def test_who_has_the_answer_already_is_told_so(client: TestClient) -> None:
    first = client.get("/api/v1/points")
    again = client.get("/api/v1/points", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_account_of_a_logger_balances(client: TestClient) -> None:
    for one in client.get("/api/v1/loggers").json()["items"]:
        assert one["received"] == one["stored"] + one["refused"] + one["duplicate"]


def test_a_packet_is_explained_and_its_password_is_not_shown(client: TestClient) -> None:
    newest = client.get("/api/v1/packets?verdict=accepted&limit=1").json()["items"][0]
    answer = client.get(f"/api/v1/packets/{newest['packet_id']}")
    assert "123456" not in answer.text
    assert answer.json()["observations"][0]["code"] == "a21026"


def test_older_packets_follow_the_newest(client: TestClient) -> None:
    first = client.get("/api/v1/packets?limit=5").json()
    second = client.get(first["next"]).json()
    assert second["items"][0]["number"] == first["items"][-1]["number"] - 1


def test_a_plan_is_folded_to_the_day_asked_for(client: TestClient) -> None:
    name = client.get("/api/v1/plans").json()["items"][0]["name"]
    body = client.get(f"/api/v1/plans/{name}?at=2024-06-30").json()
    assert (body["at"], body["as_of"]) == ("2024-06-30", "2024-06-30")
    assert body["counts"]["total"] == sum(body["counts"]["lights"].values())
    assert len(body["projects"]) >= body["counts"]["total"]


def test_what_is_not_there_or_not_asked_rightly_is_a_problem(client: TestClient) -> None:
    for path, status in (
        ("points/none", 404),
        ("latest?point=none", 404),
        ("findings/none", 404),
        ("findings/none/revisions", 404),
        ("packets/none", 404),
        ("plans/none", 404),
        ("findings?since=2026-03-01T00:00:00", 422),  # without an offset it names no instant
        ("findings?verdict=fine", 422),
        ("nothing", 404),
    ):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
