"""Many conversions, so many at once: the window that both clients move over their sources."""

from __future__ import annotations

import os
from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Generic,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Tuple,
    TypeVar,
)

from ._native import DEFAULT_CONCURRENCY
from ._options import count
from ._plan import BaseConversion, ClosedError, News, as_error, emit, tell

if TYPE_CHECKING:
    from ._native import Run
    from ._progress import Progress
    from ._source import Sources
    from .errors import CloudConvertError

__all__ = ["Window", "at_once", "place_of"]

C = TypeVar("C", bound=BaseConversion)


class Window(Generic[C]):
    """The conversions that run now, of many."""

    def __init__(
        self,
        sources: Iterable[Sources],
        size: int,
        options: Mapping[str, Any],
        submit: Callable[[Sources, Dict[str, Any]], C],
        failed: Callable[[Sources, CloudConvertError], C],
        ready: Callable[[C], None],
    ) -> None:
        """
        :param size: how many run at once, as :func:`at_once` tells.
        :param submit: begins one.
        :param failed: makes one of a source that cannot be begun with.
        :param ready: told, in another thread, that there is news of one.
        """
        self._sources = iter(sources)
        self._size = size
        self._options = dict(options)
        self._on_progress = self._options.pop("on_progress", None)
        self._checkpoint = self._options.pop("checkpoint", None)
        self._submit = submit
        self._failed = failed
        self._ready = ready
        self._running: Dict[int, Tuple[C, News]] = {}
        if self._on_progress is not None:
            # The percent is looked at, so it has to be asked for.
            self._options["on_progress"] = _look

    def __bool__(self) -> bool:
        return bool(self._running)

    def fill(self) -> Iterator[C]:
        """Begins as many as there is room for; gives those that have failed already."""
        while len(self._running) < self._size:
            try:
                source = next(self._sources)
            except StopIteration:
                return
            options = dict(self._options)
            try:
                if options.get("save_to"):
                    options["save_to"] = place_of(options["save_to"], source)
                if self._checkpoint is not None:
                    options["checkpoint"] = partial(_keep, self._checkpoint, source)
                conversion = self._submit(source, options)
            except ClosedError:
                raise
            except Exception as error:
                # One bad source is no reason to end the others.
                yield self._failed(source, as_error(error))
                continue
            news = News(conversion.run, None if self._on_progress is None else 0)
            self._running[id(conversion)] = conversion, news
            self._watch(conversion, news)

    def news(self, conversion: C) -> Tuple[bool, Any]:
        """Tells what has happened to one that was ready. Gives whether it has finished, and what ``on_progress``
        returned, which may be to be awaited.
        """
        run, (_, news) = conversion.run, self._running[id(conversion)]
        done = run.done
        emit(run)
        said = None
        if news.take() and self._on_progress is not None:
            said = tell(self._on_progress, conversion)
        if done:
            del self._running[id(conversion)]
        else:
            self._watch(conversion, news)
        return done, said

    def cancel(self) -> List[Run]:
        """Gives up what runs still."""
        runs = [conversion.run for conversion, _ in self._running.values()]
        for run in runs:
            run.cancel()
        return runs

    def _watch(self, conversion: C, news: News) -> None:
        conversion.run.notify(news.seen, lambda: self._ready(conversion))


def at_once(concurrency: Optional[int]) -> int:
    """How many of many run at once. The default is the same in every language."""
    return DEFAULT_CONCURRENCY if concurrency is None else count("concurrency", concurrency)


def place_of(save_to: Any, source: Sources) -> Any:
    """Where the outputs of one of many go. What is named for all of them is a folder, also where there is none yet."""
    return save_to(source) if callable(save_to) else os.path.join(os.fsdecode(save_to), "")


def _keep(checkpoint: Callable[[str, Any], object], source: Sources, saved: str) -> None:
    """Tells the checkpoint of many which of them a state is of."""
    checkpoint(saved, source)


def _look(progress: Progress) -> None:
    """Looks at nothing: the window tells of progress by itself."""
