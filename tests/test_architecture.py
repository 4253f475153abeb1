"""The strata hold: every import points down, the kernel stands alone, and these checks can fail."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "symbackprop"

# From the ground up; a file may import its own stratum's folder and everything below, never above.
STRATA: list[tuple[str, ...]] = [
    ("kernel",),
    ("errors", "files", "discovery", "display", "door", "remembered", "shipped"),
    ("symbols", "translate", "laws"),
    ("activations", "losses"),
    ("units", "wiring", "networks", "specs", "heads"),
    ("notation",),
    ("forward",),
    ("gradients",),
    ("proofs",),
    ("judges", "claims"),
    ("derive", "codegen"),
    ("render", "training", "check"),
    ("catalogue",),
    ("commands",),
    ("__main__", "__init__"),
]
ROOMS = {"render", "check", "training", "derive", "codegen"}
APART = {  # rooms that do not know each other (design: one explains, one checks, one compiles)
    "codegen": {"derive", "render", "check"},
    "training": {"derive", "render", "check"},
    "derive": {"training", "codegen"},
    "render": {"training", "codegen"},
    "check": {"training", "codegen"},
}
EXTRAS = {"matplotlib", "sklearn", "numba", "jax", "torch", "z3", "rich", "typst", "scipy", "pandas"}


def rank(room: str) -> int:
    for level, names in enumerate(STRATA):
        if room in names:
            return level
    raise AssertionError(f"{room} has no stratum: give it its place in STRATA")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Every imported module of ours or others, and whether it stands at the top of the file."""
    top = set(map(id, tree.body)) if isinstance(tree, ast.Module) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield each.name, id(node) in top
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top
            if node.module == "symbackprop":
                for each in node.names:
                    yield f"symbackprop.{each.name}", id(node) in top


def violations(path: Path, source: str) -> list[str]:
    """Every arrow of one file that points up, or crosses between rooms that do not know each other."""
    module = "symbackprop." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    here = room_of(module)
    found = []
    for name, _ in imports(ast.parse(source)):
        if not name.startswith("symbackprop") or name in ("symbackprop", "symbackprop.__version__"):
            continue
        there = room_of(name)
        if there == here:
            continue
        if rank(there) > rank(here):
            found.append(f"{module} -> {name} points up")
        if there in APART.get(here, ()):
            found.append(f"{module} -> {name}: these rooms do not know each other")
    if here == "gradients":
        stem = path.stem
        other = {"direct": "delta", "delta": "direct"}.get(stem)
        if other and any(name == f"symbackprop.gradients.{other}" for name, _ in imports(ast.parse(source))):
            found.append(f"{module} imports the other route")
    return found


def test_every_import_points_down() -> None:
    found = [line for path in sorted(PACKAGE.rglob("*.py")) for line in violations(path, path.read_text())]
    assert not found, "\n".join(found)


def test_the_check_can_fail() -> None:
    """Planted violations: an arrow up, a meeting of the two routes, and two rooms that know each other."""
    up = "from symbackprop.proofs.prove import prove\n"
    assert violations(PACKAGE / "networks.py", up) == ["symbackprop.networks -> symbackprop.proofs.prove points up"]
    meeting = "def f():\n    import symbackprop.gradients.delta\n"
    assert violations(PACKAGE / "gradients" / "direct.py", meeting)
    assert violations(PACKAGE / "training" / "x.py", "from symbackprop.check import check\n")
    assert violations(PACKAGE / "kernel" / "x.py", "from symbackprop.errors import ShapeError\n")


def test_only_the_kernel_and_its_callers_decide() -> None:
    """No simplify, equals, eval, exec, sympify or pickle anywhere in the package."""
    banned = {"simplify", "equals", "eval", "exec", "sympify", "parse_expr", "parse_latex", "pickle", "nsimplify"}
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = None
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = {each.name for each in node.names} | {getattr(node, "module", None)}
                name = next(iter(names & banned), None)
            if name in banned and not (name == "exec" and _own_source(path)):
                found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {name}")
    assert not found, "\n".join(found)


def _own_source(path: Path) -> bool:
    """The code generator runs source that it wrote itself, never a user's text."""
    return path.parent.name in ("codegen", "backends")


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = (
        "import sys, symbackprop, symbackprop.kernel.verify\n"
        f"heavy = {sorted(EXTRAS | {'sympy', 'numpy', 'mpmath'})!r}\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_door_loads_no_extra() -> None:
    script = (
        "import sys, symbackprop as s\n"
        "s.prove(s.Network.layered([2, 2, 1]))\n"
        f"print([name for name in {sorted(EXTRAS)!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
