"""A package imports only from floors below it (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "clearbay"

FLOORS = {
    "vocabulary": 0, "standards": 0, "hj212": 0,
    "store": 1, "casebook": 1, "assess": 1, "plans": 1, "twins": 1,
    "gateway": 2, "fleet": 2, "district": 2, "files": 2,
    "platform": 3,
    "reports": 4,
    "web": 5,
    "cli": 6,
}  # fmt: skip
ALONE = {"vocabulary": set(), "standards": {"vocabulary"}, "hj212": {"vocabulary"}}
"""On the ground floor: what each may use of the others."""


def imported(path: Path) -> set[str]:
    """Packages of ours that a module imports, in function bodies too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "clearbay":
                names = [f"clearbay.{a.name}" for a in node.names]
        found |= {n.split(".")[1] for n in names if n.startswith("clearbay.") and n.count(".")}
    return found & FLOORS.keys()


@pytest.mark.parametrize("package", sorted(p.name for p in SOURCE.iterdir() if p.is_dir() and p.name in FLOORS))
def test_a_package_imports_only_from_floors_below(package: str) -> None:
    for module in (SOURCE / package).rglob("*.py"):
        for other in imported(module) - {package}:
            where = f"{module.relative_to(SOURCE)} imports {other}"
            if package in ALONE:
                assert other in ALONE[package], where
            else:
                assert FLOORS[other] < FLOORS[package], where


def test_every_package_has_a_floor() -> None:
    packages = {p.name for p in SOURCE.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert packages <= FLOORS.keys()
