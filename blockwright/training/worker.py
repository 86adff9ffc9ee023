"""One run from the claim to its ending, in the process that calls `execute`."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from blockwright.runs.home import run_folder
from blockwright.runs.store import RunStore
from blockwright.schema.data_errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.schema.training import Settings, SettingsError
from blockwright.training.precision import choose_precision, computing_in
from blockwright.training.reporter import Reporter, StopRun
from blockwright.training.run_steps import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """How a run ended, its sentence, and the error that was to blame, if any."""

    status: str
    message: str
    error: Exception | None = None


def execute(run_id: str, store_url: str | None = None) -> None:
    """Carry out a run that this process has claimed, and end it in the store.

    What can go wrong with a design, settings, data, memory or learning rate ends the run as "failed" with a sentence.
    Anything else ends it as "failed" too, and is raised.
    """
    carry_out(RunStore(store_url), run_id)


def carry_out(store: RunStore, run_id: str, tell: Callable[[str], None] | None = None) -> Ending:
    """As `execute`; `tell` hears each sentence and epoch as the run goes on. Gives how it ended."""
    run = store.get(run_id)
    if run is None:
        raise ValueError(f"There is no run {run_id[:64]!r}; it may have been deleted.")
    ending = Ending("failed", "The run ended without a result.")
    try:
        with Reporter(store, run_id, tell) as reporter:
            try:
                settings = Settings.read(run.settings)
                with computing_in(_precision(run.design, settings)):
                    status, message = Work(store, run, settings, reporter, run_folder(run_id)).carry_out()
                ending = Ending(status, message)
            except (DesignError, DataError, SettingsError) as error:
                ending = Ending("failed", str(error), error)
            except StopRun:
                reporter.honour_stop()
                ending = Ending("stopped", "Stopped before the first batch.")
            except (MemoryError, tf.errors.ResourceExhaustedError) as error:
                ending = Ending("failed", _out_of_memory(run.settings), error)
            except tf.errors.InvalidArgumentError as error:
                log.info("Run %s failed.", run_id, exc_info=True)
                ending = Ending("failed", _refused(error), error)
    except KeyboardInterrupt:
        ending = Ending("interrupted", "Interrupted from the keyboard. Finished epochs are kept.")
        raise
    except Exception as error:
        log.exception("Run %s failed.", run_id)
        what = (str(error).strip() or type(error).__name__).splitlines()[0]
        ending = Ending("failed", f"Training failed unexpectedly: {what[:300]}", error)
        raise
    finally:
        store.end(run_id, ending.status, ending.message)
    return ending


def _precision(design: dict[str, Any], settings: Settings) -> str:
    """In which numbers the run computes. Only images gain from short ones, which cost measurements their digits."""
    inputs = design.get("inputs") or []
    images = any(isinstance(one, dict) and len(one.get("shape") or ()) >= 3 for one in inputs)
    if settings.precision == "auto" and not images:
        return "float32"
    return choose_precision(settings.precision)


def _refused(error: tf.errors.InvalidArgumentError) -> str:
    """What TensorFlow refused while the network ran, without the places in its sources."""
    beyond = re.search(r"= (-?\d+) is not in \[0, (\d+)\)", str(error))
    if beyond is not None:
        number, room = beyond.groups()
        return (
            f"A layer was given the number {int(number):,}, but has room for 0 to {int(room) - 1:,} only. Give the "
            "Embedding that reads it more room (input_dim), or let fewer words be known (max_tokens)."
        )
    lines = [one.strip() for one in str(error).splitlines() if one.strip()]
    said = [
        one
        for one in lines
        if not re.match(r"(File |Graph execution error|Detected at|Stack trace|\[\[)", one)
    ]
    return f"TensorFlow refused a value while the network ran: {(said or lines or ['no reason given'])[-1][:300]}"


def _out_of_memory(settings: dict[str, object]) -> str:
    return (
        f"The run needs more memory than this machine has free. Use a smaller batch size (it is "
        f"{settings.get('batch_size', 32)}), a smaller input, or fewer filters. Finished epochs are kept."
    )
