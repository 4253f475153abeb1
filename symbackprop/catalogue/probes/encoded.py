"""Encodings of the documents, there and back."""

from __future__ import annotations

import numpy as np

from symbackprop.catalogue.row import need
from symbackprop.training.encodings import Bits, Centring, Images, OneOfK, Quantiser, Scaling, Thermometer


def bases() -> str:
    """A = 1000, C = 0100, G = 0010, T = 0001."""
    code = OneOfK(("A", "C", "G", "T"))
    good = code.encode("ACGT").tolist() == np.eye(4).tolist() and code.decode(code.encode("GATC")) == list("GATC")
    return need(good, f"G = {code.encode('G')[0].astype(int).tolist()}")


def sizes() -> str:
    """small = 100, medium = 110, large = 111."""
    code = Thermometer(("small", "medium", "large"))
    words = ["small", "medium", "large"]
    rows = code.encode(words).astype(int).tolist()
    return need(rows == [[1, 0, 0], [1, 1, 0], [1, 1, 1]] and code.decode(rows) == words, f"{rows}, ones: 1, 2, 3")


def scaled() -> str:
    """Each feature on [0, 1]."""
    data = np.array([[150.0, 1.0], [200.0, 3.0], [175.0, 2.0]])
    fitted = Scaling.fit(data)
    codes = fitted.encode(data)
    good = codes.tolist() == [[0, 0], [1, 1], [0.5, 0.5]] and np.allclose(fitted.decode(codes), data)
    return need(good, f"{codes.tolist()}")


def centred() -> str:
    """Mean 0, then [-1, 1]."""
    data = np.array([[1.0], [2.0], [6.0]])
    fitted = Centring.fit(data)
    codes = fitted.encode(data)
    good = abs(codes.mean()) < 1e-15 and np.abs(codes).max() == 1 and np.allclose(fitted.decode(codes), data)
    return need(good and np.allclose(codes.ravel(), [-2 / 3, -1 / 3, 1]), f"{np.round(codes.ravel(), 4).tolist()}")


def image() -> str:
    """A 2 x 3 image as six numbers and back."""
    picture, shape = np.arange(6).reshape(1, 2, 3), Images((2, 3))
    codes = shape.encode(picture)
    return need(
        codes.tolist() == [[0, 1, 2, 3, 4, 5]] and bool((shape.decode(codes) == picture).all()), f"{codes.tolist()}"
    )


def labels() -> str:
    """Targets as indicator vectors, read back from what a net puts out by the largest."""
    code = OneOfK(("cat", "dog", "bird"))
    cat, dog = code.encode(["cat", "dog"]).astype(int).tolist()
    return need((cat, dog) == ([1, 0, 0], [0, 1, 0]) and code.nearest([[0.1, 0.2, 0.7]]) == ["bird"], f"dog = {dog}")


def weights() -> str:
    """Weights in 8 bits on [-4, 4]: within half a step; 64 bits for 12 weights are 2^768 combinations."""
    code = Quantiser(8, -4, 4)
    numbers = np.array([0.1, -3.3, 2.7])
    worst = float(np.abs(code.decode(code.encode(numbers)) - numbers).max())
    return need(worst <= code.step / 2, f"256 values, largest change {worst:.4f}, half a step {code.step / 2:.4f}")


def bits() -> str:
    """A tweet of 280 bytes is 2240 bits, and comes back."""
    text = b"hello".ljust(280)
    vector = Bits().encode(np.frombuffer(text, dtype=np.uint8)[None])
    return need(
        bytes(Bits().decode(vector)[0].tolist()) == text and vector.shape == (1, 2240), "280 bytes, 2240 bits, and back"
    )
