"""Training: the proven gradient, compiled, taking steps."""

from symbackprop.training.trainer import Trainer, compile_trainer

__all__ = ["Trainer", "compile_trainer"]
