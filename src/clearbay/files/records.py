"""One line of delimited text into its cells: the careful way, as the fast parser would, but one line at a time.

RFC 4180 as spreadsheets write it: a quote counts only at the start of a cell, `""` inside is one quote, and what
follows a closing quote is taken as it is.
"""


def split_record(text: str, delimiter: str, strict: bool = False) -> list[str] | None:
    """Split one record into cells; None when a quotation mark is opened and not closed.

    With `strict` a closing quote must end its cell, else there are no cells: two stray quotes are no pair.
    """
    if '"' not in text:
        return text.split(delimiter)
    cells: list[str] = []
    at, size = 0, len(text)
    while True:
        if at < size and text[at] == '"':
            cell, at = _quoted(text, at + 1)
            if at < 0:
                return None
            if strict and at < size and text[at] != delimiter:
                return []
        else:
            cell = ""
        end = text.find(delimiter, at)
        if end < 0:
            cells.append(cell + text[at:])
            return cells
        cells.append(cell + text[at:end])
        at = end + 1


def _quoted(text: str, at: int) -> tuple[str, int]:
    """Read a quoted cell from just after its opening quote; the position after the closing one, or -1."""
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            return "", -1
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1
        parts.append('"')
        at = end + 2
