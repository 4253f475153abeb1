"""The checker: reads hand-written formulas and says whether they are true of a net.

    check(formula, net, notation="winston")     one Finding for each link of the formula
    check_file(path)                            every formula of a document
    assert_formula(formula, net)                for a user's own tests

The package shares its name with its main function, so it can be called like it.
"""

from __future__ import annotations

from symbackprop.door import callable_module, loaded_on_use

__getattr__ = loaded_on_use(
    __name__,
    {
        "check": "symbackprop.check.api",
        "check_file": "symbackprop.check.api",
        "assert_formula": "symbackprop.check.api",
        "check_formula": "symbackprop.check.api",
        "Finding": "symbackprop.check.deciding.finding",
        "Settings": "symbackprop.check.documents.settings",
        "parse_formula": "symbackprop.check.reading.statements",
    },
)
callable_module(__name__)
