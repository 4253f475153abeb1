r"""The textbooks' own lines in the textbooks' own letters: right ones hold, and one slip in each is never proved."""

from __future__ import annotations

import pytest

from symbackprop.check import check

HAYKIN = [  # S. Haykin, Neural Networks and Learning Machines, 3rd edition, sec. 4.4: equation, and a slip
    (r"\frac{\partial y_j(n)}{\partial v_j(n)} = \varphi'_j(v_j(n))", r"\frac{\partial y_j(n)}{\partial v_j(n)} = \varphi_j(v_j(n))"),
    (r"\frac{\partial v_j(n)}{\partial w_{ji}(n)} = y_i(n)", r"\frac{\partial v_j(n)}{\partial w_{ji}(n)} = y_j(n)"),
    (r"\Delta w_{ji}(n) = \eta \delta_j(n) y_i(n)", r"\Delta w_{ji}(n) = -\eta \delta_j(n) y_i(n)"),
    (r"\delta_j(n) = -\frac{\partial \mathcal{E}(n)}{\partial v_j(n)}", r"\delta_j(n) = \frac{\partial \mathcal{E}(n)}{\partial v_j(n)}"),
    (r"\delta_j(n) = (d_j(n) - y_j(n)) \varphi'_j(v_j(n))", r"\delta_j(n) = (y_j(n) - d_j(n)) \varphi'_j(v_j(n))"),
    (r"\delta_j(n) = \varphi'_j(v_j(n)) \sum_k \delta_k(n) w_{kj}(n)", r"\delta_j(n) = \varphi'_j(v_j(n)) \sum_k \delta_k(n) w_{jk}(n)"),
]
GOODFELLOW = [  # I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, algorithms 6.3 and 6.4
    (r"a^{(k)} = b^{(k)} + W^{(k)} h^{(k-1)}", r"a^{(k)} = b^{(k)} + W^{(k)} h^{(k)}"),
    (r"h^{(k)} = f(a^{(k)})", r"h^{(k)} = f(a^{(k-1)})"),
    (r"\nabla_{a^{(k)}} J = \nabla_{h^{(k)}} J \odot f'(a^{(k)})", r"\nabla_{a^{(k)}} J = \nabla_{h^{(k)}} J \odot f(a^{(k)})"),
    (r"\nabla_{h^{(k-1)}} J = W^{(k)\top} \nabla_{a^{(k)}} J", r"\nabla_{h^{(k-1)}} J = W^{(k)} \nabla_{a^{(k)}} J"),
    (r"\nabla_{W^{(k)}} J = \nabla_{a^{(k)}} J \, h^{(k-1)\top}", r"\nabla_{W^{(k)}} J = \nabla_{a^{(k)}} J \, h^{(k)\top}"),
    (r"\nabla_{b^{(k)}} J = \nabla_{a^{(k)}} J", r"\nabla_{b^{(k)}} J = -\nabla_{a^{(k)}} J"),
]
HAGAN = [  # M. T. Hagan and others, Neural Network Design, 2nd edition, ch. 11
    (r"a^{m+1} = f^{m+1}(W^{m+1} a^m + b^{m+1})", r"a^{m+1} = f^{m+1}(W^{m} a^m + b^{m+1})"),
    (r"s^M = -2 (t - a^M) \odot f'(n^M)", r"s^M = 2 (t - a^M) \odot f'(n^M)"),
    (r"s^m = \frac{\partial F}{\partial n^m}", r"s^m = \frac{\partial F}{\partial a^m}"),
    (r"s_i^m = f'(n_i^m) \sum_j w_{ji}^{m+1} s_j^{m+1}", r"s_i^m = f'(n_i^m) \sum_j w_{ij}^{m+1} s_j^{m+1}"),
    (r"W^m \leftarrow W^m - \alpha s^m (a^{m-1})^T", r"W^m \leftarrow W^m + \alpha s^m (a^{m-1})^T"),
]
RUMELHART = [  # D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323, 1986, equations 4 to 7
    (r"\frac{\partial E}{\partial x_j} = \frac{\partial E}{\partial y_j} y_j (1 - y_j)", r"\frac{\partial E}{\partial x_j} = \frac{\partial E}{\partial y_j} (1 - y_j)"),
    (r"\frac{\partial E}{\partial w_{ji}} = \frac{\partial E}{\partial x_j} y_i", r"\frac{\partial E}{\partial w_{ji}} = \frac{\partial E}{\partial x_i} y_j"),
    (r"\frac{\partial E}{\partial y_i} = \sum_j \frac{\partial E}{\partial x_j} w_{ji}", r"\frac{\partial E}{\partial y_i} = \sum_j \frac{\partial E}{\partial x_j} w_{ij}"),
    (r"\Delta w_{ji} = -\varepsilon \frac{\partial E}{\partial w_{ji}}", r"\Delta w_{ji} = \varepsilon \frac{\partial E}{\partial w_{ji}}"),
]
BOOKS = {"haykin": HAYKIN, "goodfellow": GOODFELLOW, "hagan": HAGAN, "rumelhart": RUMELHART}


@pytest.mark.parametrize("notation", BOOKS)
def test_the_lines_of_a_book_hold_and_their_slips_do_not(notation: str) -> None:
    for right, wrong in BOOKS[notation]:
        assert all(each.verdict.holds for each in check(right, "2-3-2", notation=notation)), right
        assert not any(each.verdict.holds for each in check(wrong, "2-3-2", notation=notation)), wrong
