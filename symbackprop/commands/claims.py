"""symbackprop claims [NAME [WORD ...]]: claims that are not derivatives, the textbooks' own or with the reader's inputs, decided."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.claims.claim import Claim
    from symbackprop.claims.question import Question

NAME = "claims"
HELP = "decide the textbooks' claims that are not derivatives (XOR, bounds, linear nets, counts)"
EXAMPLE = "symbackprop claims xor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `claims`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="one claim, or a question with blanks (all claims)")
    parser.add_argument("words", metavar="WORD", nargs="*", help="what fills the blanks of a question (--list shows them)")
    parser.add_argument("--list", action="store_true", help="the names of the claims, and the questions with their blanks")
    parser.add_argument(
        "--false", action="store_true", help="also show the false neighbour of each claim and its refutation"
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where every claim asked for is proved."""
    from symbackprop.claims.claim import all_claims
    from symbackprop.claims.question import all_questions
    from symbackprop.errors import unknown_name

    known, questions = all_claims(), all_questions()
    if options.list:
        return _list(list(known.values()), list(questions.values()))
    if options.name in questions:
        return _question(questions[options.name], options)
    if options.words:
        raise unknown_name("question with blanks", options.name, questions)
    if options.name and options.name not in known:
        raise unknown_name("claim", options.name, [*known, *questions])
    chosen = [known[options.name]] if options.name else list(known.values())
    verdicts = [claim.decide() for claim in chosen]
    if options.json:
        rows = [{"name": c.name, "statement": c.statement, **v.data()} for c, v in zip(chosen, verdicts)]
        print(json.dumps(rows))
        return 0 if all(verdict.holds for verdict in verdicts) else 1
    for claim, verdict in zip(chosen, verdicts):
        print(f"{verdict}  {claim.statement}  [{claim.name}]")
        print(f"  by {verdict.engine}" + (f", {verdict.scope}" if verdict.scope else ""))
        for note in verdict.notes if options.name else verdict.notes[-1:]:
            print(f"  {note}")
        if options.false:
            other = claim.false_neighbour[1]()
            print(f"  {other}  {claim.false_neighbour[0]}: {other.reason}")
    print(f"{sum(verdict.holds for verdict in verdicts)} of {len(verdicts)} claims proved")
    return 0 if all(verdict.holds for verdict in verdicts) else 1


def _list(claims: list[Claim], questions: list[Question]) -> int:
    for claim in claims:
        print(f"  {claim.name:<24} {claim.statement}")
    print("\nquestions with blanks, for other inputs:")
    for each in questions:
        print(f"  {each.name} {each.usage}\n      {each.asks}; such as: symbackprop claims {each.name} {each.example}")
    print("\ninequalities, limits and identities: symbackprop check --net none --free z -e '\\sigma(z)(1-\\sigma(z)) \\le 1/4'")
    return 0


def _question(question: Question, options: argparse.Namespace) -> int:
    """0 proved, 1 refuted, 2 neither."""
    from symbackprop.claims.question import answer

    sentence, verdict = answer(question, options.words)
    if options.json:
        print(json.dumps({"name": question.name, "statement": sentence, **verdict.data()}))
    else:
        print(f"{verdict}  {sentence}")
        print(f"  by {verdict.engine}" + (f", {verdict.scope}" if verdict.scope else ""))
        for note in (verdict.reason, *verdict.notes):
            print(f"  {note}" if note else "", end="\n" if note else "")
        witness = getattr(verdict, "witness", {})
        if witness:
            print("  witness   " + ", ".join(f"{name} = {value}" for name, value in witness.items()))
    return 0 if verdict.holds else 1 if verdict.name == "REFUTED" else 2
