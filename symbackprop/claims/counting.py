"""Numbers that the documents state: parameters of nets, sizes of input spaces, rounds of an exhaustive search.

Sources: Gordon's article (nets of Figs. 2 and 10), the blog post (its nine-neuron net, images, tweets, 64-bit weights).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import log10

from symbackprop.claims.claim import Claim, counted, shown

NINE_NEURONS = {"3": ("1", "2b"), "4": ("1", "2b"), "6": ("3", "4", "5b"), "7": ("4", "5b"), "9": ("6", "7", "8b")}
GORDON = (6, 6, 4, 3, 1)  # inputs of layer 1, then the neurons of layers 1 to 4


def fully_connected(sizes: Sequence[int], bias: bool = True) -> int:
    """Weights and biases of a fully connected net, the input layer first.

    >>> fully_connected([2, 3, 1])
    13
    """
    return sum((m + bias) * n for m, n in pairwise(sizes))


def per_neuron(sizes: Sequence[int], each: int = 2) -> int:
    """The count where a neuron has one weight and one bias, whatever its inputs (Gordon's 2 x the number of neurons).

    >>> [per_neuron([GORDON[n], GORDON[n + 1]]) for n in range(4)]
    [12, 8, 6, 2]
    """
    return each * sum(sizes[1:])


def edges(net: dict[str, tuple[str, ...]]) -> int:
    """The number of edges, so of weights, of a graph given by the sources of each unit."""
    return sum(len(sources) for sources in net.values())


def image_bits(height: int, width: int, bytes_each: int) -> int:
    """Bits of an image.

    >>> image_bits(200, 200, 1), image_bits(1000, 1000, 4)
    (320000, 32000000)
    """
    return height * width * bytes_each * 8


def digits(bits: int) -> int:
    """How many decimal digits 2^bits has, exactly.

    >>> digits(10), digits(320000)
    (4, 96330)
    """
    return digits_of(1 << bits)


def digits_of(number: int) -> int:
    """How many decimal digits a number has, exactly, without writing it out.

    >>> digits_of(0), digits_of(999), digits_of(10**50)
    (1, 3, 51)
    """
    guess = int((abs(number).bit_length() - 1) * log10(2)) + 1
    for candidate in (guess - 1, guess, guess + 1):  # 10^(c-1) <= number < 10^c, in integers
        if candidate > 0 and abs(number) < 10**candidate and (candidate == 1 or 10 ** (candidate - 1) <= abs(number)):
            return candidate
    raise AssertionError(guess)


def search_rounds(weights: int, bits: int) -> int:
    """Combinations that an exhaustive search over all encodings of the weights looks at.

    >>> search_rounds(3, 2)
    64
    """
    return 1 << weights * bits


def configurations(neurons: int, values: int) -> int:
    """Combinations of one setting per neuron, a bound on the inputs that a net can tell apart.

    >>> configurations(3, 2)
    8
    """
    return int(values**neurons)


def gradient(first: tuple[int, int], second: tuple[int, int]) -> Fraction:
    """The slope of the line through two points.

    >>> gradient((2, 0), (4, 2)), gradient((-3, 1), (-1, 0))
    (Fraction(1, 1), Fraction(-1, 2))
    """
    return Fraction(second[1] - first[1], second[0] - first[0])


def _stated(name: str, statement: str, what: str, said: int, computed: int, wrong: int) -> Claim:
    """A number as a document states it, against what is computed here."""
    return Claim(
        name,
        statement,
        lambda: counted(what, said, computed),
        (f"{what}: {shown(wrong)}", lambda: counted(what, wrong, computed)),
    )


NINE = _stated(
    "nine-neuron-weights",
    "the nine-neuron net has 12 weights",
    "edges of the nine-neuron net",
    12,
    edges(NINE_NEURONS),
    13,
)
FOUR_BY_TWO = _stated(
    "gordon-24", "the net of four layers of two neurons, all with weights and biases, has 24 parameters",
    "weights and biases of 2-2-2-2-2", 24, fully_connected([2, 2, 2, 2, 2]), 16,
)  # fmt: skip
TWO_EACH = _stated(
    "gordon-28", "with one weight and one bias per neuron the 6-4-3-1 net has 2 x 14 parameters, R^12, R^8, R^6, R^2 by layer",
    "one weight and one bias for each of 14 neurons", 2 * 14, per_neuron(GORDON), fully_connected(GORDON),
)  # fmt: skip
CONNECTED = _stated(
    "gordon-89", "fully connected, with one weight per edge, the same net has 89 parameters rather than 2 x 14",
    "weights and biases of 6-6-4-3-1", 89, fully_connected(GORDON), 28,
)  # fmt: skip
SMALL_IMAGE = _stated(
    "small-images", "gray-scale images of 200 x 200 bytes are {0,1}^320000, a number of images of 96,330 digits",
    "digits of 2^(200 x 200 x 8)", 96_330, digits(image_bits(200, 200, 1)), 96_329,
)  # fmt: skip
LARGE_IMAGE = _stated(
    "large-images", "images of 1000 x 1000 pixels of 4 bytes are {0,1}^32000000",
    "bits of such an image", 32_000_000, image_bits(1000, 1000, 4), 3_200_000,
)  # fmt: skip
TWEET = _stated("tweets", "tweets of 280 one-byte characters are {0,1}^2240", "bits of a tweet", 2240, 280 * 8, 280)
SEARCH = _stated(
    "exhaustive-search", "exhaustive search over 64-bit encodings of 12 weights takes 2^768 rounds",
    "rounds over 12 weights of 64 bits", 2**768, search_rounds(12, 64), 2**64,
)  # fmt: skip
TELL_APART = Claim(
    "configurations",
    "1000 neurons with 100 settings each tell apart fewer inputs than there are small images: 100^1000 < 2^320000",
    lambda: counted("100^1000 < 2^320000, as 1 for true", 1, int(configurations(1000, 100) < 2**320000)),
    (
        "100^1000 is more than that",
        lambda: counted("100^1000 > 2^320000, as 1 for true", 1, int(configurations(1000, 100) > 2**320000)),
    ),
)
TANGENTS = Claim(
    "red-tangents",
    "the line through (2, 0) and (4, 2) has gradient 1, that through (-3, 1) and (-1, 0) has -1/2",
    lambda: counted(
        "1 + 2 x (-1/2), as the sum of the two", 0, int(gradient((2, 0), (4, 2)) + 2 * gradient((-3, 1), (-1, 0)))
    ),
    ("the second gradient is 1/2", lambda: counted("2 x the second gradient", 1, int(2 * gradient((-3, 1), (-1, 0))))),
)
