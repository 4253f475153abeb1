"""The words and signs a formula may use, as data: what LaTeX, Unicode and plain text call the same thing."""

from __future__ import annotations

from symbackprop.notation.greek import LETTERS


def listed(text: str) -> tuple[str, ...]:
    """The words of a line."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


GREEK = tuple(LETTERS)

# Functions whose name is a word; a bare word in plain text is read whole when it is one of these.
FUNCTIONS = listed(
    "sin cos tan sinh cosh sech tanh exp log ln sigmoid logistic relu softmax softplus sign sgn diag step "
    "identity lrelu prelu leaky_relu parametric_relu"
)

NAMES = {  # commands that are simply a symbol
    **{name: name for name in GREEK + FUNCTIONS},
    "partial": "partial", "nabla": "nabla", "infty": "infinity", "ell": "ell", "Re": "Re", "Im": "Im", "hbar": "hbar",
    "top": "T", "intercal": "T", "grad": "nabla", "perp": "perp", "emptyset": "emptyset", "aleph": "aleph",
    "dagger": "dagger", "imath": "i", "jmath": "j", "vartriangle": "Delta", "triangle": "Delta", "bigtriangleup": "Delta",
    "varDelta": "Delta", "triangledown": "nabla", "bigtriangledown": "nabla", "dim": "dim", "det": "det", "ker": "ker", "arctan": "arctan",
    "arcsin": "arcsin", "arccos": "arccos", "deg": "deg", "gcd": "gcd",
}  # fmt: skip

OPERATORS = {
    "times": "times", "cdot": "cdot", "ast": "times", "odot": "odot", "circ": "circ", "otimes": "otimes", "star": "star", "circledcirc": "odot", "circledast": "circledast",
    "bullet": "bullet", "div": "/", "pm": "pm", "mp": "mp", "oplus": "oplus", "colon": ":", "vert": "|", "mid": "|",
    "Vert": "||", "|": "||", "lVert": "||", "rVert": "||", "lvert": "|", "rvert": "|", "setminus": "setminus",
}  # fmt: skip

RELATIONS = {
    "=": "=", "eq": "=", "equiv": "=", "triangleq": ":=", "coloneqq": ":=", "coloneq": ":=", "doteq": ":=", "neq": "!=",
    "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "ll": "<<", "gg": ">>", "approx": "~", "simeq": "~", "sim": "sim", "cong": "~", "propto": "propto",
    "leftarrow": "<-", "gets": "<-", "longleftarrow": "<-", "to": "to", "rightarrow": "to", "longrightarrow": "to",
    "mapsto": "mapsto", "Leftrightarrow": "iff", "iff": "iff", "Rightarrow": "implies", "implies": "implies",
    "Longrightarrow": "implies", "Longleftrightarrow": "iff", "in": "in", "notin": "notin", "subset": "subset",
    "subseteq": "subset", "leftrightarrow": "iff", "Leftarrow": "if",
}  # fmt: skip

STRUCTURE = word_set(
    "frac dfrac tfrac cfrac sfrac nicefrac sqrt sum prod int max min sup inf lim arg argmax argmin underbrace overbrace "
    "hat dot ddot bar vec tilde widehat widetilde overline underline dv pdv dd odv norm abs left right "
    "boxed cancel not prime binom dbinom tbinom"
)

ACCENTS = word_set(
    "hat dot ddot bar vec tilde widehat widetilde overline underline"
)

OPEN = {"(": ")", "[": "]", "{": "}", "lbrace": "rbrace", "langle": "rangle", "lfloor": "rfloor", "lceil": "rceil"}
BRACKETS = {"{": "lbrace", "}": "rbrace", "lbrace": "lbrace", "rbrace": "rbrace", "langle": "langle", "rangle": "rangle",
            "lfloor": "lfloor", "rfloor": "rfloor", "lceil": "lceil", "rceil": "rceil", "lbrack": "[", "rbrack": "]",
            "lparen": "(", "rparen": ")"}  # fmt: skip
CLOSE = {close: opened for opened, close in OPEN.items()}
SHOWN = {"lbrace": r"\{", "rbrace": r"\}", "langle": r"\langle", "rangle": r"\rangle"}

SPOKEN = {"forall": "for all", "therefore": "therefore", "because": "because"}
DOTS = word_set(
    "dots ldots cdots hdots adots iddots vdots ddots dotsc dotsb dotsm dotso"
)
SPACES = frozenset([",", ";", ":", "!", " ", ">", "thinspace", "medspace", "thickspace", "negthinspace", "enspace", "\n"])
SEPARATORS = frozenset(["quad", "qquad"])
STARRED = frozenset(["dv", "pdv", "odv", "norm", "abs", "qty"])  # whose star is about brackets
OVERLAYS = frozenset(["alert", "only", "onslide", "uncover", "visible", "invisible", "structure", "pause", "qty"])  # of slides, and brackets that grow
DROPPED = frozenset(  # say how it looks, not what it means
    ["displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "bigm", "Bigm", "nonumber", "notag", "hline", "centering", "noindent", "mathstrut", "strut", "allowbreak", "nobreak", "break", "middle", "hfill", "hfil", "relax", "protect", "ensuremath", "medskip", "smallskip", "bigskip", "linebreak", "mathord", "mathrel", "mathbin", "mathop", "mathopen", "mathclose", "mathinner", "toprule", "midrule", "bottomrule", "rm", "bf", "it"]
)
DROPPED_WITH_ARGUMENT = word_set(
    "tag label ref eqref cite footnote color vspace vskip phantom hphantom vphantom "
    "setlength intertext raisebox tag* vspace* fontsize"
)
DROPPED_FIRST_ARGUMENT = frozenset(["textcolor", "colorbox"])
TEXT = word_set(
    "text textrm textit textbf texttt textsf mbox hbox textnormal textup emph intertext shortintertext"
)
FONTS = word_set(
    "mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm operatorname "
    "mathds mathbbm operatorname* pmb mathnormal bold symbf symbfit symrm"
)

UNICODE = {  # signs with a meaning of their own; letters are handled by `READ` of the Greek table and by compatibility forms
    "−": "-", "–": "-", "×": r"\times", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "⊙": r"\odot", "∘": r"\circ",
    "⊗": r"\otimes", "⋆": r"\star", "÷": "/", "∕": "/", "⁄": "/", "±": r"\pm", "∂": r"\partial", "∇": r"\nabla",
    "∑": r"\sum", "Σ": r"\sum", "∏": r"\prod", "√": r"\sqrt", "∞": r"\infty", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": r"\approx", "∝": r"\propto", "←": r"\leftarrow", "→": r"\to", "⟵": r"\leftarrow", "⟶": r"\to", "↦": r"\mapsto",
    "⇒": r"\implies", "⇔": r"\iff", "∈": r"\in", "≡": r"\equiv", "≔": ":=", "′": "'", "″": "''", "…": r"\dots",
    "⋯": r"\cdots", "⋮": r"\vdots", "‖": r"\|", "∥": r"\|", "⟨": r"\langle ", "⟩": r"\rangle ", "ᵀ": "^T", "⊤": r"\top ",
    "ℓ": r"\ell ", "∆": r"\Delta ", "µ": r"\mu ", "½": r"\frac{1}{2}", "∗": "*", "≪": r"\ll ", "≫": r"\gg ", "∼": r"\sim ",
    "ℝ": r"\mathbb{R}", "≜": ":=", "∴": r"\therefore ", "∵": r"\because ", "△": r"\Delta ", "⊕": r"\oplus ", "’": "'", "ʹ": "'", "\u2061": "", "\u2062": r"\cdot ", "⎵": "",
}  # fmt: skip

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˡᴸʲᵏᵐᵀ", "0123456789+-=()nilLjkmT", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣ", "0123456789+-=()aeoxhklmnpstijr", strict=True))

# What plain text may call a thing; the right side is LaTeX's word for it.
PLAIN = {
    **{name: name for name in GREEK + FUNCTIONS}, "partial": "partial", "nabla": "nabla", "grad": "nabla", "inf": "infty",
    "infinity": "infty", "oo": "infty", "sqrt": "sqrt", "sum": "sum", "prod": "prod", "Sum": "Sum", "Product": "Product",
    "diff": "diff", "Derivative": "Derivative", "Eq": "Eq", "Rational": "Rational", "Matrix": "Matrix", "odot": "odot",
    "transpose": "transpose", "Integer": "Integer", "abs": "abs", "Abs": "abs", "max": "max", "min": "min", "Max": "max",
    "Min": "min", "tanh": "tanh", "ReLU": "relu", "cdot": "cdot", "times": "times", "circ": "circ", "lim": "lim",
    "sech": "sech", "dot": "dot", "outer": "outer", "matmul": "matmul", "multiply": "multiply",
    "power": "power", "square": "square", "maximum": "max", "minimum": "min", "absolute": "abs",
    "Function": "Function", "Symbol": "Symbol",
}  # fmt: skip
