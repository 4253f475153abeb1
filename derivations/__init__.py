"""The book: one theorem per file, each with a PLACE (chapter, position), a docstring, and `derivation()`.

Running a file prints it: python -m derivations.sigmoid_derivative. `symbackprop book --out book.pdf` builds them all.
"""

CHAPTERS = {
    1: ("Two neurons and more", "After P. H. Winston's 6.034 note on backpropagation (2006)."),
}
