"""The numbers of the post: images, tweets, weights, rounds of an exhaustive search.

Notation  none
Needs     nine_neurons
Source    A Simple Introduction to Neural Networks, ch. II and III (systems S43, S118, S136, S137, S144, S145)
"""

from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Power, Product, Shown, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 13)


def times(*factors: int) -> Shown:
    """Numbers with a cross between them."""
    return Product(tuple(map(shown, factors)), "times")


def power(base: int, exponent: int) -> Shown:
    """A power of numbers."""
    return Power(shown(base), shown(exponent))


def derivation() -> Derivation:
    """320,000 bits, 32,000,000 bits, 2,240 bits, 768 bits; 100^1000 < 2^320000 by smaller steps."""
    line = Lines(Values())
    bits = (
        line.by(by_claim("small-images"), times(200, 200, 8), shown(320_000), "bits of an image of 200 by 200 gray bytes"),
        line.by(by_claim("large-images"), times(1000, 1000, 4, 8), shown(32_000_000), "bits of one of 1000 by 1000 pixels of 4 bytes"),
        line.by(by_claim("tweets"), times(280, 8), shown(2240), "bits of a tweet of 280 bytes"),
        line.by(by_claim("exhaustive-search"), times(12, 64), shown(768), "bits of twelve weights of 64"),
    )
    tiny = (
        line.claim(power(2, 3 * 2), shown(64), "rounds for three weights of two bits"),
        line.compare(power(2, 20), ">", shown(1_000_000), "twenty bits: more than a million rounds"),
    )
    configurations = (
        line.by(by_claim("configurations"), power(100, 10), shown(10) ** 20, "ten neurons with a hundred settings each"),
        line.compare(shown(100), "<", power(2, 7), "a setting is less than seven bits"),
        line.compare(times(1000, 7), "<", shown(320_000), "so a thousand of them are far fewer bits than a small image"),
    )
    return Derivation(
        "How many",
        (
            Section("", (
                words("A classifier of images is a function from bit vectors to a bit, and one of tweets a function from shorter ones to a score. The lengths are"),
                Display(bits),
                words("and the number of different inputs is 2 to that power. For the small images it has 96,330 digits."),
                words("To try all values of the weights takes one round for every combination, for the nine-neuron net 2 to the 768. It can be done for tiny "
                      "encodings only:"),
                Display(tiny),
                words("A net cannot tell apart more inputs than it has configurations. Allow each of a thousand neurons a hundred of them:"),
                Display(configurations),
                words("Of all images, then, such a net can be right on almost none. That it is right on those one cares about says something about those images: "
                      "they are few, and they come from a process that is simpler than they look."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II and III",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
