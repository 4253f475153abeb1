"""The theorems of backpropagation for every width and every depth: what is said, what proves it, what stays in words.

Each `Theorem` holds its statements in words, in a formula and in the kernel's own sentence, a certificate that the kernel
replays, and `meta`, the part of the reading that no certificate holds. THEOREMS finds them by name.

>>> [s.title for s in THEOREMS["backprop"]().statements][:4]
['BP1, output delta', 'BP2, recursion', 'BP3, bias', 'BP4, weight']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.verify import VERSION, digest
from symbackprop.proofs.every_size import graph, heads, regularisers
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.proofs.every_size.layers import Layers

SCOPE = "every width, every depth"


@dataclass(frozen=True)
class Statement:
    """One proved statement: its title, in words, as a formula, and as the kernel read it back."""

    title: str
    words: str
    formula: str
    kernel: str


@dataclass(frozen=True)
class Theorem:
    """Statements with the certificate that proves them all; `meta` is said in words only."""

    name: str
    title: str
    scope: str
    statements: tuple[Statement, ...]
    meta: tuple[str, ...]
    certificate: dict[str, Any]


Row = tuple[str, str, str, str]  # the theorem's name in the certificate, title, words, formula


def theorem(name: str, title: str, drafts: Sequence[tuple[Draft, Sequence[Row]]], meta: Sequence[str]) -> Theorem:
    """Replay the drafts with the kernel and keep, for each row of the table, the kernel's own sentence.

    Raises Rejected where the kernel does: a theorem that was not replayed does not exist.
    """
    statements = []
    for draft, rows in drafts:
        sentences = {s.split(": ")[0]: s.split(": ", 1)[1] for s in replay(draft.certificate)}
        statements += [Statement(shown, words, formula, sentences[key]) for key, shown, words, formula in rows]
    parts = [draft.certificate for draft, _ in drafts]
    certificate: dict[str, Any] = {"kind": "every-size", "version": VERSION, "title": title, "parts": parts}
    certificate["sha256"] = digest(certificate)
    return Theorem(name, title, SCOPE, tuple(statements), tuple(meta), certificate)


_ARBITRARY = (
    "sigma and the cost C are any functions that are differentiable where they are used; each unit may have its own"
)
_LAYERED_META = (
    _ARBITRARY,
    "C is a function of z^{l+1} once the later weights are held fixed, because everything later is computed from z^{l+1}",
    "l is any layer, so BP1 and BP2 together give every delta, from the output back: that induction is said in words here;"
    " `theorem backprop --dag` needs none and covers a layered net of any depth as a graph",
)


def _layered(title: str, **options: bool) -> Draft:
    layers = Layers(-1, 0 if options.get("output") else 1, **options)
    draft = layers.draft(title)
    layers.prove(draft)
    return draft


def backprop() -> Theorem:
    """BP1 to BP4 in a fully connected net, with one example."""
    output = [
        (
            "BP1",
            "BP1, output delta",
            "the delta of the output layer is the cost's gradient times the slope",
            "delta^L = grad_a C o sigma'(z^L)",
        )
    ]
    hidden = [
        ("BP2 at J", "BP2, recursion", "the delta of a layer comes from the next layer's through the transposed weights",
         "delta^l = ((w^{l+1})^T delta^{l+1}) o sigma'(z^l)"),
        ("BP3 at J", "BP3, bias", "the derivative by a bias is the delta of its unit", "dC/db^l = delta^l"),
        ("BP4 at J", "BP4, weight", "the derivative by a weight is the delta it leads to times the output it comes from",
         "dC/dw^l = delta^l (a^{l-1})^T"),
        ("dC/da at I", "by an output", "the derivative by an output of the layer below, an input of the net for l = 1",
         "dC/da^{l-1} = (w^l)^T delta^l"),
    ]  # fmt: skip
    drafts = [(_layered("output layer", output=True), output), (_layered("hidden layer"), hidden)]
    return theorem("backprop", "Backpropagation in a layered net (BP1 to BP4)", drafts, _LAYERED_META)


def step() -> Theorem:
    """The induction step on differentials: the form of dC at layer l+1 gives its form at layer l."""
    sorts = {"I": "units of layer l-1", "J": "units of layer l"}
    draft = Draft("induction step", sorts)
    draft.declare("z_I[i:I]", "variable", "pre-activations of layer l-1")
    draft.declare("a_I[i:I]", "function", of="z_I[i]", slope="s_I[i:I]")
    draft.declare("w_J[j:J,i:I]", "variable")
    draft.declare("b_J[j:J]", "variable")
    draft.declare("z_J[j:J]", "definition", **{"as": "w_J[j,i] a_I[i] + b_J[j]"})
    draft.declare("delta_J[j:J]", "quantity")
    draft.declare("C", "quantity")
    draft.declare("later", "quantity", "d later: all terms in d w and d b of layers after l")
    draft.declare("delta_I[i:I]", "definition", **{"as": "s_I[i] w_J[j,i] delta_J[j]"})
    draft.assume("the form at layer l", "d C", "delta_J[j] d z_J[j] + d later")
    draft.leads["the form at layer l"] = [("d C",)]
    right = "delta_I[i] d z_I[i] + delta_J[j] a_I[i] d w_J[j,i] + delta_J[j] d b_J[j] + d later"
    by = ["the form at layer l", "d z_J", "d a_I", "delta_I"]
    draft.theorem("the form at layer l-1", "d C", right, by=by)
    row = ("the form at layer l-1", "induction step",
           "if dC = delta^l . dz^l + later terms, then dC has the same form one layer down, with delta^{l-1} by BP2 and the"
           " terms of BP3 and BP4 added to the later ones",
           "dC = delta^{l-1} . dz^{l-1} + (delta^l (a^{l-1})^T) : dw^l + delta^l . db^l + later terms")  # fmt: skip
    meta = (_ARBITRARY, "with BP1 as the base, this step gives every layer: the induction itself is said in words")
    return theorem("step", "The induction step of backpropagation", [(draft, [row])], meta)


def batch() -> Theorem:
    """The batch form: outputs of all examples side by side, and the cost as a sum or a mean over examples."""
    output = [("BP1", "batch BP1", "as for one example, column by column", "Delta^L = grad_A C o sigma'(Z^L)")]
    hidden = [
        ("BP2 at J", "batch BP2", "as for one example, column by column",
         "Delta^l = ((W^{l+1})^T Delta^{l+1}) o sigma'(Z^l)"),
        ("BP3 at J", "batch bias", "the derivative by a bias sums its unit's deltas over the examples",
         "dC/db^l = Delta^l 1"),
        ("BP4 at J", "batch weight", "the product with the transposed outputs sums over the examples",
         "dC/dW^l = Delta^l (A^{l-1})^T"),
    ]  # fmt: skip
    drafts = [
        (_layered("output layer, batch", output=True, batch=True), output),
        (_layered("hidden layer, batch", batch=True), hidden),
        _sum_and_mean(),
    ]
    meta = (*_LAYERED_META, "C may couple the examples in any differentiable way; a sum and a mean are two cases")
    return theorem("batch", "Backpropagation over a batch", drafts, meta)


def _sum_and_mean() -> tuple[Draft, list[Row]]:
    draft = Draft("sum and mean", {"I": "units of layer l-1", "J": "units of layer l", "N": "examples of the batch"})
    draft.declare("a[i:I,n:N]", "variable", "outputs of layer l-1")
    draft.declare("w[j:J,i:I]", "variable")
    draft.declare("b[j:J]", "variable")
    draft.declare("z[j:J,n:N]", "definition", **{"as": "w[j,i] a[i,n] + b[j]"})
    draft.declare("c[n:N]", "function", "cost of one example", of="z[j,n]", slope="delta[j:J,n:N]")
    draft.declare("total", "definition", **{"as": "c[n]"})
    draft.declare("r", "reciprocal", "one over the number of examples", of="#N")
    draft.declare("mean", "definition", **{"as": "r c[n]"})
    rows: list[Row] = []
    for cost, factor, said in [("total", "", ""), ("mean", "r ", "1/n ")]:
        weight, bias = f"{factor}delta[j,n] a[i,n]", f"{factor}delta[j,n]"
        right = f"{weight} d w[j,i] + {bias} d b[j] + {factor}delta[j,n] w[j,i] d a[i,n]"
        by = ["d r"] if factor else []
        draft.theorem(f"d {cost} in full", f"d {cost}", right, by=[f"d {cost}", *by, "d c", "d z"])
        for parameter, indices, value in [("w", "j:J,i:I", weight), ("b", "j:J", bias)]:
            name = f"{cost}_{parameter}"
            draft.declare(f"{name}[{indices}]", "derivative", of=cost, by=parameter)
            shown = name + ("[j,i]" if parameter == "w" else "[j]")
            draft.theorem(f"{cost} by {parameter}", shown, value, free=indices, source=f"d {cost} in full")
            kind = "the sum of" if cost == "total" else "the mean of"
            formula = f"{said}Delta^l " + ("(A^{l-1})^T" if parameter == "w" else "1")
            title = ("batch sum" if cost == "total" else "batch mean") + (", weight" if parameter == "w" else ", bias")
            rows.append((f"{cost} by {parameter}", title,
                         f"for {kind} the costs of the examples, delta_n the delta of example n's own cost",
                         f"d{cost}/d{parameter.upper()}^l = {formula}" if parameter == "w" else f"d{cost}/db^l = {formula}"))  # fmt: skip
    return draft, rows


_GRAPH_META = (
    _ARBITRARY,
    "z, o and delta are defined along the order of the graph; that such a recursion has one solution is set theory, in words",
    "a layered net of any depth is such a graph, its edges joining each layer to the next: so this is backpropagation for every"
    " depth with no induction",
    "where there is no edge E[k,j] is 0 and w[k,j] is a number that nothing depends on",
)


def dag() -> Theorem:
    """Any feed-forward graph, all units at once, no induction over layers."""
    return theorem("dag", "Backpropagation in any feed-forward graph", [graph.untied()], _GRAPH_META)


def tied() -> Theorem:
    """Any feed-forward graph whose weights and biases are shared in any way."""
    meta = (*_GRAPH_META, "S, T and R say which parameter stands at which place (1 there, else 0)")
    return theorem("tied", "Tied weights: gradients add over all uses", [graph.tied()], meta)


_LOG = "the outputs of a softmax are positive, so their logarithms exist"


def softmax_ce() -> Theorem:
    """Softmax with cross-entropy, and what holds without sum y = 1."""
    return theorem("softmax-ce", "Softmax with cross-entropy", [heads.softmax()], (_LOG, "softmax is e_i / sum_j e_j"))


def output_heads() -> Theorem:
    """Linear heads in both layouts, and the sigmoid head with binary cross-entropy."""
    meta = (_ARBITRARY, "the sigmoid is 1/(1 + exp(-z)), so o and 1 - o are positive and their logarithms exist")
    drafts = [heads.linear(), heads.linear(transposed=True), heads.binary()]
    return theorem("heads", "Output heads in both layouts", drafts, meta)


def dropout() -> Theorem:
    """The gradients of a layer with a mask."""
    meta = (_ARBITRARY, "the mask is drawn before the step and held fixed in it")
    return theorem("dropout", "Dropout", [regularisers.dropout()], meta)


def batch_norm() -> Theorem:
    """Batch normalisation with its full Jacobian."""
    meta = (_ARBITRARY, "v + eps is positive; q = exp(-1/2 log(v + eps)), whose square is 1/(v + eps)")
    return theorem("batch-norm", "Batch normalisation", [regularisers.batch_norm()], meta)


THEOREMS: dict[str, Callable[[], Theorem]] = {
    "backprop": backprop,
    "step": step,
    "batch": batch,
    "dag": dag,
    "tied": tied,
    "softmax-ce": softmax_ce,
    "heads": output_heads,
    "dropout": dropout,
    "batch-norm": batch_norm,
}
