"""Prints what a NumPy module does under dropout and a norm constraint: the gradient with masked units, and rows of weights cut to a length."""

from __future__ import annotations

import re

from symbackprop.codegen.program import Dense

_SHORT = '''

def far(W, lengths, most):
    """Rows whose squares leave the floats, brought near: their largest weight to twice the length that is wanted."""
    bad = np.isinf(lengths[:, 0])
    W[bad] = W[bad]/np.abs(W[bad]).max(axis=1, keepdims=True)*(2*most)
    lengths[bad, 0] = np.sqrt(np.square(W[bad]).sum(axis=1))


def shortener(theta):
    """A function of a length that brings the weights into every unit, without its bias, back to it where they are longer."""
    parts = []
    for W in views(theta)[::@STRIDE@]:
        n, m = W.shape
        lengths = np.empty((n, 1), theta.dtype)
        parts.append((W, W.reshape(n, 1, m), W.reshape(n, m, 1), lengths, lengths.reshape(n, 1, 1), np.empty((n, 1), bool)))
    one = np.array(1.0, theta.dtype)

    def keep_short(most):
        for W, rows, columns, lengths, squares, within in parts:
            np.matmul(rows, columns, squares)
            np.sqrt(lengths, lengths)
            longest = maximum.reduce(lengths, None)
            if longest > most:
                if longest >= ENDLESS:
                    far(W, lengths, most)
                np.less_equal(lengths, most, within)
                divide(most, lengths, lengths)
                copyto(lengths, one, where=within)
                multiply(W, lengths, W)

    return keep_short
'''


def shortener(program: Dense) -> str:
    """The norm constraint."""
    return _SHORT.replace("@STRIDE@", "2" if program.biased else "1")


def masked(program: Dense, forward: list[str], backward: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Lines made once, forward and backward of the net whose hidden units are multiplied by the rows of `kept`.

    H = A times the masks is what a unit sends on; a delta goes back through the same masks before the slope.
    """
    hidden = range(1, len(program.sizes) - 1)
    begin = [f"K{k} = kept[:, ends[{k - 1}]:ends[{k}]]" for k in hidden]
    ahead, back = list(forward), list(backward)
    for k in hidden:
        ahead = [_sent(line, k) for line in ahead]
        at = next(n for n, line in enumerate(ahead) if f"dot(H{k}, " in line)
        ahead.insert(at, f"multiply(A{k}, K{k}, H{k})")
        back = [_sent(line, k) for line in back]
        at = next(n for n, line in enumerate(back) if line == f"dot(D{k + 1}, W{k + 1}, D{k})")
        back.insert(at + 1, f"multiply(D{k}, K{k}, D{k})")
    made = ["ends = np.cumsum((0, *SIZES[1:-1])).tolist()"] if len(program.sizes) > 2 else []
    return made + [f"H{k} = np.empty_like(A{k})" for k in hidden], begin + ahead, back


def _sent(line: str, layer: int) -> str:
    """A product that takes in the outputs of a layer, now with those that are sent on."""
    taken = re.match(rf"dot\((A{layer}, W|D{layer + 1}T, A{layer},)", line)
    return re.sub(rf"\bA{layer}\b", f"H{layer}", line) if taken else line
