"""Exchanges and requests, as HJ 212-2017 §6.1 to §6.7 have them."""

from datetime import datetime

import pytest

from clearbay.hj212 import Packet, Version, parse_segment
from clearbay.hj212 import requests as ask
from clearbay.hj212.exchange import Exchange, Outcome

QN = "20160801085857223"
MN = "010000A8900016F000169DC0"


def said(cn: str, data: str, qn: str = QN, st: str = "91") -> Packet:
    return parse_segment(f"QN={qn};ST={st};CN={cn};PW=123456;MN={MN};Flag=4;CP=&&{data}&&".encode())


def test_request_data_result():
    exchange = Exchange("1061", QN, 0.0)
    assert exchange.take(said("9011", "QnRtn=1"), 1.0)
    assert exchange.outcome is Outcome.EXECUTING
    assert exchange.take(said("1061", "RtdInterval=30", st="32"), 2.0)
    assert exchange.take(said("9012", "ExeRtn=1"), 3.0)
    assert exchange.outcome is Outcome.DONE
    assert exchange.packets[0].field("RtdInterval") == "30"


def test_history_comes_under_a_qn_of_its_own():
    exchange = Exchange("2051", QN, 0.0)
    exchange.take(said("9011", "QnRtn=1"), 1.0)
    assert exchange.take(said("2051", "DataTime=20160801084000", qn="20160801085857534", st="32"), 2.0)


def test_a_refusal_is_told_in_words():
    exchange = Exchange("1011", QN, 0.0)
    exchange.take(said("9011", "QnRtn=3"), 1.0)
    assert exchange.outcome is Outcome.REFUSED
    assert "PW" in exchange.detail


def test_no_answer_is_asked_again_three_times_and_then_given_up():
    exchange = Exchange("1011", QN, 0.0, time_out_s=10, resends=3)
    asked = [now for now in range(60) if exchange.tick(float(now))]
    assert asked == [10, 20, 30]
    assert exchange.outcome is Outcome.UNAVAILABLE


def test_an_execution_that_takes_too_long_is_not_asked_again():
    exchange = Exchange("3011", QN, 0.0, execution_s=100)
    exchange.take(said("9011", "QnRtn=1"), 1.0)
    assert not any(exchange.tick(float(now)) for now in range(1, 102))
    assert exchange.outcome is Outcome.TIMED_OUT


def test_the_answer_to_another_request_is_not_taken():
    exchange = Exchange("1011", QN, 0.0)
    assert not exchange.take(said("9011", "QnRtn=1", qn="20160801085857999"), 1.0)


def test_a_notice_ends_with_9013():
    exchange = Exchange("2012", QN, 0.0)
    assert exchange.is_notice
    exchange.take(said("9013", ""), 1.0)
    assert exchange.outcome is Outcome.DONE


V05 = ask.Station("88888880000001", "32", "123456", Version.V2005)
V17 = ask.Station(MN, "32", "123456")
V25 = ask.Station(MN, "31", "123456", Version.V2025)
T = datetime(2016, 8, 1, 8, 40)


@pytest.mark.parametrize(
    ("station", "cn", "fields", "expected"),
    [
        (V17, "1000", ask.time_out(5, 3), "Flag=5;CP=&&OverTime=5;ReCount=3&&"),
        (
            V17,
            "1012",
            ask.clock("w01018", datetime(2016, 8, 1, 8, 58, 57)),
            "Flag=5;CP=&&PolId=w01018;SystemTime=20160801085857&&",
        ),
        (V17, "2051", ask.history(T, T), "Flag=5;CP=&&BeginTime=20160801084000;EndTime=20160801084000&&"),
        (V17, "1072", ask.password("654321", Version.V2017), "Flag=5;CP=&&NewPW=654321&&"),
        (
            V17,
            "3016",
            ask.sampling_period("w01018", "000000", 2),
            "Flag=5;CP=&&PolId=w01018;CstartTime=000000;Ctime=2&&",
        ),
        (
            V17,
            "3021",
            ask.parameter("w01018", "i13004", "168.0"),
            "Flag=5;CP=&&PolId=w01018;InfoId=i13004;i13004-Info=168.0&&",
        ),
        (V05, "1072", ask.password("654321", Version.V2005), "Flag=3;CP=&&PW=654321&&"),
        (V05, "2051", ask.history(T, T), "Flag=3;CP=&&BeginTime=20160801084000,EndTime=20160801084000&&"),
        (V05, "2012", [], "MN=88888880000001;CP=&&&&"),
        (V05, "3011", ask.instrument("101", Version.V2005), "Flag=3;CP=&&PolID=101&&"),
        (V25, "1014", ask.new_key(T, "k" * 16), f"Flag=9;CP=&&SKCreateTime=20160801084000;NewSK={'k' * 16}&&"),
        (V25, "1002", ask.new_mn(MN), f"Flag=9;CP=&&MN={MN}&&"),
        (V25, "3022", ask.instrument("w01018", Version.V2025), "Flag=9;CP=&&PolId=w01018&&"),
    ],
)
def test_requests(station: ask.Station, cn: str, fields: ask.Fields, expected: str):
    made = ask.request(station, cn, QN, fields).decode()
    assert made.startswith(f"QN={QN};ST={station.st};CN={cn};PW=123456;MN={station.mn};")
    assert made.endswith(expected)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ask.real_time_interval(29),
        lambda: ask.minute_interval(7),
        lambda: ask.time_out(0, 3),
        lambda: ask.password("12345", Version.V2017),
        lambda: ask.history(datetime(2026, 1, 2), datetime(2026, 1, 1)),
        lambda: ask.sampling_period("w01018", "24", 2),
        lambda: ask.new_key(T, "short"),
        lambda: ask.new_mn("short"),
        lambda: ask.request(V17, "9014", QN),
        lambda: ask.request(V17, "2081", QN),
    ],
)
def test_what_a_logger_would_refuse_is_not_sent(wrong):
    with pytest.raises(ask.RequestError):
        wrong()
