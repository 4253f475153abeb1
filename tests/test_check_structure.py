"""The checker's files: storeys that import downwards, no circle, one idea a file, one table of Greek letters; and the checks can fail."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "symbackprop"
ROOMS = ("check", "notation")
STOREYS = ("reading", "exact", "meaning", "deciding", "mending", "documents")  # from the ground up; the door (api) stands on top


def graph(sources: dict[str, str]) -> dict[str, set[str]]:
    """Which module imports which, imports inside functions included."""
    out = dict[str, set[str]]()
    for module, source in sources.items():
        out[module] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{each.name}" for each in node.names}
                out[module] |= {name if name in sources else node.module for name in names} & sources.keys()
        out[module].discard(module)
    return out


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """One circle of imports, empty where there is none."""
    done = set[str]()

    def walk(module: str, path: list[str]) -> list[str]:
        for other in sorted(arrows[module]):
            if other in path:
                return [*path[path.index(other) :], other]
            if other not in done:
                found = walk(other, [*path, other])
                if found:
                    return found
        done.add(module)
        return []

    return next((found for module in sorted(arrows) if module not in done for found in [walk(module, [module])] if found), [])


def modules(room: str) -> dict[str, str]:
    return {
        "symbackprop." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path.read_text()
        for path in (PACKAGE / room).rglob("*.py")
    }


def upward(arrows: dict[str, set[str]]) -> list[str]:
    """Every import of the checker that leads to a higher storey."""

    def height(module: str) -> int:
        storey = module.split(".")[2]
        return STOREYS.index(storey) if storey in STOREYS else len(STOREYS)

    return [f"{module} -> {other}" for module, others in arrows.items() for other in others if height(other) > height(module)]


def test_no_import_circle_in_the_checker() -> None:
    for room in ROOMS:
        assert circle(graph(modules(room))) == []


def test_every_storey_of_the_checker_stands_on_the_ones_below() -> None:
    assert upward(graph(modules("check"))) == []


def test_a_planted_circle_and_an_import_upwards_are_found() -> None:
    planted = modules("check")
    planted["symbackprop.check.meaning.quantities"] += "\ndef f():\n    from symbackprop.check.meaning.evaluate import evaluate\n"
    assert "symbackprop.check.meaning.quantities" in circle(graph(planted)) and not upward(graph(planted))
    planted["symbackprop.check.reading.tokens"] += "\nfrom symbackprop.check.mending.edit import Edit\n"
    assert upward(graph(planted)) == ["symbackprop.check.reading.tokens -> symbackprop.check.mending.edit"]


def test_files_hold_one_idea() -> None:
    long = [path.name for room in ROOMS for path in (PACKAGE / room).rglob("*.py") if len(path.read_text().splitlines()) > 350]
    assert not long


def test_greek_letters_stand_in_one_table() -> None:
    tables = [str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")
              if '"upsilon"' in path.read_text() or "upsilon phi" in path.read_text()]  # fmt: skip
    assert tables == ["notation/greek.py"]
