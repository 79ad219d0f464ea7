"""What must be said of files that were assessed: what was assumed, and whether they are made up."""

from pathlib import Path

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
