"""A progress bar for training on standard error, with loss and samples a second: by rich (extra `progress`), else plain."""

from __future__ import annotations

import importlib.util
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

PAUSE = 0.1  # seconds between two pictures of the bar


class Bar:
    """Shows epoch, loss and speed where a person watches (the stream is a terminal), else nothing.

    >>> import io
    >>> Bar(10, 100, stream=io.StringIO()).shown
    False
    """

    def __init__(
        self, epochs: int, samples: int, first: int = 0, *, stream: TextIO | None = None, rich: bool | None = None
    ) -> None:
        self.epochs, self.samples, self.first = epochs, samples, first
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream.isatty()
        self.start, self.last = time.perf_counter(), 0.0
        wanted = importlib.util.find_spec("rich") is not None if rich is None else rich
        self._rich = _rich(self.stream) if self.shown and wanted else None

    def __call__(self, trainer: Trainer) -> None:
        """After some epochs."""
        now = time.perf_counter()
        if not self.shown or (now - self.last < PAUSE and trainer.epoch < self.epochs):
            return
        self.last = now
        speed = (trainer.epoch - self.first) * self.samples / max(now - self.start, 1e-9)
        loss = trainer.history[-1] if trainer.history else float("nan")
        said = f"loss {loss:.5g}  {speed:,.0f} samples/s"
        if self._rich is not None:
            bar, task = self._rich
            bar.update(task, completed=trainer.epoch, total=self.epochs, said=said)
            return
        filled = int(24 * min(1.0, trainer.epoch / max(self.epochs, 1)))
        line = f"  {'#' * filled}{'.' * (24 - filled)} epoch {trainer.epoch}/{self.epochs}  {said}"
        self.stream.write(f"\r\033[K{line}")
        self.stream.flush()

    def close(self) -> None:
        """Remove the bar."""
        if self._rich is not None:
            self._rich[0].stop()
        elif self.shown:
            self.stream.write("\r\033[K")
            self.stream.flush()


def _rich(stream: TextIO) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("  epoch"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(file=stream), transient=True)
    bar.start()
    return bar, bar.add_task("epoch", total=None, said="")
