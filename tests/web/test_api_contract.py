"""Every answer of the API is what its own description says, also to questions no person would ask."""

import schemathesis
from fake_live import FakeLive
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from clearbay.web.app import make_app
from clearbay.web.settings import WebSettings

load_all_checks()
ADDRESS = "http://127.0.0.1"
APP = make_app(FakeLive(), None, WebSettings(api_per_minute=0))
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", APP, headers={"Host": "127.0.0.1"})

# 400 is for parameters that are right one by one and do not go together (an end before its start): no schema says so.
# Whoever is not signed in gets 401 to a method that may write, before it is asked whether there is one.
LEFT_OUT = [positive_data_acceptance, unsupported_method]


@SCHEMA.include(path_regex="^/api/v1/").parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: Case) -> None:
    case.call_and_validate(base_url=ADDRESS, excluded_checks=LEFT_OUT)


def test_the_description_names_every_resource() -> None:
    paths = {operation.ok().path for operation in SCHEMA.get_all_operations()}
    for name in ("sites", "points", "latest", "series", "findings", "loggers", "packets", "plans"):
        assert f"/api/v1/{name}" in paths
