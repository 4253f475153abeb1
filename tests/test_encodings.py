"""Encodings are undone by decoding, keep what they promise to keep, and refuse what they do not encode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from symbackprop.errors import DataError
from symbackprop.training.encodings import Bits, Centring, Images, OneOfK, Quantiser, Scaling, Thermometer

VALUES = st.lists(st.integers(), min_size=1, max_size=6, unique=True).map(tuple)
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
TABLES = st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(lambda shape: arrays(float, shape, elements=NUMBERS))


@given(VALUES, st.data())
@pytest.mark.parametrize("kind", [OneOfK, Thermometer])
def test_nominal_and_ordinal_codes_are_undone(kind: Any, values: tuple[int, ...], data: Any) -> None:
    sample = data.draw(st.lists(st.sampled_from(values), max_size=8))
    codes = kind(values).encode(sample)
    assert kind(values).decode(codes) == sample
    assert codes.shape == (len(sample), len(values))


@given(VALUES)
def test_the_thermometer_counts_and_one_of_k_does_not_order(values: tuple[int, ...]) -> None:
    assert Thermometer(values).encode(values).sum(axis=1).tolist() == [n + 1 for n in range(len(values))]
    assert OneOfK(values).encode(values).sum(axis=1).tolist() == [1] * len(values)


@given(TABLES)
def test_scaling_and_centring_are_undone_and_stay_in_range(table: Any) -> None:
    size = np.abs(table).max() + 1
    scaled = Scaling.fit(table, low=-1, high=1)
    centred = Centring.fit(table)
    for fitted in (scaled, centred):
        codes = fitted.encode(table)
        assert np.abs(codes).max() <= 1 + 1e-9
        assert np.abs(fitted.decode(codes) - table).max() <= 1e-9 * size
    assert np.abs((centred.encode(table) * centred.radius).mean(axis=0)).max() <= 1e-9 * size


@given(st.sampled_from([(2, 3), (4,), (2, 2, 3)]), st.integers(0, 4))
def test_images_become_vectors_and_back(shape: tuple[int, ...], count: int) -> None:
    images = np.arange(count * int(np.prod(shape))).reshape(count, *shape)
    vectors = Images(shape).encode(images)
    assert vectors.shape == (count, int(np.prod(shape)))
    assert (Images(shape).decode(vectors) == images).all()


@given(st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=1, max_size=5))
def test_bits_are_undone(rows: list[list[int]]) -> None:
    bits = Bits().encode(rows)
    assert bits.shape == (len(rows), 24) and Bits().decode(bits).tolist() == rows


@given(st.integers(1, 10), st.floats(0, 1))
def test_the_quantiser_is_within_half_a_step(bits: int, share: float) -> None:
    quantiser = Quantiser(bits, -2.0, 5.0)
    number = -2.0 + 7.0 * share
    assert abs(quantiser.decode(quantiser.encode([number]))[0] - number) <= quantiser.step / 2 + 1e-12
    codes = np.arange(quantiser.count)
    assert (quantiser.encode(np.clip(quantiser.decode(codes), -2.0, 5.0)) == codes).all()


REFUSED = {
    "an unknown value": lambda: OneOfK(("A", "C")).encode(["G"]),
    "values twice": lambda: OneOfK(("A", "A")).encode(["A"]),
    "two ones": lambda: OneOfK(("A", "C")).decode([[1, 1]]),
    "a half": lambda: OneOfK(("A", "C")).decode([[0.5, 0.5]]),
    "a gap": lambda: Thermometer((1, 2, 3)).decode([[1, 0, 1]]),
    "nothing": lambda: Thermometer((1, 2, 3)).decode([[0, 0, 0]]),
    "another width": lambda: Thermometer((1, 2, 3)).decode([[1, 0]]),
    "NaN": lambda: Scaling.fit([[float("nan")]]),
    "no rows": lambda: Centring.fit(np.zeros((0, 2))),
    "words": lambda: Scaling.fit([["tall"]]),
    "an empty range": lambda: Scaling.fit([[1.0]], low=1, high=1),
    "another shape": lambda: Images((2, 2)).encode(np.zeros((1, 3, 2))),
    "another length": lambda: Images((2, 2)).decode(np.zeros((1, 5))),
    "no byte": lambda: Bits().encode([[256]]),
    "no whole bytes": lambda: Bits().decode([[1, 0]]),
    "out of range": lambda: Quantiser(2, 0, 1).encode([2.0]),
    "no code": lambda: Quantiser(2, 0, 1).decode([4]),
    "no bits": lambda: Quantiser(0, 0, 1),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_encoded_is_refused(why: str) -> None:
    with pytest.raises(DataError):
        REFUSED[why]()


def test_the_nearest_value_is_the_largest_output() -> None:
    assert OneOfK(("cat", "dog")).nearest([[0.2, 0.7], [0.9, 0.1]]) == ["dog", "cat"]
