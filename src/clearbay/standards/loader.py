"""Reads standards: the files that come with Clearbay, and a district's own beside them."""

import hashlib
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from clearbay.standards.build import standard
from clearbay.standards.checks import check, check_codes
from clearbay.standards.collection import Standards
from clearbay.standards.errors import StandardsFileError, StandardsFilesError
from clearbay.standards.model import Standard
from clearbay.standards.schema import StandardFile
from clearbay.standards.schema_problems import explain
from clearbay.standards.stack_rules import StackRules
from clearbay.standards.yaml_source import Source, read

SUFFIXES = (".yaml", ".yml")


def bundled_folder() -> Path:
    """The folder of the standards that come with Clearbay."""
    return Path(str(files("clearbay.standards"))) / "data"


def load(*folders: Path) -> Standards:
    """Load the bundled standards and then a district's own folders of YAML files.

    Raises
    ------
    StandardsFilesError : with every problem of every file (`problems`: path, line, column, reason, hint).
    """
    return load_only(bundled_folder(), *folders)


def load_only(*folders: Path) -> Standards:
    """Load folders of standards files and nothing else; raises as `load`."""
    problems: list[StandardsFileError] = []
    found: dict[str, tuple[Standard, Source]] = {}
    for folder in folders:
        if not folder.is_dir():
            reason = "this is a file, not a folder" if folder.exists() else "there is no such folder"
            problems.append(StandardsFileError(folder, 1, 1, reason, "name a folder of .yaml files"))
            continue
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
        if not paths:
            problems.append(StandardsFileError(folder, 1, 1, "the folder holds no .yaml file"))
        for path in paths:
            one, source = read_file(path)
            problems += source.problems
            if one is None:
                continue
            if one.id in found:
                line, column = source.mark(("id",))
                reason = f"the id {one.id!r} is already taken by {found[one.id][0].path}"
                problems.append(StandardsFileError(path, line, column, reason, "give the standard an id of its own"))
                continue
            found[one.id] = one, source
    _check_references(found, problems)
    if problems:
        raise StandardsFilesError(problems)
    ordered = sorted((s for s, _ in found.values()), key=lambda s: (s.family, s.valid_from, s.id))
    return Standards(tuple(ordered))


def read_file(path: Path) -> tuple[Standard | None, Source]:
    """Read one file: the standard, or None and the problems in the source."""
    source = read(path)
    if source.data is None or source.problems:
        return None, source
    if not isinstance(source.data, dict):
        source.problem((), "the file is not a standard", "it starts with `id:`, `family:`, `kind:` …")
        return None, source
    try:
        file = StandardFile.model_validate(source.data)
    except ValidationError as error:
        explain(error, source)
        check_codes(source)
        source.problems.sort(key=lambda problem: (problem.line, problem.column))
        return None, source
    check(file, source)
    if source.problems:
        return None, source
    return standard(file, path, hashlib.sha256(path.read_bytes()).hexdigest()), source


def _check_references(found: dict[str, tuple[Standard, Source]], problems: list[StandardsFileError]) -> None:
    """Rules name the family whose limits they use: it must be there."""
    families = {s.family for s, _ in found.values()}
    for one, source in found.values():
        if one.rules is None or isinstance(one.rules, StackRules):
            continue
        if one.rules.limits_of not in families:
            section = "surface_water_rules" if one.kind == "surface_water_rules" else "ambient_air_rules"
            line, column = source.mark((section, "limits_of"))
            reason = f"limits_of names the family {one.rules.limits_of!r}, which no file has"
            problems.append(StandardsFileError(one.path, line, column, reason))
