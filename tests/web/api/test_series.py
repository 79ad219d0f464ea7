"""Values of a series over the API."""

from fastapi.testclient import TestClient

ASK = "/api/series?point=wte-1&code=a21002&basis=reference_o2&start=2026-03-29T00:00:00Z&end=2026-03-30T00:00:00Z"


def test_buckets_without_values_are_left_out_and_never_filled(client: TestClient) -> None:
    body = client.get(ASK + "&buckets=24").json()
    assert len(body["time"]) == 22  # the analyser is silent two hours a day
    assert "2026-03-29T03:00:00Z" not in body["time"]
    assert all(low <= mean <= high for low, mean, high in zip(body["low"], body["mean"], body["high"], strict=True))


def test_the_same_comes_as_csv(client: TestClient) -> None:
    answer = client.get(ASK + "&buckets=24&form=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) == 23


def test_what_cannot_be_asked_is_a_problem_with_a_reason(client: TestClient) -> None:
    for change, status, said in (
        (("point=wte-1", "point=nowhere"), 404, "nowhere"),
        (("end=2026-03-30", "end=2026-03-01"), 400, "end is not after start"),
        (("start=2026", "start=1999"), 400, "longer than"),
        (("basis=reference_o2", "basis=guess"), 422, "basis"),
    ):
        answer = client.get(ASK.replace(*change))
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.json()["detail"]
