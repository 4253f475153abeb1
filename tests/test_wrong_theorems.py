"""Wrong variants of the theorems for every size: each is refused by the kernel and false at random widths, or does not fit.

No proof can exist for a statement that is false at a point, so each is refused whatever its certificate says; here the right
theorem's own steps are tried, and every step search that the product has.
"""

from __future__ import annotations

import copy

import pytest

from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.every_size.theorems import THEOREMS

FALSE = {  # what is wrong: (theorem, part, statement, its right side)
    "BP1 without the slope": ("backprop", 0, "BP1", "g_J[j]"),
    "BP1 with the wrong sign": ("backprop", 0, "BP1", "- g_J[j] s_J[j]"),
    "BP2 without the slope": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[k]"),
    "BP2 with the slope twice": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[k] s_J[j] s_J[j]"),
    "BP2 with a sum over the deltas alone": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[m] s_J[j]"),
    "BP2 with sigma' under a sum": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[k] s_J[m]"),
    "BP2 times the output for its slope": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[k] a_J[j]"),
    "BP2 divided by the width": ("backprop", 1, "BP2 at J", "1/2 w_K[k,j] delta_K[k] s_J[j]"),
    "BP3 times the output": ("backprop", 1, "BP3 at K", "delta_K[k] a_J[j]"),
    "BP3 of all units": ("backprop", 1, "BP3 at J", "delta_J[m]"),
    "BP4 with the output after the weight": ("backprop", 1, "BP4 at J", "delta_J[j] a_J[j] a_I[i]"),
    "BP4 summed over the inputs": ("backprop", 1, "BP4 at J", "delta_J[j] a_I[m]"),
    "BP4 without the delta": ("backprop", 1, "BP4 at J", "a_I[i]"),
    "BP4 with a weight in it": ("backprop", 1, "BP4 at J", "delta_J[j] w_J[j,i]"),
    "batch mean for sum": ("batch", 2, "total by w", "r delta[j,n] a[i,n]"),
    "batch sum for mean": ("batch", 2, "mean by w", "delta[j,n] a[i,n]"),
    "batch sums taken apart": ("batch", 2, "total by w", "delta[j,n] a[i,m]"),
    "batch bias as a mean": ("batch", 2, "total by b", "r delta[j,n]"),
    "batch BP2 across the examples": ("batch", 1, "BP2 at J", "w_K[k,j] delta_K[k,m] s_J[j,n]"),
    "graph: weight without its edge": ("dag", 0, "C by w", "delta[k] o[j]"),
    "graph: ends of an edge exchanged": ("dag", 0, "C by w", "E[k,j] delta[j] o[k]"),
    "graph: input by one unit only": ("dag", 0, "C by x", "v[k,i] delta[k]"),
    "softmax without the cross terms": ("softmax-ce", 0, "softmax under any cost", "a[j] g[j]"),
    "softmax with the slope of a sigmoid": ("softmax-ce", 0, "softmax under any cost", "g[j] a[j] - g[j] a[j] a[j]"),
    "cross-entropy y - a": ("softmax-ce", 0, "cross-entropy, targets that sum to 1", "y[j] - a[j]"),
    "head: factor 2 kept": ("heads", 0, "H by W", "2 y[i] h[k] - 2 t[i] h[k]"),
    "head: y for y - t": ("heads", 1, "H by W", "y[i] h[k]"),
    "sigmoid head: slope kept": ("heads", 2, "C by z", "o o - y o"),
    "tied: the uses between units only": ("tied", 0, "C by theta", "E[k,j] S[k,j,m] delta[k] o[j]"),
    "tied: the mean over two uses": (
        "tied", 0, "C by theta", "1/2 E[k,j] S[k,j,m] delta[k] o[j] + 1/2 F[k,i] R[k,i,m] delta[k] x[i] + 1/2 T[k,m] delta[k]",
    ),
}  # fmt: skip
MISFIT = {  # what does not fit together where widths differ
    "BP2 with the transpose dropped": ("backprop", 1, "BP2 at J", "w_K[j,k] delta_K[k] s_J[j]"),
    "BP2 with the weights of its own layer": ("backprop", 1, "BP2 at J", "w_J[k,j] delta_K[k] s_J[j]"),
    "BP2 with sigma' of the next layer": ("backprop", 1, "BP2 at J", "w_K[k,j] delta_K[k] s_K[k]"),
    "BP4 transposed": ("backprop", 1, "BP4 at J", "delta_J[i] a_I[j]"),
    "BP4 with the wrong layer's output": ("backprop", 1, "BP4 at J", "delta_J[j] a_J[i]"),
    "head with the weights transposed": ("heads", 0, "C by h", "g[i] W[k,i]"),
    "head in the other layout": ("heads", 1, "C by h", "g[i] W[i,k]"),
    "batch with an example for a unit": ("batch", 2, "total by w", "delta[n,j] a[i,n]"),
}


@pytest.mark.parametrize("why", [*FALSE, *MISFIT])
def test_no_wrong_theorem_is_accepted(why: str) -> None:
    name, part, statement, right = (FALSE | MISFIT)[why]
    certificate = copy.deepcopy(THEOREMS[name]().certificate["parts"][part])
    wrong = next(each for each in certificate["theorems"] if each["name"] == statement)
    assert replay(certificate)
    wrong["right"] = right
    with pytest.raises(Rejected, match="differ by" if why in FALSE else "unknown, wrongly indexed|another sort"):
        replay(certificate)
    del wrong["proof"]
    with pytest.raises(Rejected):
        replay(certificate)


@pytest.mark.parametrize("why", FALSE)
def test_a_wrong_theorem_is_false_at_random_widths(why: str) -> None:
    name, part, statement, right = FALSE[why]
    certificate = THEOREMS[name]().certificate["parts"][part]
    wrong = next(each for each in certificate["theorems"] if each["name"] == statement)
    assert recheck(certificate, [wrong])[1] is None
    assert recheck(certificate, [{**wrong, "right": right}])[1] is not None
