"""SPEC, the net a user names: layer sizes such as 2-3-1, or a TOML file that can describe every net.

A layered net:                             A graph of units:

    layers = [4, 10, 3]                        inputs = ["1", "3"]
    activation = "tanh"    # or a list         bias_neurons = ["2b"]
    output_activation = "softmax"              outputs = ["9"]
    loss = "softmax_cross_entropy"             activation = "sigmoid"        # unless a unit says otherwise
    bias = "parameter"     # BIAS_STYLES       bias = false                  # true: every unit has its own
                                               [units.6]
                                               from = ["1", "2b", "3"]
                                               weights = ["w16", "w26", 0.5] # names (may repeat: tied) or fixed numbers
                                               bias = "b"                    # a name (may be shared), true, false, or a number
                                               activation = "tanh"
                                               alpha = "alpha"               # rectifiers: a name or a number
                                               group = "g"                   # softmax units that belong together
"""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from symbackprop.activations import activation as find_activation
from symbackprop.errors import FileError, NetworkError, ShapeError, nearest, quote
from symbackprop.files import nearest_file, read_text
from symbackprop.networks import Edge, Network, Unit, Weight, default_parameters

MAX_FILE = 20_000_000
_SIZES = re.compile(r"[0-9]{1,9}(-[0-9]{1,9})+")
_ONLY_SEPARATORS = re.compile(r"[1-9][0-9]*(?:[-,;:x\u00d7\s\u2010-\u2015\u2212]+[1-9][0-9]*)+")
_LAYERED = {"name", "layers", "activation", "output_activation", "loss", "bias", "notation", "title"}
_GRAPH = {
    "name",
    "inputs",
    "bias_neurons",
    "outputs",
    "targets",
    "activation",
    "loss",
    "bias",
    "units",
    "notation",
    "title",
}
_UNIT = {"from", "weights", "bias", "activation", "alpha", "group"}


def read_spec(
    spec: str,
    *,
    activation: str | None = None,
    loss: str | None = None,
    bias: bool | str | None = None,
    output_activation: str | None = None,
) -> Network:
    """The net named by `spec`; the keywords are the command line's options and hold for sizes only. `activation` names one
    function for every layer, or one for each, first to last: "tanh,identity".

    Raises: ShapeError for sizes that cannot be, FileError for a file that cannot be read, NetworkError for a bad net.

    >>> read_spec("2-3-1").name
    '2-3-1'
    """
    if spec != "-" and not re.search(r"[a-wyzA-Z/\\]", spec) and not os.path.exists(spec):
        if not _SIZES.fullmatch(spec) or any(int(n) < 1 for n in spec.split("-")):
            meant = "-".join(re.findall(r"[0-9]+", spec))
            raise ShapeError(
                "these are not layer sizes",
                where="SPEC",
                expected="numbers from 1 up joined by -, the input layer first, such as 2-3-1",
                got=quote(spec),
                try_=meant if _ONLY_SEPARATORS.fullmatch(spec) and _SIZES.fullmatch(meant) else None,
            )
        return Network.layered(
            [int(n) for n in spec.split("-")],
            "sigmoid" if activation is None else _layer_by_layer(activation),
            "performance" if loss is None else loss,
            bias=True if bias is None else bias,
            output_activation=output_activation,
        )
    given = {"--activation": activation, "--loss": loss, "--bias": bias, "--output-activation": output_activation}
    if any(value is not None for value in given.values()):
        named = ", ".join(key for key, value in given.items() if value is not None)
        raise NetworkError(f"{named} cannot change a net that a file describes", where=spec, try_="say it in the file")
    return read_file(spec)


def _layer_by_layer(activation: str) -> str | list[str]:
    """One name for every layer, or a name a layer between commas: tanh,identity."""
    names = [each.strip() for each in activation.split(",")]
    return names if len(names) > 1 else activation


def read_file(path: str) -> Network:
    """The net a TOML file describes."""
    try:
        text = read_text(path, MAX_FILE)
    except OSError as problem:
        raise FileError(
            "the file that should describe the net cannot be read",
            where=quote(path),
            got=problem.strerror or str(problem),
            try_=nearest_file(path) or "layer sizes such as 2-3-1, or the path of a TOML file",
        ) from None
    except UnicodeDecodeError as problem:
        raise FileError("this is not a TOML file", where=path, got=quote(str(problem))) from None
    except ValueError:
        raise FileError("the file is too large for a net", where=path, expected=f"at most {MAX_FILE} bytes") from None
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"), parse_float=_decimal)
    except (ValueError, RecursionError) as problem:
        raise FileError("this is not a TOML file", where=path, got=quote(str(problem))) from None
    return read_data(data, where=path)


def read_data(data: Mapping[str, Any], where: str = "the description") -> Network:
    """The net that a parsed TOML table describes."""
    if "layers" in data:
        _known(data, _LAYERED, where)
        sizes = data["layers"]
        if not isinstance(sizes, list):
            raise ShapeError(
                "layers is not a list of sizes", where=where, expected="layers = [2, 3, 1]", got=quote(sizes)
            )
        return Network.layered(
            sizes,
            _names(data.get("activation", "sigmoid"), f"{where}: activation"),
            _text(data.get("loss", "performance"), f"{where}: loss"),
            bias=bias if isinstance(bias := data.get("bias", True), bool) else _text(bias, f"{where}: bias"),
            output_activation=_optional(data, "output_activation", where),
            name=_optional(data, "name", where),
        )
    _known(data, _GRAPH, where)
    missing = [key for key in ("inputs", "units", "outputs") if key not in data]
    if missing:
        raise FileError(
            "the file describes no net",
            where=where,
            expected="layers = [...], or inputs, units and outputs",
            got=f"no {', '.join(missing)}",
        )
    if not isinstance(data["units"], dict):
        raise FileError("units is not a set of tables", where=where, expected="[units.NAME] tables")
    units = [_unit(str(name), item, data, f"{where}: units.{name}") for name, item in data["units"].items()]
    return Network(
        _list(data["inputs"], f"{where}: inputs"),
        units,
        _list(data["outputs"], f"{where}: outputs"),
        _text(data.get("loss", "performance"), f"{where}: loss"),
        ones=_list(data.get("bias_neurons", []), f"{where}: bias_neurons"),
        targets=_list(data["targets"], f"{where}: targets") if "targets" in data else None,
        name=_text(data.get("name", Path(where).stem), f"{where}: name"),
    )


def read_written(text: str, where: str = "the net written out") -> Network:
    """The net that one line of JSON describes, with the keys of a TOML file."""
    try:
        data = json.loads(text[:MAX_FILE], parse_float=_decimal)
    except (ValueError, RecursionError) as problem:
        raise FileError("the net written out is not JSON", where=where, got=quote(str(problem))) from None
    if not isinstance(data, dict):
        raise FileError("the net written out is no table", where=where, expected='{"inputs": [...], "units": {...}, "outputs": [...]}')
    return read_data(data, where)


def as_data(net: Network) -> dict[str, Any]:
    """The table that `read_data` reads as this net, in values that JSON and TOML have; numbers as {"fixed": "1/2"}.

    >>> net = read_data({"inputs": ["x1"], "units": {"a": {"from": ["x1"], "weights": [2]}}, "outputs": ["a"]})
    >>> as_data(net)["units"]
    {'a': {'from': ['x1'], 'weights': [{'fixed': '2'}], 'bias': False, 'activation': 'sigmoid'}}
    """

    def plain(weight: Weight) -> Any:
        return weight if isinstance(weight, str) else {"fixed": str(weight)}

    units = dict[str, Any]()
    for unit in net.units:
        item: dict[str, Any] = {
            "from": [edge.source for edge in unit.edges],
            "weights": [plain(edge.weight) for edge in unit.edges],
            "bias": False if unit.bias is None else plain(unit.bias),
            "activation": unit.activation.name,
        }
        for role, value in unit.parameters:
            item[role] = plain(value)
        if unit.group is not None:
            item["group"] = unit.group
        units[unit.name] = item
    return {
        "name": net.name,
        "inputs": list(net.inputs),
        **({"bias_neurons": list(net.ones)} if net.ones else {}),
        "outputs": list(net.outputs),
        "targets": list(net.targets),
        "loss": net.loss.name,
        "units": units,
    }


def _unit(name: str, item: Any, data: Mapping[str, Any], where: str) -> Unit:
    if not isinstance(item, dict):
        raise FileError("a unit is not a table", where=where, expected=f"[units.{name}] with from = [...]")
    _known(item, _UNIT, where)
    sources = _list(item.get("from", []), f"{where}: from")
    weights = item.get("weights", [f"w_{source}_{name}" for source in sources])
    if not isinstance(weights, list) or len(weights) != len(sources):
        raise ShapeError(
            "the weights do not fit the sources",
            where=where,
            expected=f"{len(sources)} weights, one for each of {', '.join(sources)}",
            got=str(len(weights)) if isinstance(weights, list) else quote(weights),
        )
    kind = find_activation(_text(item.get("activation", data.get("activation", "sigmoid")), where), where)
    bias = item.get("bias", data.get("bias", False))
    given = {"alpha": _weight(item["alpha"], f"{where}: alpha")} if "alpha" in item else {}
    if given and "alpha" not in kind.partial_terms:
        raise NetworkError(f"{kind.name} has no alpha", where=where, try_="leaky_relu or parametric_relu")
    if "group" in item and not kind.vector:
        raise NetworkError(f"{kind.name} units have no group", where=where, try_='activation = "softmax"')
    return Unit(
        name,
        kind,
        tuple(
            Edge(source, _weight(weight, f"{where}: weights")) for source, weight in zip(sources, weights, strict=True)
        ),
        {True: f"b_{name}", False: None}[bias] if isinstance(bias, bool) else _weight(bias, f"{where}: bias"),
        default_parameters(kind, f"_{name}", given),
        _text(item.get("group", "softmax"), where) if kind.vector else None,
    )


def _weight(value: Any, where: str) -> Weight:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, dict) and value.keys() == {"fixed"} and re.fullmatch(r"-?\d{1,40}(/0*[1-9]\d{0,40})?", str(value["fixed"])):
        return Fraction(str(value["fixed"]))
    if isinstance(value, float) and math.isfinite(value):
        return Fraction(repr(value))  # the decimal that was written, not its binary neighbour
    raise NetworkError("this is not a weight", where=where, expected="a name or a number", got=quote(value))


def _known(data: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in data:
        if key not in allowed:
            close = nearest(key, allowed)
            raise FileError(
                "the file says something this kind of net does not have",
                where=where,
                expected="one of " + ", ".join(sorted(allowed)),
                got=quote(key),
                try_=" or ".join(close) or None,
            )


def _list(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise FileError("this is not a list of names", where=where, expected='["1", "2"]', got=quote(value))
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise FileError("this is not a name", where=where, expected="a text in quotes", got=quote(value))
    return value


def _optional(data: Mapping[str, Any], key: str, where: str) -> str | None:
    return _text(data[key], f"{where}: {key}") if key in data else None


def _decimal(text: str) -> Fraction:
    """The number that was written: 0.1 is a tenth, exactly."""
    power = text.lower().partition("e")[2]
    if len(text) > 300 or (power and abs(int(power)) > 300):
        raise ValueError(f"the number {text[:40]} is too large or too small")
    return Fraction(text)


def _names(value: Any, where: str) -> str | list[str]:
    return _list(value, where) if isinstance(value, list) else _text(value, where)
