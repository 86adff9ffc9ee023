"""Caches of the server that are bounded by the memory that they take, not by how many things they hold."""

import json
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import ref

from cachetools import LRUCache, cached

from blockwright.schema.design import Design

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
BYTES_PER_CHARACTER = 5
"""Memory of a JSON value for each character of its text; 4.1 was measured of descriptions."""


def json_bytes(value: object) -> int:
    """About the memory that a JSON value takes."""
    return BYTES_PER_CHARACTER * len(json.dumps(value, default=str))


def text_bytes(value: object) -> int:
    """About the memory of a JSON value that is mostly long texts, such as pictures."""
    return len(json.dumps(value, default=str))


def cached_by_bytes(
    max_bytes: int, size: Callable[[Any], int]
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """A decorator that keeps the latest results of a function, as long as their sizes are `max_bytes` together.

    A result that is larger is not kept. The arguments must be hashable.
    """
    results: LRUCache[Any, Any] = LRUCache(max_bytes, getsizeof=size)
    return cached(results, lock=Lock())


class AnswerCache(Generic[Result]):
    """The latest answers to questions about designs, for all sessions. A design is not kept alive by them.

    Args:
        max_bytes: the memory that all answers may take together.
    """

    def __init__(self, max_bytes: int):
        self._lock = Lock()
        self._answers: LRUCache[tuple[int, str], tuple[ref[Design], Result, int]] = LRUCache(
            max_bytes, getsizeof=lambda entry: entry[2]
        )

    @property
    def bytes(self) -> int:
        """About the memory that the answers take."""
        return int(self._answers.currsize)

    def find(self, design: Design, question: object) -> Result | None:
        """What was answered to an equal question about this very design, if it is still there."""
        with self._lock:
            entry = self._answers.get(_key(design, question))
        # Another design may have the number of one that is gone.
        return entry[1] if entry is not None and entry[0]() is design else None

    def add(self, design: Design, question: object, answer: Result, size: int) -> None:
        """Keep an answer that takes so many bytes, unless it is larger than all may be together."""
        with self._lock:
            self._answers.pop(_key(design, question), None)
            if size <= self._answers.maxsize:
                self._answers[_key(design, question)] = (ref(design), answer, size)

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._answers.clear()


def _key(design: Design, question: object) -> tuple[int, str]:
    return id(design), json.dumps(question, sort_keys=True)
