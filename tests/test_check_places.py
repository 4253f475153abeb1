"""Small documents of each kind with one slip each: every formula is seen, at its line and column."""

from __future__ import annotations

import json

import pytest

from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

HEAD = "sbp: net=2-3-1 notation=nielsen"
RST = f""".. {HEAD}

Inline :math:`\\frac{{\\partial C}}{{\\partial b^l_j}} = \\delta^l_j` and

.. math::

   w^l_{{jk}} \\leftarrow w^l_{{jk}} + \\eta \\frac{{\\partial C}}{{\\partial w^l_{{jk}}}}
"""
PY = f'''# {HEAD}
def step():
    r"""One step.

    .. math:: b^l_j \\leftarrow b^l_j - \\eta \\delta^l_j

    and :math:`\\sigma'(z^l_j) = 1 - a^l_j`.
    """
'''
MD = f"# Note\n<!-- {HEAD} -->\nRight: $a^l_j = \\sigma(z^l_j)$, wrong:\n\n$$\n\\delta^L_j = (y_j - a^L_j) \\sigma'(z^L_j)\n$$\n"
CELLS = [f"<!-- {HEAD} -->\n$a^l_j = \\sigma(z^l_j)$\n", "text\n$$\\delta^L_j = a^L_j - y_j$$"]
IPYNB = json.dumps({"cells": [{"cell_type": "markdown", "source": [each]} for each in CELLS]})


@pytest.mark.parametrize(
    ("text", "suffix", "places"),
    [
        (RST, ".rst", [(3, 15, "PROVED"), (7, 4, "REFUTED")]),
        (PY, ".py", [(5, 15, "PROVED"), (7, 16, "REFUTED")]),
        (MD, ".md", [(3, 9, "PROVED"), (6, 1, "REFUTED")]),
        (IPYNB, ".ipynb", [(2, 2, "PROVED"), (2, 3, "REFUTED")]),
    ],
)
def test_every_formula_is_seen_in_its_place(text: str, suffix: str, places: list[tuple[int, int, str]]) -> None:
    found = check_text(text, suffix, Settings(), explain=False).findings
    assert [(each.line, each.column, each.verdict.name) for each in found] == places
