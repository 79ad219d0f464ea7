"""Every worked case comes out as its clause, worked by hand, says."""

import pytest

from clearbay.standards import Standards
from tests.assess.stack_cases.amounts import run_amounts
from tests.assess.stack_cases.harness import Case, cases, run

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, standards: Standards) -> None:
    found = run_amounts(case) if "amounts" in case.content else run(case, standards)
    assert not found, "\n".join([case.content["title"]["zh"], case.content["clause"], *found])


def test_there_are_enough_cases_and_each_is_told_once() -> None:
    titles = [case.content["title"]["en"] for case in CASES]
    assert len(titles) == len(set(titles)) >= 40
