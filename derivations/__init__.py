"""The book: one theorem per file, each with a PLACE (chapter, position), a docstring, and `derivation()`.

Running a file prints it: python -m derivations.sigmoid_derivative. `symbackprop book --out book.pdf` builds them all.
"""

CHAPTERS = {
    1: ("Two neurons and more", "After P. H. Winston's 6.034 note on backpropagation (2006)."),
    2: ("From functions to nets", "After M. Gordon's article on understanding backpropagation."),
    3: ("Perceptrons, units and heads", "After the lecture slides on neural networks (CS 540)."),
    4: ("Nets as graphs", "After the blog post A Simple Introduction to Neural Networks."),
}
