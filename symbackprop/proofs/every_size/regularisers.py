"""Dropout and batch normalisation for every size: the gradients with a mask, and the full Jacobian of the normalisation."""

from __future__ import annotations

from symbackprop.proofs.every_size.calculus import Draft

Row = tuple[str, str, str, str]


def dropout() -> tuple[Draft, list[Row]]:
    """A layer whose outputs are multiplied by a mask m (0, or 1/(1-p) where a unit is kept) before the next layer."""
    draft = Draft("dropout", {"J": "units of layer l", "K": "units of layer l+1"})
    draft.declare("z[j:J]", "variable", "pre-activations of layer l")
    draft.declare("a[j:J]", "function", "outputs of layer l", of="z[j]", slope="s[j:J]")
    draft.declare("m[j:J]", "constant", "the mask of this step")
    draft.declare("h[j:J]", "definition", "what the next layer sees", **{"as": "m[j] a[j]"})
    draft.declare("w[k:K,j:J]", "variable")
    draft.declare("b[k:K]", "variable")
    draft.declare("u[k:K]", "definition", "pre-activations of layer l+1", **{"as": "w[k,j] h[j] + b[k]"})
    draft.declare("C", "function", "cost", of="u[k]", slope="delta[k:K]")
    right = "delta[k] w[k,j] m[j] s[j] d z[j] + delta[k] m[j] a[j] d w[k,j] + delta[k] d b[k]"
    draft.theorem("total", "d C", right, by=["d C", "d u", "d h", "d a", "h"])
    table = [
        (
            "Cz[j:J]",
            "z",
            "m[j] s[j] w[k,j] delta[k]",
            "j:J",
            "BP2 with a mask",
            "delta^l = m o ((w^{l+1})^T delta^{l+1}) o sigma'(z^l)",
        ),
        (
            "Cw[k:K,j:J]",
            "w",
            "delta[k] m[j] a[j]",
            "k:K,j:J",
            "BP4 with a mask",
            "dC/dw^{l+1} = delta^{l+1} (m o a^l)^T",
        ),
        ("Cb[k:K]", "b", "delta[k]", "k:K", "BP3 with a mask", "dC/db^{l+1} = delta^{l+1}"),
    ]
    rows: list[Row] = []
    for symbol, by, value, free, title, formula in table:
        draft.declare(symbol, "derivative", of="C", by=by)
        shown = f"{symbol.split('[')[0]}[{','.join(part.split(':')[0] for part in free.split(','))}]"
        draft.theorem(title, shown, value, free=free, source="total")
        rows.append((title, title, "a unit that is dropped gets delta 0 and its outgoing weights stay", formula))
    return draft, rows


def batch_norm() -> tuple[Draft, list[Row]]:
    """y = gamma (x - mean) / sqrt(variance + eps) + beta over the examples of a batch, for one feature."""
    draft = Draft("batch normalisation", {"N": "examples of the batch"})
    draft.declare("x[n:N]", "variable", "one feature over the batch")
    draft.declare("gamma", "variable", "learnt scale")
    draft.declare("beta", "variable", "learnt shift")
    draft.declare("eps", "constant")
    draft.declare("r", "reciprocal", "one over the number of examples", of="#N")
    draft.declare("mean", "definition", **{"as": "r x[n]"})
    draft.declare("c[n:N]", "definition", "centred", **{"as": "x[n] - mean"})
    draft.declare("v", "definition", "variance (divided by n)", **{"as": "r c[n] c[n]"})
    draft.declare("t", "definition", **{"as": "v + eps"})
    draft.declare("l", "log", of="t", slope="p")
    draft.declare("half", "definition", **{"as": "- 1/2 l"})
    draft.declare("q", "exp", "exp(-1/2 log t), that is 1/sqrt(t)", of="half")
    draft.declare("xhat[n:N]", "definition", "normalised", **{"as": "q c[n]"})
    draft.declare("y[n:N]", "definition", **{"as": "gamma xhat[n] + beta"})
    draft.declare("C", "function", "cost", of="y[n]", slope="g[n:N]")
    draft.assume("q = 1/sqrt(t)", "t q q", "1", words="exp(-1/2 log t) squared is 1/t", by="eps")
    square = [{"premise": "q = 1/sqrt(t)", "times": "p"}, {"premise": "l", "times": "- q q"}]
    draft.theorem("q q", "q q", "p", steps=square, lead=True)
    moving = ["d xhat", "d q", "d half", "d l", "d t", "d v", "d c", "d mean", "d r"]
    values = ["xhat", "q q", "c", "mean", "r"]
    jacobian = "q d x[n] - q r d x[i] - q r xhat[n] xhat[i] d x[i]"
    draft.theorem("Jacobian", "d xhat[n]", jacobian, free="n:N", by=[*moving, *values])
    back = "gamma q g[n] - gamma q r g[i] - gamma q r xhat[n] g[i] xhat[i]"
    spread = "gamma q g[n] d x[n] - gamma q r g[i] d x[n] - gamma q r xhat[n] g[i] xhat[i] d x[n]"
    total = spread + " + g[n] xhat[n] d gamma + g[n] d beta"
    draft.theorem("total", "d C", total, by=["d C", "d y", *moving, *values])
    centred = [{"premise": "c", "at": "n", "times": "1"}]
    draft.theorem("centred", "c[n]", "0", steps=centred, by=["mean", "r"])
    rows: list[Row] = [
        ("Jacobian", "Jacobian of batch normalisation", "as a differential; n and i run over the batch",
         "dxhat_n = q (dx_n - mean_i dx_i - xhat_n mean_i (xhat_i dx_i)),  q = 1/sqrt(v + eps)"),
        ("centred", "the centred batch sums to 0", "for every batch that is not empty", "sum_n (x_n - mean) = 0"),
    ]  # fmt: skip
    for symbol, by, value, free, title, formula in [
        (
            "Cx[n:N]",
            "x",
            back,
            "n:N",
            "batch normalisation, by x",
            "dC/dx_n = gamma q (g_n - mean_i g_i - xhat_n mean_i (g_i xhat_i))",
        ),
        ("Cgamma", "gamma", "g[n] xhat[n]", "", "batch normalisation, by gamma", "dC/dgamma = sum_n g_n xhat_n"),
        ("Cbeta", "beta", "g[n]", "", "batch normalisation, by beta", "dC/dbeta = sum_n g_n"),
    ]:
        draft.declare(symbol, "derivative", of="C", by=by)
        shown = symbol.replace(":N", "")
        draft.theorem(title, shown, value, free=free, source="total")
        rows.append((title, title, "g the gradient of the cost by y", formula))
    return draft, rows
