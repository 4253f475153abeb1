"""Gradients of a two-layer net, for one example, as docstrings carry them.

.. sbp: net=3-4-3 notation=matrix activation=relu output_activation=softmax loss=softmax_cross_entropy
.. sbp: symbols output=h^{l}, h_j^{l}, p_j net_input=z^{l}, z_j^{l}, f_j target=y_j, y cost=L_i, L

The first layer computes

.. math:: z^1 = W^1 x + b^1, \\qquad h^1 = \\max(0, z^1)

and the probabilities of the classes are $p_k = \\frac{e^{f_k}}{\\sum_j e^{f_j}}$.
"""


def softmax_gradient() -> None:
    """The loss is $L_i = -\\sum_k y_k \\log p_k$, so that $\\frac{\\partial L_i}{\\partial f_k} = p_k - y_k$."""


def relu_gradient() -> None:
    r"""What comes back through the rectifier.

    .. math::

        \frac{\partial L}{\partial h^1_j} = \sum_k W^2_{kj} \frac{\partial L}{\partial f_k}

        \frac{\partial L}{\partial z^1_j} = \mathbb{1}[z^1_j > 0] \frac{\partial L}{\partial h^1_j}

        \frac{\partial L}{\partial W^1_{jk}} = \frac{\partial L}{\partial z^1_j} x_k

    A slip: the rectifier lets the wrong half through.

    .. sbp: expect false

    .. math:: \frac{\partial L}{\partial z^1_j} = \mathbb{1}[z^1_j < 0] \frac{\partial L}{\partial h^1_j}
    """


def sigmoid_gradient() -> None:
    r"""The local gradient of a sigmoid gate (no net any more).

    .. sbp: net=none

    $\sigma(x) = \frac{1}{1+e^{-x}}$

    $\frac{d\sigma(x)}{dx} = \frac{e^{-x}}{(1+e^{-x})^2} = \left( \frac{1 + e^{-x} - 1}{1 + e^{-x}} \right) \left( \frac{1}{1+e^{-x}} \right) = \left( 1 - \sigma(x) \right) \sigma(x)$
    """
