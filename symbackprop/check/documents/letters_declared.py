"""What was inferred of a page's letters as the line that declares them: `symbols weight=w_{jk}^{(l-1)} output=h_j^{(l)} cost=J`."""

from __future__ import annotations

import re

from symbackprop.check.documents.inferred import Inferred


def declarations(found: Inferred) -> list[str]:
    """The symbols to declare, as directives have them after `symbols`; the likeliest first, nothing where nothing was found."""
    if not (found.costs or found.delta or found.weight):
        return []
    orders = (True, False) if found.source_first else (False, True)
    return [_layered(found, order) if found.layered else _numbered(found, order) for order in orders]


def in_rows(found: Inferred) -> str:
    """The symbols of a page whose matrices hold an example in each row: Z = X W + b; nothing where its layers are not told."""
    if not found.layered or not found.weight:
        return ""
    opening, closing = found.brackets[:1], found.brackets[1:]
    script = "_{l}" if found.below else f"^{{{opening}l{closing}}}"
    target = found.targets.most_common(1)[0][0] if found.targets else "Y"
    outputs = [each for each in found.outputs if "hat" not in each and each not in ("p", "P")] or ["A"]
    table = {
        "rows": ["true"],
        "weight": [found.weight + script],
        "bias": [(found.bias or "b") + script],
        "net_input_matrix": [(found.net_input or "Z") + script],
        "output_matrix": [each + script for each in outputs] + [each for each in found.outputs if each not in outputs],
        "delta_matrix": [(found.delta or "dZ") + script],
        "input_matrix": ["X"],
        "target_matrix": [target.upper() if len(target) == 1 else target],
        **_common(found),
    }
    return _spelled(table)


def _layered(found: Inferred, source_first: bool) -> str:
    opening, closing = found.brackets[:1], found.brackets[1:]
    below = found.below

    def written(letter: str, index: str, step: str = "") -> str:
        if below:
            return f"{letter}_{{l{step}}}"
        return letter + (f"_{{{index}}}" if index else "") + f"^{{{opening}l{step}{closing}}}"

    def both(letter: str, index: str = "j", step: str = "") -> list[str]:
        return [written(letter, "", step)] if below else [written(letter, index, step), written(letter, "", step)]

    step = "-1" if found.shift else ""
    pair = "kj" if source_first else "jk"
    weight = found.weight or "W"
    weights = {weight: None} | ({weight.swapcase(): None} if weight in ("w", "W") and weight.swapcase() in found.written else {})
    table = {
        "weight": [each for letter in weights for each in both(letter, pair, step)],
        "bias": both(found.bias or "b", "j", step),
        "net_input": both(found.net_input or "z"),
        "output": [each for letter in found.outputs if ("hat" not in letter and letter not in ("p", "o")) or letter == next(iter(found.outputs)) for each in both(letter)]
        or both("a"),
        "delta": both(found.delta or r"\delta"),
        **_common(found),
    }
    table["output"] += [each for letter in found.outputs if "hat" in letter or letter in ("p", "o") for each in (f"{letter}_j", letter)]
    if found.input_layer is not None:
        table["input_layer"] = [str(found.input_layer)]
    if found.sign < 0:
        table["delta_sign"] = ["-1"]
    target = found.targets.most_common(1)[0][0] if found.targets else "y"
    table["target"] = [f"{target}_j", target]
    return _spelled(table)


def _numbered(found: Inferred, source_first: bool) -> str:
    target = found.targets.most_common(1)[0][0] if found.targets else "t"
    outputs = [each for each in found.outputs if each not in (target, found.net_input)] or ["o"]
    weight = found.weight or "w"
    table = {
        "base": ["slides_net"],
        "weight": [f"{weight}_{{su}}" if source_first else f"{weight}_{{us}}"],
        "bias": [f"{found.bias or 'b'}_u"],
        "net_input": [f"{found.net_input or 'z'}_u"],
        "output": [f"{each}_u" for each in outputs],
        "target": [f"{target}_u"],
        "delta": [f"{found.delta or chr(92) + 'delta'}_u"],
        "delta_sign": [str(found.sign)],
        **_common(found),
    }
    return _spelled(table)


def _common(found: Inferred) -> dict[str, list[str]]:
    out = dict[str, list[str]]()
    if found.costs:
        taken = {*found.outputs, *found.targets, found.net_input, found.weight, found.bias}
        out["cost"] = [letter for letter, _ in found.costs.most_common() if letter.partition("_")[0] not in taken and "hat" not in letter][:3] or ["E"]
        if any(re.search(r"_\{[a-z]\}$", letter) for letter in out["cost"]):  # E_n is the cost of one example, E their sum
            out["cost"] = [letter for letter in out["cost"] if "_" in letter or letter + "_" not in "".join(out["cost"])]
    if found.rates:
        out["rate"] = [found.rates.most_common(1)[0][0]]
    if found.activations:
        out["activation"] = list(found.activations)[:3]
    return out


def _spelled(table: dict[str, list[str]]) -> str:
    return " ".join(f"{key}={', '.join(dict.fromkeys(values))}" for key, values in table.items() if values)
