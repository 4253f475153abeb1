"""A document of every line of a large net is made, printed and forgotten a few lines at a time; the file appears when it is whole."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from test_read_back import READERS

from symbackprop.check.api import check_file
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.beside import beside
from symbackprop.derive.derivation import Derivation, Section, Step, Stream, Table
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.render import render
from symbackprop.render.formats import save

FORMS = ["html", "ipynb", "md", "tex", "txt"]
SMALL, MIDDLING = Network.layered([12, 10, 2]), Network.layered([16, 30, 8])  # 152 and 758 parameters


@lru_cache
def long(net: Network) -> Derivation:
    return derive(net, proof=prove(net, numbers=False, literal=False), everything=True, notation="nielsen")


def living() -> int:
    return sum(isinstance(each, Step) for each in gc.get_objects())


def watched(made: Derivation, seen: list[int]) -> Derivation:
    """The same derivation; as each block of its streams is made, the living steps are counted."""

    def watch(stream: Stream) -> Stream:
        def make() -> Iterator[object]:
            for at, block in enumerate(stream.make()):
                if at % 4 == 0:
                    seen.append(living())
                yield block

        return replace(stream, make=make)  # type: ignore[arg-type]

    def blocks(section: Section) -> tuple[object, ...]:
        return tuple(watch(each) if isinstance(each, Stream) else each for each in section.blocks)

    return replace(made, sections=tuple(Section(each.title, blocks(each)) for each in made.sections))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_no_more_than_a_few_lines_live_at_a_time(form: str, tmp_path: Path) -> None:
    made, seen, before = long(MIDDLING), list[int](), living()
    save(watched(made, seen), str(tmp_path / f"d.{form}"), form)
    assert made.count > 800 and len(seen) > 5
    assert max(seen) - before < 200


def test_the_counting_sees_lines_that_are_held() -> None:
    """The planted fault: a printer that keeps what it has printed."""
    made, seen, before = long(MIDDLING), list[int](), living()
    held = list(watched(made, seen).walk())
    assert max(seen) - before > 500 and len(held) == made.count


@pytest.mark.slow
def test_memory_is_a_small_part_of_the_document(tmp_path: Path) -> None:
    """The planted fault beside it: the same page made as one text."""
    short = derive(Network.layered([2, 3, 1]), proof=prove(Network.layered([2, 3, 1]), numbers=False))
    block = next(each for section in short.sections for each in section.blocks if isinstance(each, Table) and each.steps)
    many = Stream(120 * len(block.steps), lambda: iter([block] * 120))
    made, path = replace(short, sections=(Section("many", (many,)),)), tmp_path / "d.html"

    def peak(work: Callable[[], object]) -> int:
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    save(short, str(path), "html")  # what is loaded and cached once
    written = peak(lambda: save(made, str(path), "html"))
    size = path.stat().st_size
    assert size > 500_000 and written < 0.7 * size < peak(lambda: render(made, "html"))


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_what_the_text_holds(form: str, tmp_path: Path) -> None:
    made, path = long(SMALL), tmp_path / f"d.{form}"
    save(made, str(path), form)
    text = path.read_text(encoding="utf-8")
    assert form == "md" or text == render(made, form)  # pictures of a Markdown file are files
    assert sum(1 for _ in made.walk()) == made.count == len(made.steps)
    if form == "ipynb":
        data = json.loads(text)
        assert len(data["cells"]) > 6 and len({cell["id"] for cell in data["cells"]}) == len(data["cells"])


@pytest.mark.parametrize("form", FORMS)
def test_every_streamed_line_is_proved_again(form: str, tmp_path: Path) -> None:
    extract, ending = READERS[form]
    path = tmp_path / f"d.{ending}"
    path.write_text(extract(render(long(SMALL), form)), encoding="utf-8")
    found = [each.verdict.name for each in check_file(path, SMALL, notation="nielsen", free=("z",)) if each.verdict.name != "NO CLAIM"]
    assert len(found) == long(SMALL).count and set(found) == {"PROVED"}


def test_streamed_lines_stand_beside_one_another_in_two_notations() -> None:
    both = beside(long(SMALL), ["nielsen", "slides_layer"])
    assert both.count == sum(1 for _ in both.walk()) > 150
    assert any(isinstance(block, Table) and block.rows for section in both.sections for block in section.walk())


@pytest.mark.parametrize("form", FORMS)
def test_what_is_broken_off_leaves_nothing(form: str, tmp_path: Path) -> None:
    """Ctrl-C among the lines: no file, no part of one, and what stood there before is whole."""
    made, path = long(SMALL), tmp_path / f"d.{form}"

    def stopped() -> Iterator[Table]:
        yield Table(("", ""), (), tuple(made.walk())[:20])
        raise KeyboardInterrupt

    broken = replace(made, sections=(*made.sections, Section("more", (Stream(40, stopped),))))
    with pytest.raises(KeyboardInterrupt):
        save(broken, str(path), form)
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".svg"] == []
    save(made, str(path), form)
    whole = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        save(broken, str(path), form)
    assert path.read_bytes() == whole


KILLED = """
import os, signal, sys
from symbackprop.__main__ import main
from symbackprop.render import printer
count = printer.Printer.number
def number(self, step):
    if self.count == 150:
        os.kill(os.getpid(), signal.{signal})
    return count(self, step)
printer.Printer.number = number
sys.exit(main(["derive", "24-6-2", "--all", "--out", sys.argv[1]]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("signal", "status"), [("SIGTERM", 143), ("SIGKILL", -9)])
def test_a_kill_leaves_no_half_file(signal: str, status: int, tmp_path: Path) -> None:
    """Asked to stop, it takes its unfinished file away; killed outright, the file's name still shows that it is a part."""
    path = tmp_path / "d.html"
    done = subprocess.run([sys.executable, "-c", KILLED.format(signal=signal), str(path)], capture_output=True, check=False)
    assert done.returncode == status, done.stderr
    left = [each.name for each in tmp_path.iterdir()]
    assert all(name.endswith(".part") for name in left) and len(left) == (signal == "SIGKILL")
