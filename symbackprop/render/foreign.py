r"""Letters that LaTeX's usual fonts lack: a document keeps them in its source and says how each is set, Cyrillic ones in Latin.

    z_{\textit{ш}}   is set as  z_š,   as the line `\expandafter\def\csname u8:\detokenize{ш}\endcsname{\v{s}}` declares
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from symbackprop.notation.greek import LETTERS

T1 = frozenset("–—‘’“”äöüÄÖÜßéèêàâçñåøæ")  # set as they stand
LATIN = dict(
    zip("абвгґдезиіїйклмнопрстуўфхцчшыьэ", "abvggdeziiïjklmnoprstuŭfhcčšy'è"), ё="ë", є="je", ж="ž", щ="šč", ъ="''", ю="ju", я="ja"
)  # as libraries write them
LATIN |= {small.upper(): latin.capitalize() for small, latin in LATIN.items()}
ACCENTS = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=", "\u0306": r"\u", "\u0307": r"\.",
    "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v", "\u0327": r"\c", "\u0328": r"\k",
}  # fmt: skip
OWN = {"ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}", "Œ": r"\OE{}", "Æ": r"\AE{}", "đ": r"\dj{}"}


def spelt_out(sign: str) -> str:
    r"""What is printed for a letter that the fonts lack: its like in Latin, with its accent, or its code point.

    >>> spelt_out("ш"), spelt_out("Я"), spelt_out("ř"), spelt_out("日")
    ('\\v{s}', 'Ja', '\\v{r}', '[U+65E5]')
    """
    if sign in LATIN:
        return "".join(each if each.isascii() else spelt_out(each) for each in LATIN[sign])
    base, *marks = list(unicodedata.normalize("NFD", sign))
    if marks and base.isascii() and base.isalnum() and all(each in ACCENTS for each in marks):
        for each in marks:
            base = f"{ACCENTS[each]}{{{base}}}"
        return base
    greek = next((name for name, letter in LETTERS.items() if letter == sign), "")
    return rf"\ensuremath{{\{greek}}}" if greek else OWN.get(sign) or f"[U+{ord(sign):04X}]"


def declaring(pieces: Iterable[str]) -> Iterator[str]:
    r"""The pieces of a document, with the letters that no font has declared where they are first met.

    >>> "".join(declaring(["$x_1$", "größe"]))
    '$x_1$größe'
    >>> print("".join(declaring(["words", "\n$z_ш$", "$y_ш$"])))
    words
    \expandafter\def\csname u8:\detokenize{ш}\endcsname{\v{s}}%
    $z_ш$$y_ш$
    """
    known = set(T1)
    for piece in pieces:
        fresh = [] if piece.isascii() else sorted({sign for sign in piece if not sign.isascii() and sign.isalnum()} - known)
        lines = (f"\\expandafter\\def\\csname u8:\\detokenize{{{sign}}}\\endcsname{{{spelt_out(sign)}}}%\n" for sign in fresh)
        body = piece.lstrip("\n")
        yield piece[: len(piece) - len(body)] + "".join(lines) + body
        known.update(fresh)
