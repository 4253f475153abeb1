"""Two indices exchanged below a weight of numbered neurons: where the right weight does not exist at the failing neuron, no value tells it."""

from __future__ import annotations

from collections.abc import Iterator

from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import Edit, source
from symbackprop.check.reading.syntax import Sym


def exchanged(link: Link, scope: Scope, text: str) -> Iterator[Edit]:
    """Each weight on the right side with its two indices the other way round."""
    if scope.net is None or scope.notation.labels != "number":
        return
    weights = {pattern.letter for pattern in scope.notation.patterns.get("weight", ())}
    for each in link.right.walk():
        if not isinstance(each, Sym) or each.name not in weights or each.sub is None:
            continue
        indices = [token for token in each.sub.tokens if token.kind == "name"]
        if len(indices) != 2 or indices[0].text == indices[1].text or indices[1].span[1] > len(text):
            continue
        one, other = indices
        changes = ((one.span, text[slice(*other.span)]), (other.span, text[slice(*one.span)]))
        shown = source(text, each)
        yield Edit(1, link.right, changes, f"the indices of {shown} are exchanged: it leads the other way", each.span)
