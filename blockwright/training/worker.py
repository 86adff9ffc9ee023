"""A run from the claim to its end, in the process that calls `execute`."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.database.database import until_written
from blockwright.runs.files.atomic_files import waiting_for_room
from blockwright.runs.resuming import NotResumable
from blockwright.runs.store import RunStore
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.training.loops.reporter import Reporter, StopRun

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """How a run ended: its status, a sentence, and the error that caused it, if any."""

    status: str
    message: str
    error: Exception | None = None


def execute(
    run_id: str, store_url: str | None = None, on_message: Callable[[str], None] | None = None
) -> Ending:
    """Train and evaluate a run that this process has claimed, and record its end in the store.

    Errors in the design, settings or data, a shortage of memory and a diverging loss end the run as "failed", with a
    sentence. Any other exception does too, and is raised.

    Args:
        on_message: called with each log message, and with a sentence for each epoch.
    """
    store = RunStore(store_url)
    run = store.get(run_id)
    if run is None:
        raise ValueError(f"There is no run {run_id[:64]!r}; it may have been deleted.")
    ending = Ending("failed", "The run ended without a result.")
    try:
        with Reporter(store, run_id, on_message) as reporter:
            # Imported while heartbeats are sent: TensorFlow can take long where it was not imported before the fork.
            from blockwright.training.run_errors import explain
            from blockwright.training.run_steps import Work
            from blockwright.training.setup.threads import use_threads

            until_written(lambda: use_threads(store))
            try:
                settings = Settings.read(run.settings)
                with waiting_for_room(reporter.wait_for_room):
                    ending = Ending(*Work(store, run, settings, reporter).carry_out())
            except (DesignError, DataError, SettingsError, NotResumable) as error:
                ending = Ending("failed", str(error), error)
            except StopRun:
                reporter.honour_stop()
                ending = Ending("stopped", "Stopped before the first batch.")
            except Exception as error:
                message = explain(error, run.settings)
                if message is None:
                    raise
                log.info("Run %s failed.", run_id, exc_info=True)
                ending = Ending("failed", message, error)
    except KeyboardInterrupt as interrupt:
        reason = str(interrupt) or "Interrupted from the keyboard."
        ending = Ending("interrupted", f"{reason} Finished epochs are kept.")
        raise
    except Exception as error:
        log.exception("Run %s failed.", run_id)
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        ending = Ending("failed", f"Training failed unexpectedly: {reason[:300]}", error)
        raise
    finally:
        until_written(lambda: store.end(run_id, ending.status, ending.message))
    return ending
