"""Calls of the backend that take long: they go on while the page is used, and their answers wait to be looked at."""

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from blockwright.backend.client import BackendError
from blockwright.schema.findings import DesignError
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import incident

logger = logging.getLogger("blockwright.ui")
_KEPT = 300
_errands: "OrderedDict[str, Errand]" = OrderedDict()
_lock = Lock()


@dataclass
class Errand:
    """One call on its way.

    Attributes:
        answer: what the backend answered, once it has.
        trouble: the sentence that says why it did not.
        began: when it was sent, by `time.monotonic`.
    """

    answer: Any = None
    trouble: str | None = None
    began: float = field(default_factory=time.monotonic)
    over: bool = False

    @property
    def seconds(self) -> float:
        """How long ago it was sent."""
        return time.monotonic() - self.began


def send(key: str, call: str, **args: Any) -> None:
    """Have the backend do `call`; nothing happens while an errand of that key is on its way already."""
    with _lock:
        known = _errands.get(key)
        if known is not None and not known.over:
            return
        errand = _errands[key] = Errand()
        _errands.move_to_end(key)
        for old in [one for one, sent in _errands.items() if sent.over][: max(0, len(_errands) - _KEPT)]:
            del _errands[old]
    Thread(target=_carry_out, args=(errand, service.connect(), call, args), daemon=True, name=call).start()


def look(key: str) -> Errand | None:
    """The errand of that key, on its way or over; None if there is none."""
    with _lock:
        return _errands.get(key)


def under_way(prefix: str) -> bool:
    """Whether an errand whose key begins so is on its way."""
    with _lock:
        return any(not one.over for key, one in _errands.items() if key.startswith(prefix))


def _carry_out(errand: Errand, client: Any, call: str, args: dict[str, Any]) -> None:
    try:
        errand.answer = client.call(call, **args)
    except BackendError as error:
        errand.trouble = str(error)
    except DesignError as error:
        errand.trouble = " ".join(finding.message for finding in error.findings)
    except Exception:
        number, errand.trouble = incident("this task")
        logger.exception("Incident %s in %s", number, call)
    errand.over = True
