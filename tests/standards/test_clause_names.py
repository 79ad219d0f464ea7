import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest

from clearbay.standards import load
from clearbay.standards.clause_names import clause_in

HAN = re.compile("[\u4e00-\u9fff，；（）、]")


@pytest.mark.parametrize(
    ("clause", "english"),
    [
        ("表4", "Table 4"),
        ("表1 (3)", "Table 1 (3)"),
        ("GB 18485-2014 第7章；部令第10号第10条(1)", "GB 18485-2014 clause 7; MEE Order No. 10 Article 10(1)"),
        ("部令第10号第3、12条", "MEE Order No. 10 Articles 3 and 12"),
        ("HJ 212-2017 附录D（45 分钟）", "HJ 212-2017 Annex D (45 minutes)"),
        ("表1（待核）", "Table 1 (not checked)"),
        ("表1；部令第10号", "Table 1; MEE Order No. 10"),
        ("Part 8, 1.2", "Part 8, 1.2"),
    ],
)
def test_a_clause_reads_in_english_and_stays_in_chinese(clause: str, english: str) -> None:
    assert clause_in(clause, "en") == english
    assert clause_in(clause, "zh") == clause


def test_a_clause_written_by_hand_stays_as_it_is() -> None:
    assert clause_in("排污许可证正本", "en") == "排污许可证正本"


def test_every_clause_of_the_bundled_standards_has_an_english_form() -> None:
    found = {clause for standard in load() for clause in _clauses(standard)}
    assert len(found) > 20
    assert not {clause: clause_in(clause, "en") for clause in found if HAN.search(clause_in(clause, "en"))}


def _clauses(value: object) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if field.name == "clause":
                yield str(held)
            elif field.name == "clauses":
                yield from held.values()
            else:
                yield from _clauses(held)
    elif isinstance(value, Mapping):
        yield from (clause for one in value.values() for clause in _clauses(one))
    elif isinstance(value, tuple | list):
        yield from (clause for one in value for clause in _clauses(one))
