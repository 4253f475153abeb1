"""scikit-learn estimators around the trainer (extra `sklearn`): SymbolicMLPClassifier and SymbolicMLPRegressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from symbackprop.networks import Network
from symbackprop.training.trainer import compile_trainer


class _SymbolicMLP(BaseEstimator):  # type: ignore[misc]
    """Inputs are standardised with the training data's mean and deviation; the rest is Trainer.fit."""

    def __init__(
        self,
        hidden: tuple[int, ...] = (10,),
        activation: str = "tanh",
        optimiser: str = "adam",
        rate: float = 0.01,
        epochs: int = 200,
        batch_size: int | None = 32,
        backend: str = "auto",
        random_state: int | None = 0,
        weight_decay: float = 0.0,
        clip: float | None = None,
        dropout: float = 0.0,
        dropout_per: str = "sample",
        max_norm: float | None = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.optimiser = optimiser
        self.rate = rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.backend = backend
        self.random_state = random_state
        self.weight_decay = weight_decay
        self.clip = clip
        self.dropout = dropout
        self.dropout_per = dropout_per
        self.max_norm = max_norm

    def _learn(self, X: Any, Y: Any, net: Network) -> None:
        self._mean, spread = X.mean(axis=0), X.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        seed = 0 if self.random_state is None else int(np.random.RandomState(self.random_state).randint(2**31))
        self.trainer_ = compile_trainer(net, self.backend, seed=seed, certify=False)
        size = None if self.batch_size is None else min(self.batch_size, len(X))
        scaled = (X - self._mean) / self._spread
        self.trainer_.fit(
            scaled, Y, self.epochs, size, self.rate, optimiser=self.optimiser, weight_decay=self.weight_decay,
            clip=self.clip, dropout=self.dropout, dropout_per=self.dropout_per, max_norm=self.max_norm,
        )  # fmt: skip
        self.n_iter_ = self.trainer_.epoch

    def _outputs(self, X: Any) -> Any:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=float)
        return self.trainer_.predict((X - self._mean) / self._spread)


class SymbolicMLPClassifier(ClassifierMixin, _SymbolicMLP):  # type: ignore[misc]
    """A softmax classifier trained by the proven gradient.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> SymbolicMLPClassifier(epochs=50).fit(X, y).score(X, y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> SymbolicMLPClassifier:
        """Learn from samples and labels."""
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"the training data have only one class: {self.classes_[0]!r}")
        sizes = [X.shape[1], *self.hidden, len(self.classes_)]
        self._learn(
            X, np.eye(len(self.classes_))[index], Network.layered(sizes, self.activation, "softmax_cross_entropy")
        )
        return self

    def predict_proba(self, X: Any) -> Any:
        """The outputs of the softmax layer, one column a class."""
        return self._outputs(X)

    def predict(self, X: Any) -> Any:
        """The most likely label."""
        outputs = self._outputs(X)
        return self.classes_[outputs.argmax(axis=1)]


class SymbolicMLPRegressor(RegressorMixin, _SymbolicMLP):  # type: ignore[misc]
    """A regressor with linear outputs trained by the proven gradient of half the squared error."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: Any, y: Any) -> SymbolicMLPRegressor:
        """Learn from samples and targets; the targets are standardised inside."""
        X, y = validate_data(self, X, y, dtype=float, multi_output=True, y_numeric=True)
        Y = y.reshape(len(y), -1)
        self._flat = y.ndim == 1
        self._middle, spread = Y.mean(axis=0), Y.std(axis=0)
        self._scale = np.where(spread > 0, spread, 1.0)
        kinds = [self.activation] * len(self.hidden) + ["identity"]
        net = Network.layered([X.shape[1], *self.hidden, Y.shape[1]], kinds, "half_squared")
        self._learn(X, (Y - self._middle) / self._scale, net)
        return self

    def predict(self, X: Any) -> Any:
        """The outputs, in the targets' own scale."""
        made = self._outputs(X) * self._scale + self._middle
        return made.ravel() if self._flat else made
