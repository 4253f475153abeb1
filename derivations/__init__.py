"""The book: one theorem per file, each with a PLACE (chapter, position), a docstring, and `derivation()`.

Running a file prints it: python -m derivations.sigmoid_derivative. `symbackprop book --out book.pdf` builds them all.
"""

CHAPTERS = {
    1: ("Two neurons and more", "After P. H. Winston's 6.034 note on backpropagation (2006)."),
    2: ("From functions to nets", "After M. Gordon's article on understanding backpropagation."),
    3: ("Perceptrons, units and heads", "After the lecture slides on neural networks (CS 540)."),
    4: ("Nets as graphs", "After the blog post A Simple Introduction to Neural Networks."),
}

DOCUMENTS = {  # how a source begins: the document's title, and its sections in order
    "P. H. Winston, 6.034 note": ("P. H. Winston, 6.034 neural net notes", (
        "The sigmoid function", "The performance function", "Gradient ascent", "Gradient descent", "The simplest neural net",
        "More neurons per layers", "Summary",
    )),
    "M. Gordon": ("M. Gordon, My attempt to understand the backpropagation algorithm", (
        "Notation for functions", "Machine learning as function approximation", "One-dimensional case", "Two-dimensional case",
        "General case", "The Backpropagation algorithm", "One neuron per layer example", "The chain rule",
        "The chain rule using Euler notation", "The chain rule using Leibniz notation",
        "Euler-style backpropagation calculation of deltas", "Leibniz-style backpropagation calculation of deltas",
        "Pseudocode algorithm", "Neuron models and cost functions", "One neuron per layer example continued",
        "Derivative of the cost function", "Derivative of the activation function", "Instantiating the pseudocode",
        "Calculating bias deltas", "Two neuron per layer example", "Cost function", "Functions of several variables",
        "Partial derivatives", "Summary and vectorisation", "Vectorised pseudocode algorithms",
        "Generalising to many neurons per layer",
    )),
    "CS 540 slides": ("CS 540 slides, neural networks", (
        "Perceptron", "The perceptron training rule", "Representational power of perceptrons", "a multilayer perceptron",
        "Output layers", "Hidden layers", "Learning in multilayer networks", "Gradient descent in weight space",
        "Gradient descent: simple case", "Gradient descent with a sigmoid", "Backpropagation",
        "More Illustration of Backpropagation", "Exercise", "Gradient descent with Backpropagation",
    )),
    "A Simple Introduction to Neural Networks": ("A Simple Introduction to Neural Networks", ("ch. I", "ch. II", "ch. III")),
}  # fmt: skip
