r"""Dense layers with hand-written gradients.

.. sbp: net=3-4-2 notation=nielsen activation=sigmoid output_activation=softmax loss=softmax_cross_entropy
.. sbp: symbols weight=w_{jk}^{(l)}, W^{(l)} net_input=z_j^{(l)}, z^{(l)} output=a_j^{(l)}, p_j, a^{(l)}, p bias=b_j^{(l)}, b^{(l)} delta=d_j^{(l)}, d^{(l)} cost=L

Notes
-----
A layer computes :math:`z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}`.
"""

import numpy as np


class Dense:
    r"""A layer.

    Parameters
    ----------
    weights : ndarray of shape (n_out, n_in)
        The matrix :math:`W^{(l)}`.

    Notes
    -----
    The gradients are

    .. math:: \frac{\partial L}{\partial w_{jk}^{(l)}} = d_j^{(l)} a_k^{(l-1)}
       :label: weights

    and

    .. math::

        \frac{\partial L}{\partial b_j^{(l)}} = d_j^{(l)}
    """

    def __init__(self, weights):
        self.weights = weights

    def backward(self, inputs, d):
        r"""Return the gradients of one example.

        The hidden units receive

        .. math::

            d_j^{(1)} = a_j^{(1)} \, (1 - a_j^{(1)}) \sum_k w_{kj}^{(2)} d_k^{(2)}

        Returns
        -------
        ndarray
            :math:`\nabla_{W^{(l)}} L = d^{(l)} \, (a^{(l-1)})^T`

        Examples
        --------
        >>> x = 1  # $x = 2$
        """
        return np.outer(d, inputs)


def cross_entropy(p, y):
    """The loss :math:`L = -\\sum_k y_k \\ln p_k`, whose delta is :math:`d_k^{(2)} = p_k - y_k`.

    .. sbp: expect false

    A wrong guess is :math:`d_k^{(2)} = (p_k - y_k)\\, p_k (1 - p_k)`.
    """
    return -(y * np.log(p)).sum()


def softmax(z):
    r"""The probabilities

    .. math:: p_k = \frac{e^{z_k^{(2)}}}{\sum_j e^{z_j^{(2)}}}

    with the slopes :math:`\frac{\partial p_k}{\partial z_j^{(2)}} = p_k (\delta_{kj} - p_j)`, not

    .. sbp: expect false
    .. math:: \frac{\partial p_k}{\partial z_j^{(2)}} = p_k (1 - p_j)
    """
    e = np.exp(z - z.max())
    return e / e.sum()


def slips():
    r"""Lines that are wrong.

    .. sbp: expect false
    .. math:: d_j^{(1)} = a_j^{(1)} \, (1 - a_j^{(1)}) \sum_k w_{jk}^{(2)} d_k^{(2)}

    .. sbp: expect false
    .. math:: d_j^{(1)} = \sum_k w_{kj}^{(2)} d_k^{(2)}
    """
