"""Three ways to write a bias are one net: a parameter b, a bias neuron that puts out 1, a weight w_0 on the input x_0 = 1."""

from __future__ import annotations

from symbackprop.claims.claim import Claim
from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.verdict import Proved, Refuted, Verdict

SCOPE = "every width, each layer, undefined sigma and C"


def _draft(value: str) -> Draft:
    draft = Draft("bias styles", {"I": "units of the layer below", "J": "units of the layer"})
    draft.declare("a[i:I]", "variable", "outputs of the layer below")
    draft.declare("w[j:J,i:I]", "variable", "weights")
    draft.declare("b[j:J]", "variable", "bias parameters")
    draft.declare("v[j:J]", "variable", "weights from the bias neuron, or from x_0")
    draft.declare("one", "constant", "what the bias neuron puts out, or x_0")
    draft.declare("z[j:J]", "definition", **{"as": "w[j,i] a[i] + b[j]"})
    draft.declare("u[j:J]", "definition", **{"as": "w[j,i] a[i] + v[j] one"})
    draft.declare("C", "function", "the cost as a function of u", of="u[j]", slope="delta[j:J]")
    draft.declare("gv[j:J]", "derivative", of="C", by="v")
    draft.assume("it puts out a constant", "one", value)
    draft.leads["it puts out a constant"] = [("one",)]
    return draft


def bias_styles(value: str = "1") -> Verdict:
    """With v = b both nets have one z, and the derivative by v is delta, as that by b is."""
    draft, same = _draft(value), "u[j] - z[j]"
    try:
        draft.theorem("same z", same, "v[j] - b[j]", free="j:J", by=["z", "u", "it puts out a constant"])
        total = "delta[j] d v[j] + delta[j] a[i] d w[j,i] + delta[j] w[j,i] d a[i]"
        draft.theorem("total", "d C", total, by=["d C", "d u", "it puts out a constant"])
        draft.theorem("derivative", "gv[j]", "delta[j]", free="j:J", source="total")
    except Rejected:
        statement = {"name": "same z", "for": "j:J", "left": same, "right": "v[j] - b[j]"}
        found = recheck(draft.certificate, [statement])[1]
        return Refuted(engine="exact evaluation", scope=SCOPE, reason=str(found))
    said = replay(draft.certificate)
    words = "a bias neuron and a weight w_0 on x_0 = 1 are read alike: both put out 1"
    return Proved(
        engine="index calculus", scope=SCOPE, certificate=digest(draft.certificate), notes=(said[-3], said[-1], words)
    )


BIAS = Claim(
    "bias-styles",
    "a bias neuron, a weight w_0 on x_0 = 1 and a bias parameter are one net with one gradient",
    bias_styles,
    ("so they are where the bias neuron puts out 2", lambda: bias_styles("2")),
)
