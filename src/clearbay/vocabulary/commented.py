"""Lines of a text that people write comments into."""

from collections.abc import Iterable, Iterator


class Uncommented:
    """The lines that do not begin with `#`; `line` is the number of the one given last, counted with the comments."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        for text in self._lines:
            self.line += 1
            if not text.startswith("#"):
                yield text
