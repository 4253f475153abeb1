"""The room that explains: derivations whose every shown line is a claim with its own evidence."""

from symbackprop.door import callable_module, loaded_on_use

__getattr__ = loaded_on_use(__name__, {"derive": "symbackprop.derive.backpropagation"})
callable_module(__name__)
