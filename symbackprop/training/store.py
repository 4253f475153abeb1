"""Trained nets in files: one .npz without pickle, written atomically, with everything a run needs to go on bit for bit."""

from __future__ import annotations

import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from symbackprop.activations import activation
from symbackprop.codegen import recall
from symbackprop.errors import FileError, SymbackpropError, quote
from symbackprop.files import nearest_file
from symbackprop.networks import Edge, Network, Unit, Weight
from symbackprop.training.updates import STATE

FORMAT = 1
describe = recall.description


def rebuild(data: Mapping[str, Any]) -> Network:
    """The net that `describe` described; names are looked up in the tables.

    >>> rebuild(describe(Network.layered([2, 3, 1], "tanh"))).name
    '2-3-1'
    """
    if "layers" in data:
        return Network.layered(
            data["layers"], data["activations"], data["loss"], bias=data["bias"], name=data.get("name")
        )
    graph = data["graph"]

    def weight(item: Any) -> Weight:
        return item if isinstance(item, str) else Fraction(item["fixed"])

    units = [
        Unit(
            unit["name"],
            activation(unit["activation"]),
            tuple(Edge(source, weight(w)) for source, w in unit["edges"]),
            None if unit.get("bias") is None else weight(unit["bias"]),
            tuple((role, weight(value)) for role, value in unit.get("parameters", {}).items()),
            unit.get("group"),
        )
        for unit in graph["units"]
    ]
    return Network(
        graph["inputs"],
        units,
        graph["outputs"],
        graph["loss"],
        ones=graph.get("ones", ()),
        targets=graph["targets"],
        name=graph["name"],
    )


def place(path: str | os.PathLike[str]) -> None:
    """FileError where nothing could be saved under this name, before hours are spent on what is to be saved there."""
    target = Path(os.fsdecode(path))
    if not target.name or target.is_dir():
        raise FileError("this is no file to save into", where="checkpoint", got=quote(os.fsdecode(path)), try_="run.npz")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        said = "a folder that cannot be written to" if target.parent.exists() else "no such folder"
        raise FileError("the trainer cannot be saved", where=str(path), got=said)


def write(path: str | os.PathLike[str], facts: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write beside the file first, then rename: whoever is killed leaves the old file or the new one, never half of one."""
    target = Path(os.fsdecode(path))
    handle, name = -1, ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, facts=json.dumps({"format": FORMAT, **facts}), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError as problem:
        if name:
            Path(name).unlink(missing_ok=True)
        raise FileError("the trainer cannot be saved", where=str(path), got=problem.strerror or str(problem)) from None


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts and arrays of a saved trainer."""
    path = os.fsdecode(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            facts = json.loads(str(file["facts"]))
            arrays = {name: file[name] for name in file.files if name != "facts"}
    except OSError as problem:
        said = problem.strerror or "no .npz file"
        raise FileError("the saved trainer cannot be read", where=quote(str(path)), got=said, try_=nearest_file(str(path))) from None
    except KeyError as problem:
        raise FileError("this is not a saved trainer", where=quote(str(path)), got=f"no array {problem}") from None
    except (ValueError, zipfile.BadZipFile, EOFError, RuntimeError, zlib.error, struct.error, MemoryError) as problem:
        got = "no .npz file" if "pickle" in str(problem) else quote(str(problem))  # NumPy would offer to run what is in it
        raise FileError("this is not a saved trainer", where=quote(str(path)), got=got, try_="a file that --save or Trainer.save wrote") from None
    if not isinstance(facts, dict):
        raise FileError("this is not a saved trainer", where=quote(str(path)), got=quote(facts))
    if facts.get("format") != FORMAT:
        raise FileError(
            "this file was written by another version",
            where=str(path),
            expected=str(FORMAT),
            got=str(facts.get("format")),
        )
    return facts, arrays


def network(facts: Mapping[str, Any], path: object) -> Network:
    """The saved net; FileError where the file describes none."""
    try:
        return rebuild(facts["net"])
    except SymbackpropError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
        raise FileError("the file describes no net", where=str(path), got=quote(str(problem))) from None


def history(saved: Any) -> list[float]:
    """The losses so far; ValueError where the file has something else."""
    if saved.ndim != 1 or saved.dtype.kind != "f":
        raise ValueError("the history is no list of numbers")
    made: list[float] = saved.tolist()
    return made


def state(arrays: Mapping[str, Any], names: Any) -> dict[str, Any]:
    """What the update rule remembers, by its own names; ValueError where the file holds other things than were saved.

    `names`: of what was saved; older files do not say it.
    """
    known = {f"state_{name}": name for names in STATE.values() for name in names}
    strange = set(arrays) - {"theta", "history", *known}
    if strange:
        raise ValueError(f"an array that belongs to no trainer: {min(strange)[:40]}")
    found = {known[name]: np.array(value) for name, value in arrays.items() if name in known}
    if names is not None and sorted(found) != names:
        raise ValueError("something that the update rule remembered is missing")
    return found


def classes(net: Network, saved: Any) -> tuple[Any, ...] | None:
    """The classes that a net was trained on; ValueError where they are not as many as it tells apart."""
    if saved is None:
        return None
    plain = isinstance(saved, list) and all(isinstance(each, str | int | float) for each in saved)
    if not plain or not len(saved) == len(set(saved)) == max(2, len(net.outputs)):
        raise ValueError("the classes are not those of the net")
    return tuple(saved)
