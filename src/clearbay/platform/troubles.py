"""What keeps a running service from doing its work, in the words its pages show: it goes on, but somebody must act."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clearbay.district.problems import Problem

PROBLEMS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence in both languages."""

    zh: str
    en: str


def refused(problems: Iterable[Problem]) -> tuple[Trouble, ...]:
    """Say that the district's files were changed and are not whole, and the first of what is wrong with them."""
    return tuple(_refused([problem for problem in problems if problem.level == "error"]))


def _refused(problems: list[Problem]) -> Iterator[Trouble]:
    yield Trouble(
        "示范区文件已修改但有错误，未被采用；此前的配置继续有效：",
        "The district's files were changed and have errors; what held before goes on holding:",
    )
    for problem in problems[:PROBLEMS_SHOWN]:
        yield Trouble(problem.said("zh"), problem.said("en"))
    if len(problems) > PROBLEMS_SHOWN:
        more = len(problems) - PROBLEMS_SHOWN
        yield Trouble(f"另有 {more} 处，见 clearbay district check", f"and {more} more: clearbay district check")


def not_taken_up(error: Exception) -> tuple[Trouble, ...]:
    """Say that a change of the district cannot be put in force for now."""
    return (
        Trouble(
            f"示范区文件的修改暂时无法生效（{error}）；将自动重试",
            f"A change of the district's files cannot be put in force for now ({error}); it is tried again",
        ),
    )


def not_followed(error: Exception) -> tuple[Trouble, ...]:
    """Say that new values cannot be shown for now."""
    return (
        Trouble(
            f"新到的数据暂时无法读取（{error}）；将自动重试",
            f"What comes in cannot be read for now ({error}); it is tried again",
        ),
    )


def full(said: str) -> tuple[Trouble, ...]:
    """Say that nothing is acknowledged to loggers; `said` is the store's own reason."""
    return (
        Trouble(
            f"数据暂时无法入库，未向数采仪确认，数采仪会重发（{said}）",
            f"Nothing can be kept, so nothing is acknowledged and loggers will send it again ({said})",
        ),
    )


def not_judged(error: BaseException) -> tuple[Trouble, ...]:
    """Say that findings are no longer made."""
    return (
        Trouble(
            f"连续评价已停止（{type(error).__name__}）：数据照常入库，但不再产生新的判定；请查看日志并重新启动服务",
            f"Continuous assessment has stopped ({type(error).__name__}): values are kept, but nothing is judged any "
            "more; look at the log and start the service again",
        ),
    )
