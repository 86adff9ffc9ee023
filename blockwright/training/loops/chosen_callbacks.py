"""The callbacks that a run was given, and the weights with which it ends."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from blockwright.recipe.callbacks import Callback, choosing_weights
from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS
from blockwright.recipe.callbacks.early_stopping import EarlyStopping
from blockwright.recipe.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from blockwright.recipe.callbacks.tensorboard import TensorBoard
from blockwright.runs.events import EvaluatedWeights
from blockwright.runs.files.atomic_files import write_atomically
from blockwright.runs.files.checkpoints import read_checkpoints
from blockwright.runtime.tensorboard_log import TensorBoardLog
from blockwright.training.loops.callbacks import has_finite_losses
from blockwright.training.setup.metrics import LoggedValues


class ChosenCallbacks(keras.callbacks.Callback):
    """Passes on what a loop calls to the callbacks of the settings, with logs by the names that they monitor.

    Args:
        chosen: the callbacks as settings, with monitors that the run measures.
        folder: the run's folder.
        steps_per_epoch: batches of an epoch.
        logged: reads what Keras logs.
        log: takes a sentence for the run's log.
        examples: gives a batch for those that look at one.
    """

    def __init__(
        self,
        chosen: Sequence[Callback],
        folder: Path,
        steps_per_epoch: int,
        logged: LoggedValues,
        log: Callable[[str], None],
        examples: Callable[[], Any],
    ) -> None:
        super().__init__()
        self._chosen = chosen
        self._folder = folder
        self._logged = logged
        self._log = log
        self.callbacks = [keras_callback(callback, folder, steps_per_epoch, examples) for callback in chosen]
        self._for_batches = [callback for callback in self.callbacks if _looks_at_batches(callback)]
        self._lowers_rate = any(isinstance(callback, ReduceLROnPlateau) for callback in chosen)
        self._best_epoch: int | None = None
        self._epoch = 0
        self._open = False
        self._resumed: list[dict[str, Any]] = []

    def state(self) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
        """What each callback keeps from epoch to epoch, as JSON, with the arrays that it refers to by `arrays`.

        Last comes the epoch of the best checkpoint, and how its file looks.
        """
        values: list[dict[str, Any]] = []
        arrays: list[np.ndarray] = []
        for chosen, callback in zip(self._chosen, self.callbacks, strict=True):
            kept: dict[str, Any] = {}
            for name in chosen.state:
                value = getattr(callback, name)
                if isinstance(value, list):
                    kept[name] = {"arrays": len(value)}
                    arrays += value
                else:
                    kept[name] = value if isinstance(value, int | None) else float(value)
            values.append(kept)
        values.append({"best_epoch": self._best_epoch, "best_file": self._best_file()})
        return values, arrays

    def resume(
        self, epoch: int, values: list[dict[str, Any]], arrays: Iterable[np.ndarray], further: bool
    ) -> None:
        """Go on after an epoch with what `state` returned then; files of later epochs are removed.

        With `further`, an end by EarlyStopping is taken back, and its patience counts again.
        """
        *kept, best = values
        remaining = iter(arrays)
        for chosen, state in zip(self._chosen, kept, strict=True):
            for name, value in state.items():
                if isinstance(value, dict):
                    state[name] = [next(remaining) for _ in range(value["arrays"])]
            if isinstance(chosen, EarlyStopping) and further and state["stopped_epoch"]:
                state |= {"wait": 0, "stopped_epoch": 0}
        self._resumed = kept
        # A file that a later epoch has replaced holds other weights; that epoch replaces it again.
        if best["best_file"] is not None and best["best_file"] == self._best_file():
            self._best_epoch = best["best_epoch"]
        self.remove_later(epoch)

    def remove_later(self, epoch: int) -> None:
        """Remove what was written of later epochs; log files go on after it."""
        for checkpoint in read_checkpoints(self._folder):
            if (checkpoint["epoch"] or 0) > epoch:
                (self._folder / checkpoint["file"]).unlink(missing_ok=True)
        for callback in self.callbacks:
            if isinstance(callback, keras.callbacks.CSVLogger):
                _shorten(Path(callback.filename), epoch)
                callback.append = True

    def _best_file(self) -> list[int] | None:
        """Size and time of the file of the best weights, to be compared only."""
        try:
            status = (self._folder / CHECKPOINTS / BEST).stat()
        except OSError:
            return None
        return [status.st_size, status.st_mtime_ns]

    def set_model(self, model: keras.Model) -> None:
        """A checkpoint is written whole or not at all, and waits for room on the disk."""
        super().set_model(model)
        for callback in self.callbacks:
            writes = isinstance(callback, keras.callbacks.ModelCheckpoint)
            callback.set_model(_AtomicWeights(model, self._folder, self._saved) if writes else model)

    def set_params(self, params: dict[str, Any]) -> None:
        """For those that ask how many epochs and steps there are."""
        super().set_params(params)
        for callback in self.callbacks:
            callback.set_params(params)

    def on_train_begin(self, logs: Any = None) -> None:
        """Pass it on."""
        self._open = True
        for callback in self.callbacks:
            callback.on_train_begin({})
        # Keras begins anew with each training.
        for callback, state in zip(self.callbacks, self._resumed, strict=False):
            vars(callback).update(state)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._epoch = epoch + 1
        for callback in self.callbacks:
            callback.on_epoch_begin(epoch, {})

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass it on to those that look at batches; the logs are not read for that."""
        for callback in self._for_batches:
            callback.on_train_batch_end(batch, self._logged.named(logs or {}))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Pass it on, and log a lower learning rate; an epoch that ends the run by its loss is never the best one."""
        if not has_finite_losses(logs or {}):
            return
        named = self._logged.named(logs or {})
        before = self._learning_rate()
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, named)
        after = self._learning_rate()
        if after != before:
            self._log(f"ReduceLROnPlateau lowered the learning rate to {after:g} after epoch {epoch + 1}.")

    def on_train_end(self, logs: Any = None) -> None:
        """Pass it on."""
        self._open = False
        for callback in self.callbacks:
            callback.on_train_end({})

    def close(self) -> None:
        """Close files where training ended by an exception, and so not as Keras ends it."""
        if self._open:
            self.on_train_end()

    def early_end(self, epochs: int) -> str | None:
        """Why training ended after that many epochs, as a sentence; None where no callback ended it."""
        for chosen, callback in zip(self._chosen, self.callbacks, strict=True):
            if isinstance(chosen, EarlyStopping) and callback.stopped_epoch == epochs - 1 > 0:
                waited = "1 epoch" if chosen.patience == 1 else f"{chosen.patience} epochs"
                return f"EarlyStopping ended training, as `{chosen.monitor}` had not improved for {waited}."
        return None

    def restore_best(self) -> EvaluatedWeights | None:
        """Give the network the weights that a callback chose, also after a stop; None where they are the last ones."""
        restored = None
        for chosen in choosing_weights(self._chosen):
            callback = self.callbacks[self._chosen.index(chosen)]
            if isinstance(chosen, EarlyStopping):
                if callback.best_weights is None:
                    continue
                self.model.set_weights(callback.best_weights)
                epoch = callback.best_epoch + 1
            else:
                path = self._folder / CHECKPOINTS / BEST
                if self._best_epoch is None or not path.is_file():
                    continue
                self.model.load_weights(path)
                epoch = self._best_epoch
            restored = EvaluatedWeights(which="best", epoch=epoch, monitor=chosen.monitor)
        return restored

    def _saved(self) -> None:
        self._best_epoch = self._epoch

    def _learning_rate(self) -> float:
        return float(self.model.optimizer.learning_rate) if self._lowers_rate else 0.0


def keras_callback(chosen: Callback, folder: Path, steps_per_epoch: int, examples: Callable[[], Any]) -> Any:
    """The callback of a run, whose files lie in `folder`; `examples` gives a batch."""
    arguments = chosen.run_arguments(folder, steps_per_epoch)
    if isinstance(chosen, TensorBoard):
        return TensorBoardLog(**arguments, examples=examples(), **chosen.arguments())
    return chosen.keras_object(**arguments)


class _AtomicWeights:
    """Stands in for the model where only its weights are saved."""

    def __init__(self, model: keras.Model, folder: Path, saved: Callable[[], None]) -> None:
        self._model = model
        self._saved = saved

    def save_weights(self, filepath: str, overwrite: bool = True) -> None:
        """As `keras.Model.save_weights`, but an unfinished file never takes the place of another."""
        write_atomically(Path(filepath), lambda partial: self._model.save_weights(partial))
        self._saved()


def _shorten(path: Path, epochs: int) -> None:
    """Keep the header and the first rows of a CSV file, one for each epoch."""
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        write_atomically(
            path, lambda partial: partial.write_text("".join(lines[: epochs + 1]), encoding="utf-8")
        )


def _looks_at_batches(callback: keras.callbacks.Callback) -> bool:
    plain = keras.callbacks.Callback
    return (
        type(callback).on_train_batch_end is not plain.on_train_batch_end
        or type(callback).on_batch_end is not plain.on_batch_end
    )
