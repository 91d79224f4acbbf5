"""Progress on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, Generator, Optional

from ._common import shown_label

if TYPE_CHECKING:
    import argparse
    from types import TracebackType
    from typing import Type

    from typing_extensions import Self

    from ..client._conversion import Conversion

__all__ = ["Bars"]

#: How many conversions have a bar of their own.
_MOST = 8


class Bars:
    """A bar for each conversion that runs, and one for all. False where there are none."""

    def __init__(self, arguments: argparse.Namespace, count: int) -> None:
        self._shown = sys.stderr.isatty() and not (arguments.json or arguments.quiet)
        self._count = count
        self._all: Any = None
        self._bars: Dict[int, Any] = {}

    def __bool__(self) -> bool:
        return self._shown

    def __enter__(self) -> Self:
        if self._shown and self._count > 1:
            self._all = self._bar(total=self._count, unit="file", desc="all", position=0)
        return self

    def show(self, conversion: Conversion) -> None:
        """Shows how far one is: bytes while they move, else how much of the whole is done."""
        bar = self._bars.get(id(conversion))
        if bar is None:
            if len(self._bars) >= _MOST:
                return
            bar = self._bars[id(conversion)] = self._bar(
                desc=shown_label(conversion.source)[-30:], position=self._free()
            )
        progress = conversion.progress
        moved = {"upload": progress.sent, "download": progress.received}.get(progress.stage)
        bar.unit, bar.unit_scale = ("B", True) if moved is not None else ("%", False)
        bar.total = progress.total if moved is not None else 100
        bar.n = round(100 * progress.fraction) if moved is None else moved
        bar.set_postfix_str(progress.message[:40] if progress.stage == "convert" else progress.stage)

    @contextmanager
    def finished(self, conversion: Conversion) -> Generator[None, None, None]:
        """Takes the bars away while something is told about one that has finished."""
        bar = self._bars.pop(id(conversion), None)
        if bar is not None:
            bar.close()
        if not self._shown:
            yield
            return
        from tqdm import tqdm

        with tqdm.external_write_mode(file=sys.stderr):
            yield
        if self._all is not None:
            self._all.update()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for bar in [*self._bars.values(), self._all]:
            if bar is not None:
                bar.close()

    def _free(self) -> int:
        """The first line that no bar is on."""
        taken = {-bar.pos for bar in self._bars.values()}
        return next(line for line in range(1, _MOST + 2) if line not in taken)

    def _bar(self, **options: Any) -> Any:
        from tqdm import tqdm

        return tqdm(file=sys.stderr, leave=False, dynamic_ncols=True, **options)
