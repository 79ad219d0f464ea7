"""Finds the plan books in `plans/` and checks that the approved plan of each can be read."""

from pathlib import Path

from clearbay.district.located import nearest
from clearbay.district.main_file import FILE as MAIN_FILE
from clearbay.district.main_file import MainFile
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.plans.errors import PlanError, PlanFileError
from clearbay.plans.folder import read_plan

FOLDER = "plans"


def read_plans(snapshot: Snapshot, main: MainFile, problems: Problems) -> tuple[Path, ...]:
    """Give the plan folders: those that `district.yaml` lists in its order, then the others by name."""
    there = {name.split("/")[1] for name in snapshot.files if name.startswith(f"{FOLDER}/")}
    whole = [name for name in sorted(there) if f"{FOLDER}/{name}/plan.yaml" in snapshot.files]
    for name in sorted(there - set(whole)):
        problems.add(f"{FOLDER}/{name}", 0, "no_plan")
    for line, name in main.plans:
        if name not in there:
            problems.add(MAIN_FILE, line, "unknown_plan", value=name, near=nearest(name, whole))
    for name in whole:
        try:
            read_plan(snapshot.folder / FOLDER / name)
        except PlanFileError as error:
            for problem in error.problems:
                problems.add(f"{FOLDER}/{name}/{problem.where}", 0, "plan", reason=_said(problem.what, problem.do))
        except PlanError as error:
            problem = error.problem
            problems.add(f"{FOLDER}/{name}/{problem.where}", 0, "plan", reason=_said(problem.what, problem.do))
    listed = [name for _, name in main.plans if name in whole]
    return tuple(snapshot.folder / FOLDER / name for name in dict.fromkeys([*listed, *whole]))


def _said(what: str, do: str) -> str:
    return f"{what}; {do}" if do else what
