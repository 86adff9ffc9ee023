"""What a run says of itself beside its curves: baselines, and diagnoses of what goes badly.

Baselines are computed in a thread, the linear ones after the first epoch, so that the first point of a curve does not
wait for them.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Self

from blockwright.data.prepared import Prepared
from blockwright.recipe.settings import Settings
from blockwright.runs.events import Epoch
from blockwright.tasks.base import Objective
from blockwright.training.baselines import constant_baselines, linear_baselines
from blockwright.training.loops.reporter import Reporter

log = logging.getLogger(__name__)

_PERIOD = 0.25


class Explanation:
    """Explains one run, within its context: whatever is not computed at its end is left out.

    Args:
        reporter: sends the events.
        prepared, objectives, settings: of the run.
    """

    def __init__(
        self, reporter: Reporter, prepared: Prepared, objectives: Sequence[Objective], settings: Settings
    ) -> None:
        self._reporter = reporter
        self._prepared = prepared
        self._objectives = objectives
        self._settings = settings
        self._trained = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._linear_baselines, daemon=True, name="baselines")

    def __enter__(self) -> Self:
        for baseline in constant_baselines(self._prepared, self._objectives):
            self._reporter.emit("baseline", baseline)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._trained.set()

    def after_epoch(self, epoch: Epoch) -> None:
        """Check how the run goes, after one of its epochs."""
        self._trained.set()

    def complete(self) -> None:
        """Wait for what is still being computed, unless the run is asked to stop."""
        while self._thread.is_alive() and not self._reporter.stop_requested:
            self._reporter.advance()
            self._thread.join(_PERIOD)

    def _linear_baselines(self) -> None:
        self._trained.wait()
        if self._over:
            return
        try:
            for baseline in linear_baselines(self._prepared, self._objectives, self._settings.seed):
                if self._over:
                    return
                self._reporter.emit("baseline", baseline, now=True)
        except Exception:
            # A run does not fail for want of something to compare it with.
            log.exception("The linear model could not be fitted.")
