"""A mutant judged twice: by the referee and by the checker, with what the two say of each other."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache

from fuzz_formulas import right_formulas
from fuzz_nets import ALL, levels, settings
from fuzz_slips import slips
from fuzz_writing import Style, Unwritable, Writer
from referee import Formula, verdict
from referee_nets import Net

from symbackprop.check.api import check_formula
from symbackprop.check.documents.settings import Settings


@dataclass(frozen=True)
class Row:
    """One mutant judged: by the referee, by the checker, and whether the corrected formula was proved when read anew."""

    kind: str
    net: str
    notation: str
    slips: int
    truth: bool | None
    answer: str
    explained: bool
    seconds: float
    text: str = ""

    @property
    def false(self) -> bool:
        """A verdict that the referee contradicts."""
        proved = self.answer.startswith("PROVED")
        return (proved and self.truth is False) or (self.answer == "REFUTED" and self.truth is not False)

    @property
    def wrong(self) -> bool:
        """A formula that is wrong."""
        return self.truth is False


@lru_cache(maxsize=4)
def told(net: Net, style: Style, apart: tuple[tuple[str, str], ...]) -> Settings:
    """The settings, kept while one net is looked at."""
    return settings(net, style, apart)


def judge(kind: str, formula: Formula, net: Net, style: Style, count: int) -> Row:
    """One formula judged twice."""
    text = Writer(style, net).formula(formula)
    truth = verdict(formula, net, levels(net, style))
    told_ = told(net, style, formula.apart)
    started = time.perf_counter()
    finding = check_formula(text, told_, explain=truth is False)[0]
    seconds = time.perf_counter() - started
    explained = bool(finding.corrected) and check_formula(finding.corrected, told_, explain=False)[0].verdict.holds
    row = Row(kind, str(net), style.notation, count, truth, finding.verdict.name, explained, round(seconds, 4))
    keep = row.false or (row.wrong and not explained)
    return Row(**{**asdict(row), "text": text}) if keep else row


def mutants(seed: int, doubled: bool) -> Iterator[Row]:
    """Endless mutants of right formulas, drawn by the seed: every net and notation alike, every kind of slip alike."""
    draw = random.Random(f"{seed} {doubled}")
    formulas: dict[int, list[Formula]] = {}
    while True:
        at = draw.randrange(len(ALL))
        style, net = ALL[at]
        writer = Writer(style, net)
        formula = draw.choice(formulas.setdefault(at, right_formulas(net, style)))
        kind = "none"
        try:
            writer.formula(formula)
            if draw.random() > 0.05 or doubled:
                kind, formula = pick(draw, formula, net)
                if doubled:
                    second, formula = pick(draw, formula, net)
                    kind = " + ".join(sorted((kind, second)))
            yield judge(kind, formula, net, style, 1 + doubled if kind != "none" else 0)
        except (Unwritable, IndexError):
            continue


def pick(draw: random.Random, formula: Formula, net: Net) -> tuple[str, Formula]:
    """A slip, every kind with the same chance."""
    options = list(slips(formula, net))
    kind = draw.choice(sorted({kind for kind, _ in options}))
    return kind, draw.choice([each for name, each in options if name == kind])
