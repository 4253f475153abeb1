"""Linear nets: layers of identity units are one affine map, matrix products are nets, and deep nets need fewer products.

The first two hold for every size (index calculus); the 2 x 2 product with seven multiplications is checked entry by entry
as polynomials. Strassen 1969: with B fixed, A -> seven linear forms in A, each times a number made from B, -> A B.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symbackprop.claims.boolean_nets import run
from symbackprop.claims.claim import Claim, counted
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.verdict import Proved, Refuted, Undecided, Verdict

Matrix = tuple[tuple[int, ...], ...]
SCOPE = "every width"


def _decide(
    draft: Draft, name: str, left: str, right: str, free: str, by: Sequence[str], notes: tuple[str, ...]
) -> Verdict:
    """Prove a statement about a draft, or refute it at random widths."""
    try:
        draft.theorem(name, left, right, free=free, by=by)
    except Rejected as refusal:
        statement = {"name": name, "for": free, "left": left, "right": right}
        _, found = recheck(draft.certificate, [statement], seed=3)
        if found is None:
            return Undecided(engine="index calculus", scope=SCOPE, reason=str(refusal))
        return Refuted(
            engine="exact evaluation", scope=SCOPE, left=str(found.left), right=str(found.right), reason=str(found)
        )
    said = replay(draft.certificate)
    return Proved(engine="index calculus", scope=SCOPE, certificate=digest(draft.certificate), notes=(said[-1], *notes))


def collapse(claimed_bias: str = "w2[k,j] b1[j] + b2[k]") -> Verdict:
    """Two layers of identity units are the affine map with matrix w2 w1 and bias w2 b1 + b2."""
    draft = Draft("identity units", {"I": "inputs", "J": "hidden units", "K": "outputs"})
    draft.declare("x[i:I]", "variable", "inputs")
    for symbol in ("w1[j:J,i:I]", "b1[j:J]", "w2[k:K,j:J]", "b2[k:K]"):
        draft.declare(symbol, "variable")
    draft.declare("h[j:J]", "definition", "hidden outputs", **{"as": "w1[j,i] x[i] + b1[j]"})
    draft.declare("y[k:K]", "definition", "outputs", **{"as": "w2[k,j] h[j] + b2[k]"})
    draft.declare("A[k:K,i:I]", "definition", "the one matrix", **{"as": "w2[k,j] w1[j,i]"})
    draft.declare("c[k:K]", "definition", "the one bias", **{"as": claimed_bias})
    notes = (
        "more layers: the first two are one affine layer, so is that with the next, and so on (induction in words)",
    )
    return _decide(draft, "collapse", "y[k]", "A[k,i] x[i] + c[k]", "k:K", ["y", "h", "A", "c"], notes)


def matrix_product() -> Verdict:
    """A net with no hidden layer whose weights are I (x) B^T maps the entries of X to those of X B."""
    draft = Draft("X B as a net", {"R": "rows of X", "K": "columns of X", "J": "columns of B"})
    draft.declare("X[r:R,k:K]", "variable", "inputs, one per entry")
    draft.declare("B[k:K,j:J]", "constant", "the fixed matrix")
    draft.declare("Id[r:R,s:R]", "constant", "1 where r = s, else 0")
    value = "Id[r,s] B[k,j]"
    draft.declare("W[r:R,j:J,s:R,k:K]", "definition", "the weight to output (r, j) from input (s, k)", **{"as": value})
    draft.declare("Y[r:R,j:J]", "definition", "the net's outputs", **{"as": "W[r,j,s,k] X[s,k]"})
    draft.assume("Id X = X", "Id[r,s] X[s,k]", "X[r,k]", free="r:R,k:K", words="what the unit matrix is")
    step = {"premise": "Id X = X", "at": "r,k", "times": "B[k,j]"}
    draft.theorem("the net", "Y[r,j]", "X[r,k] B[k,j]", free="r:R,j:J", by=["Y", "W"], steps=[step])
    said = replay(draft.certificate)
    return Proved(engine="index calculus", scope=SCOPE, certificate=digest(draft.certificate), notes=(said[-1],))


def untransposed() -> Verdict:
    """The same net with I (x) B, run at numbers."""
    found = run(kronecker([[1, 2], [3, 4]], rows=2, transposed=False), {}, [5, 6, 7, 8])
    if found == [23, 34, 31, 46]:
        return Undecided(engine="exact evaluation", reason="equal at the one point tried")
    witness = {"X": "((5, 6), (7, 8))", "B": "((1, 2), (3, 4))"}
    shown = ", ".join(map(str, found))
    return Refuted(
        engine="exact evaluation", witness=witness, left=shown, right="23, 34, 31, 46", reason="that is X B^T"
    )


def kronecker(b: Sequence[Sequence[int | Fraction]], rows: int, transposed: bool = True) -> dict[str, Any]:
    """The net description with weights I (x) B^T: identity units, one input per entry of X and one output per entry of X B.

    >>> net = kronecker([[1, 2], [3, 4]], rows=2)
    >>> [int(v) for v in run(net, {}, [5, 6, 7, 8])]  # ((5, 6), (7, 8)) times B
    [23, 34, 31, 46]
    """
    inner, columns = len(b), len(b[0])
    names = [f"x{r + 1}_{k + 1}" for r in range(rows) for k in range(inner)]
    units = []
    for r in range(rows):
        for j in range(columns):
            weights = [b[k][j] if transposed else b[j][k] for k in range(inner)]
            edges = [[f"x{r + 1}_{k + 1}", {"fixed": str(weight)}] for k, weight in enumerate(weights)]
            units.append({"name": f"y{r + 1}_{j + 1}", "activation": "identity", "edges": edges})
    outputs = [unit["name"] for unit in units]
    targets = [f"t{n + 1}" for n in range(len(outputs))]
    return {"name": "X B", "inputs": names, "units": units, "outputs": outputs, "loss": "squared", "targets": targets}


# Strassen: rows are the seven products; columns the entries 11, 12, 21, 22 of A (FIRST), of B (SECOND), of A B (LAST, by column)
FIRST: Matrix = ((1, 0, 0, 1), (0, 0, 1, 1), (1, 0, 0, 0), (0, 0, 0, 1), (1, 1, 0, 0), (-1, 0, 1, 0), (0, 1, 0, -1))
SECOND: Matrix = ((1, 0, 0, 1), (1, 0, 0, 0), (0, 1, 0, -1), (-1, 0, 1, 0), (0, 0, 0, 1), (1, 1, 0, 0), (0, 0, 1, 1))
LAST: Matrix = ((1, 0, 0, 1), (0, 0, 1, -1), (0, 1, 0, 1), (1, 0, 1, 0), (-1, 1, 0, 0), (0, 0, 0, 1), (1, 0, 0, 0))


def strassen(first: Matrix = FIRST) -> Verdict:
    """Whether LAST^T ((first A) o (SECOND B)) is A B for all 2 x 2 matrices, as an identity of polynomials."""
    a, b = ([P.generator(n) for n in range(start, start + 4)] for start in (0, 4))

    def form(row: Sequence[int], entries: list[P.Poly]) -> P.Poly:
        return P.add(*(P.scale(entry, c) for c, entry in zip(row, entries) if c))

    products = [P.multiply(form(one, a), form(two, b)) for one, two in zip(first, SECOND)]
    for n, (row, column) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        wanted = P.add(P.multiply(a[2 * row], b[column]), P.multiply(a[2 * row + 1], b[2 + column]))
        if P.subtract(form([line[n] for line in LAST], products), wanted):
            reason = f"entry ({row + 1}, {column + 1}) differs"
            return Refuted(engine="exact polynomials", scope="all 2 x 2 matrices", reason=reason)
    note = f"{len(products)} multiplications by a number made from B; all other weights are -1, 0 or 1"
    return Proved(engine="exact polynomials", scope="all 2 x 2 matrices", notes=(note,))


def deep_product(b: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The deep linear net for A -> A B with B fixed: sums, seven products, sums.

    >>> [int(v) for v in run(deep_product([[1, 2], [3, 4]]), {}, [5, 6, 7, 8])]
    [23, 34, 31, 46]
    """
    entries = [value for row in b for value in row]
    names, units = ["x1_1", "x1_2", "x2_1", "x2_2"], []
    for m, row in enumerate(FIRST):
        edges = [[name, {"fixed": str(c)}] for name, c in zip(names, row) if c]
        units.append({"name": f"s{m + 1}", "activation": "identity", "edges": edges})
    for m, row in enumerate(SECOND):
        weight = sum(c * value for c, value in zip(row, entries))
        units.append({"name": f"m{m + 1}", "activation": "identity", "edges": [[f"s{m + 1}", {"fixed": str(weight)}]]})
    for n, name in enumerate(["y1_1", "y1_2", "y2_1", "y2_2"]):
        edges = [[f"m{m + 1}", {"fixed": str(line[n])}] for m, line in enumerate(LAST) if line[n]]
        units.append({"name": name, "activation": "identity", "edges": edges})
    outputs, targets = ["y1_1", "y1_2", "y2_1", "y2_2"], ["t1", "t2", "t3", "t4"]
    return {
        "name": "A B, deep",
        "inputs": names,
        "units": units,
        "outputs": outputs,
        "loss": "squared",
        "targets": targets,
    }


def multiplications(net: dict[str, Any]) -> int:
    """Edges whose weight is none of -1, 0, 1: what has to be multiplied.

    >>> multiplications(kronecker([[2, 3], [5, 7]], rows=2)), multiplications(deep_product([[2, 3], [5, 17]]))
    (8, 7)
    """
    weights = [Fraction(edge[1]["fixed"]) for unit in net["units"] for edge in unit["edges"]]
    return sum(1 for weight in weights if abs(weight) not in (0, 1))


_B = ((2, 3), (5, 17))
_WRONG_FIRST: Matrix = ((1, 0, 0, -1), *FIRST[1:])

COLLAPSE = Claim(
    "linear-collapse",
    "layers of identity units are one affine layer: its matrix is the product, w2 w1, and its bias w2 b1 + b2",
    collapse,
    ("its bias is b1 + b2 taken through w2 twice", lambda: collapse("w2[k,j] b1[j] + w2[k,j] b1[j] + b2[k]")),
)
PRODUCT = Claim(
    "matrix-product-net",
    "a linear net with no hidden layer and weights I (x) B^T multiplies its input matrix by B",
    matrix_product,
    ("so it does with weights I (x) B", untransposed),
)
STRASSEN = Claim(
    "strassen-net",
    "a deep linear net multiplies 2 x 2 matrices by a fixed B with 7 multiplications instead of 8",
    strassen,
    ("it still does with A_11 - A_22 in the first product", lambda: strassen(_WRONG_FIRST)),
)
FEWER = Claim(
    "strassen-count",
    "the flat net for a general 2 x 2 B multiplies 8 times, the deep one 7 times",
    lambda: counted("8 - 7 multiplications saved", 1, multiplications(kronecker(_B, 2)) - multiplications(deep_product(_B))),
    ("two multiplications are saved", lambda: counted("multiplications saved", 2,
        multiplications(kronecker(_B, 2)) - multiplications(deep_product(_B)))),
)  # fmt: skip
