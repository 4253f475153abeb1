"""Derivations at the level of formulas: shared factors, claims for every size."""

from __future__ import annotations

from symbackprop.catalogue.row import need
from symbackprop.networks import Network
from symbackprop.proofs.every_size.claims import prove_matrix_claim
from symbackprop.proofs.every_size.matrix import Hadamard, Product, Transposed, by_a, delta, slope, w
from symbackprop.proofs.prove import prove


def shared_factors() -> str:
    """dP/dw_l and dP/dw_r of the two-neuron net: the delta of the right neuron is a factor of both, computed once."""
    proof = prove(Network.layered([1, 1, 1], bias=False))
    left, right = (proof.recursion.partial(name) for name in ("w1_1_1", "w2_1_1"))
    deltas = {f"delta({unit})": value for unit, value in proof.recursion.deltas()}
    lines = [f"dP/dw_l = {left}", f"dP/dw_r = {right}", *(f"{name} = {value}" for name, value in deltas.items())]
    shared = "delta(u2_1)" in str(deltas["delta(u1_1)"]) and "delta(u2_1)" in str(right)
    return need(proof.proved and shared, "\n".join([*lines, "delta(u2_1) is in both, and computed once"]))


def gordon_d_for_every_size() -> str:
    """d^l = (w^{l+1})^T (d^{l+1} o sigma'(z^{l+1})) for every width."""
    verdict = prove_matrix_claim(by_a(0), Product(Transposed(w(1)), Hadamard(by_a(1), slope(1))))
    return need(verdict.name == "PROVED", f"{verdict.name}  d^l = (w^{{l+1}})^T (d^{{l+1}} o sigma'(z^{{l+1}})), {verdict.scope}")


def transpose_is_seen() -> str:
    """The transpose of BP2 dropped is refuted, with the shapes that do not fit; BP2 itself is proved."""
    right = prove_matrix_claim(delta(0), Hadamard(Product(Transposed(w(1)), delta(1)), slope(0)))
    wrong = prove_matrix_claim(delta(0), Hadamard(Product(w(1), delta(1)), slope(0)))
    good = right.name == "PROVED" and wrong.name == "REFUTED" and "do not fit" in wrong.notes[0]
    return need(good, f"with transpose {right.name}, without {wrong.name}: {wrong.notes[0].splitlines()[0]}")
