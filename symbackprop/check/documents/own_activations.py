"""The generic letter of activations where a text lists several: ReLU: sigma(x) = max(0, x), then tanh, then what their slopes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.finding import Defined
from symbackprop.check.meaning.define import definition_of
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Definition, Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node
from symbackprop.proofs.verdict import Verdict

_OTHERS = ("relu", "tanh", "softplus", "sigmoid")
_GENERIC = frozenset(["sigma", "g", "f", "phi", "varphi", "h"])


@dataclass
class OwnActivations:
    """What the text has called by the letter since its last section, beside what the net or the custom calls so."""

    named: dict[str, Definition] = field(default_factory=dict)

    def judged(self, link: Link, verdict: Verdict, trial_for: Callable[[Link], Scope]) -> Verdict:
        """The verdict, or a definition where the line gives the letter another activation; a later line may speak of that one."""
        if verdict.holds or link.op != "=" or verdict.name not in ("REFUTED", "UNDECIDED", "UNDEFINED"):
            return verdict
        made = self._another(link, trial_for) if isinstance(link.left, ast.Juxt) else None
        if made is not None:
            self.named[made.name] = made
            return Defined(reason=f"defines {made.name} as another activation, until the section ends")
        used = {spelling(replace(each, primes=0)) for side in (link.left, link.right) for each in side.walk() if isinstance(each, ast.Sym)}
        if not used & self.named.keys():
            return verdict
        trial = trial_for(link)
        trial.definitions |= {name: self.named[name] for name in used & self.named.keys()}
        trial.world = type(trial.world)(trial.net)
        again = decide(replace(link), trial)
        said = ", ".join(f"{name} as this section defines it" for name in sorted(used & self.named.keys()))
        return replace(again, notes=(*again.notes, said)) if again.holds else verdict

    def _another(self, link: Link, trial_for: Callable[[Link], Scope]) -> Definition | None:
        """What the line defines: a generic letter of one variable, the right side a customary activation of it."""
        left = link.left
        assert isinstance(left, ast.Juxt)
        head, scope = left.items[0], trial_for(link)
        if len(left.items) != 2 or not isinstance(head, ast.Sym) or head.sub or head.sup or head.primes:
            return None
        if head.name not in _GENERIC | set(scope.notation.activation_letters):
            return None
        made = _definition(left, link.right, scope)
        if made is None or len(made.params) != 1:
            return None
        like = (ast.Juxt(left.span, (ast.Sym(head.span, name), *left.items[1:])) for name in _OTHERS)
        leaky = any(isinstance(each, ast.Sym) and each.name == "max" for each in link.right.walk())
        same = leaky or any(decide(Link(each, "=", link.right, link.span), trial_for(link)).holds for each in like)
        return made if same else None


def _definition(left: ast.Juxt, right: Node, scope: Scope) -> Definition | None:
    made = definition_of(left, right, scope, forced=True)
    if isinstance(made, Definition):
        return made
    inner = left.items[1].inner if isinstance(left.items[1], ast.Group) else left.items[1]
    plain = isinstance(inner, ast.Sym) and not (inner.sup or inner.primes)
    head = left.items[0]
    return Definition(spelling(head), (spelling(inner),), right) if plain and isinstance(inner, ast.Sym) and isinstance(head, ast.Sym) else None
