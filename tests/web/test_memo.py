"""Answers kept for a moment: given again while they are fresh, let go when they are not, never many."""

import pytest

from clearbay.web import memo


class Time:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(memo, "time", made)
    return made


def test_an_answer_is_given_again_while_it_is_fresh(clock: Time) -> None:
    asked: list[int] = []
    square = memo.kept(10)(lambda n: asked.append(n) or n * n)
    assert [square(3), square(3)] == [9, 9]
    assert asked == [3]
    clock.now = 10.0
    assert square(3) == 9
    assert asked == [3, 3]


def test_answers_too_old_to_be_given_again_are_let_go(clock: Time) -> None:
    """A page that stays open asks for spans that end now: each is asked for once and never again."""
    drawn = memo.kept(30)(bytes)
    for now in range(3600):
        clock.now = float(now)
        drawn(now)
        assert len(drawn.answers) <= 60


def test_a_crawler_does_not_fill_the_memory(clock: Time) -> None:
    page = memo.kept(60)(lambda number: number)
    for number in range(3 * memo.MOST):
        page(number)
        assert len(page.answers) <= memo.MOST


def test_what_failed_is_asked_again(clock: Time) -> None:
    answers = iter([ZeroDivisionError(), 1])

    def once(key: str) -> object:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    asked = memo.kept(60)(once)
    with pytest.raises(ZeroDivisionError):
        asked("a")
    assert asked("a") == 1
