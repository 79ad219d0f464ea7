"""What must be said of files that were assessed: what was assumed, what was left out, whether they are made up."""

from pathlib import Path

from clearbay.assess.permits import ALL_POINTS
from clearbay.cli.language import Language
from clearbay.platform.file_assessment import Assessment


def made_up(done: Assessment) -> str | None:
    """The comment line by which a file says that its values are made up, if one does."""
    marks = ("虚构", "made up", "made-up", "synthetic", "示例")
    return next((line for line in done.reading.comments if any(mark in line.lower() for mark in marks)), None)


def notes_by_file(done: Assessment, lang: Language) -> list[str]:
    """What was assumed in reading; with several files, each note names those it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for file in done.reading.files:
        for note in file.notes:
            about.setdefault(note.zh if lang == "zh" else note.en, []).append(Path(file.path).name)
    several = len(done.reading.files) > 1
    return [
        f"{', '.join(files)}: {text}" if several and len(files) < len(done.reading.files) else text
        for text, files in about.items()
    ]


def ignored_columns(done: Assessment, lang: Language) -> list[str]:
    """Columns that were not used, each with its number and what it resembles where it resembles something known."""
    found: dict[str, None] = {}
    for _, column in done.reading.ignored_columns:
        near = column.suggestions[:1]
        if lang == "zh":
            found[f"{column.header}（第 {column.column} 列{f'，是否 {near[0]}？' if near else ''}）"] = None
        else:
            found[f"{column.header} (column {column.column}{f', {near[0]}?' if near else ''})"] = None
    return list(found)


def unpermitted(done: Assessment) -> list[str]:
    """Points with values that no permit applies to."""
    return [name for name in _measured(done) if not any(p.applies_to(name) for p in done.request.permits)]


def silent(done: Assessment) -> list[str]:
    """Points that a permit names and no value in the files belongs to."""
    measured = set(_measured(done))
    named = dict.fromkeys(p.point_id for p in done.request.permits if p.point_id != ALL_POINTS)
    return [name for name in named if name not in measured]


def _measured(done: Assessment) -> list[str]:
    return sorted(map(str, done.reading.table["point_id"].unique().to_pylist()))
