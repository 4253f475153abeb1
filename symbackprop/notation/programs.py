"""How programs call the quantities of a net: W1, b1, z1, a1, delta2, dW2, with one vector upright or a batch in rows."""

from __future__ import annotations

from typing import Any

_SHARED: dict[str, Any] = {
    "base": "nielsen",
    "program": True,
    "weight": ["W_{l}", "w_{l}"],
    "bias": ["b_{l}"],
    "weight_derivative": ["dW_{l}", "dw_{l}"],
    "bias_derivative": ["db_{l}"],
    "cost": ["C", "J", "L", "loss", "cost"],
    "rate": [r"\eta", "lr", r"\alpha"],
    "activation": [r"\sigma", "f", "g"],
}
PROGRAMS: dict[str, dict[str, Any]] = {
    "code": _SHARED | {
        "title": "Code: z1 = W1 @ x + b1",
        "source": "programs for one example at a time; capital Z, A, dZ, X, Y hold a batch with one example in each column",
        "input": ["x", "x_j"], "input_matrix": ["X"], "target": ["y", "t", "y_j"], "target_matrix": ["Y"],
        "net_input": ["z_{l}", "z_j^{l}"], "net_input_matrix": ["Z_{l}"], "output": ["a_{l}", "h_{l}", "a_j^{l}"], "output_matrix": ["A_{l}"],
        "delta": [r"\delta_{l}", "dz_{l}", r"\delta_j^{l}"], "delta_matrix": ["dZ_{l}"], "output_delta": ["da_{l}"], "output_delta_matrix": ["dA_{l}"],
    },
    "code_rows": _SHARED | {
        "title": "Code, examples in rows: z1 = X @ W1 + b1",
        "source": "programs for a batch whose examples are rows; declare batch=yes, or batch=yes,sum where nothing is divided by m",
        "rows": True,
        "input_matrix": ["X", "x"], "target_matrix": ["y", "Y", "t"], "input": ["x_j"], "target": ["y_j"],
        "net_input_matrix": ["z_{l}", "Z_{l}"], "net_input": ["z_j^{l}"], "output": ["a_j^{l}"], "delta": [r"\delta_j^{l}"],
        "output_matrix": ["a_{l}", "A_{l}", "h_{l}"], "delta_matrix": [r"\delta_{l}", "dz_{l}", "dZ_{l}"],
        "output_delta_matrix": ["da_{l}", "dA_{l}"],
    },
}  # fmt: skip
