"""The product modulo 2^31 - 1 compiled by numba: the same numbers as NumPy's, without cutting factors into halves.

A product of two residues is below 2^62; its upper and lower 31 bits are congruent to it when added, since 2^31 = 1 modulo
2^31 - 1, and a sum of n <= 2^30 of them stays below 2^63. No division stands in the loop.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import Any

P = 2**31 - 1


def installed() -> bool:
    """Whether numba can be imported."""
    return importlib.util.find_spec("numba") is not None


@cache
def product() -> Any:
    """The compiled function: (rows of residues, columns of residues) to their product modulo P."""
    import numba
    import numpy as np

    def compiled(left: Any, right: Any) -> Any:
        count, width = left.shape
        columns = right.shape[1]
        result = np.empty((count, columns), np.int64)
        for i in numba.prange(count):
            sums = np.zeros(columns, np.int64)
            for k in range(width):
                factor = left[i, k]
                for t in range(columns):
                    each = factor * right[k, t]
                    sums[t] += (each >> 31) + (each & P)
            for t in range(columns):
                result[i, t] = sums[t] % P
        return result

    try:
        return numba.njit(parallel=True, cache=True)(compiled)  # a second run starts with the code of the first
    except RuntimeError:  # nowhere to write it
        return numba.njit(parallel=True)(compiled)
