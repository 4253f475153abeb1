"""The kernel's one way of saying no."""


class Rejected(Exception):
    """A certificate step that does not hold; the text names the first such step and what was found instead."""
