"""The state of a run between two epochs: saved, so that a run that was interrupted ends where an undisturbed one does.

It holds the variables of the network (weights, moving averages, random generators) and of its optimizer, what the
callbacks keep, and what the run says of itself. The order of the examples follows from the number of the epoch.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from blockwright.runs.events import Epoch
from blockwright.runs.files.saved_states import DamagedState, SavedState, write_state
from blockwright.training.explanation import Explanation
from blockwright.training.loops.chosen_callbacks import ChosenCallbacks

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

LEAST_RATIO = 20
"""How many times longer the training between two states takes than writing one, at least."""


class RunState:
    """Saves and restores the state of one run, whose model is compiled and whose optimizer is built.

    Args:
        folder: the run's folder.
        model: its network.
        callbacks: those of the settings.
        explanation: what it says of itself.
        epochs: how many epochs it is to train in all.
    """

    def __init__(
        self,
        folder: Path,
        model: "DesignedModel",
        callbacks: ChosenCallbacks,
        explanation: Explanation,
        epochs: int,
    ) -> None:
        self._folder = folder
        self._model = model
        self._callbacks = callbacks
        self._explanation = explanation
        self._epochs = epochs
        self._seconds = 0.0
        self._saved_at = 0.0

    def save(self, epoch: int) -> None:
        """Save the state after an epoch: the first one, the last one, and between them as often as it costs little."""
        began = time.monotonic()
        is_last = epoch == self._epochs or self._model.stop_training
        if not is_last and began - self._saved_at < LEAST_RATIO * self._seconds:
            return
        values, callback_arrays = self._callbacks.state()
        variables = self._variables()
        document = {
            "epochs": self._epochs,
            "ended": bool(self._model.stop_training),
            "variables": [_form(variable) for variable in variables],
            "callbacks": values,
            "arrays": [str(array.dtype) for array in callback_arrays],
            "explanation": self._explanation.state(),
        }

        def arrays() -> Iterator[tuple[str, np.ndarray]]:
            for index, variable in enumerate(variables):
                yield _variable_name(index), _plain(keras.ops.convert_to_numpy(variable.value))
            for index, array in enumerate(callback_arrays):
                yield _array_name(index), _plain(array)

        write_state(self._folder, epoch, document, arrays)
        self._saved_at = time.monotonic()
        self._seconds = self._saved_at - began

    def restore(self, state: SavedState, epochs: Sequence[Epoch], resumed_from: str) -> bool:
        """Go back to a state; returns whether training had been ended there by a callback, and stays so.

        `epochs` are those up to it; `resumed_from` is the status with which the run had ended. Raises `DamagedState`.
        """
        document = state.document()
        variables = self._variables()
        if document.get("variables") != [_form(variable) for variable in variables]:
            raise DamagedState(f"The state after epoch {state.epoch} belongs to another network.")
        names = [_variable_name(index) for index in range(len(variables))]
        for variable, array in zip(variables, state.arrays(names), strict=True):
            variable.assign(_typed(array, keras.backend.standardize_dtype(variable.dtype)))
        further = resumed_from == "finished" or document["epochs"] != self._epochs
        dtypes = document["arrays"]
        arrays = state.arrays([_array_name(index) for index in range(len(dtypes))])
        self._callbacks.resume(
            state.epoch,
            document["callbacks"],
            [_typed(array, dtype) for array, dtype in zip(arrays, dtypes, strict=True)],
            further,
        )
        self._explanation.resume(document["explanation"], epochs)
        return bool(document["ended"]) and not further

    @property
    def causes(self) -> list[str]:
        """The causes of a poor result that were found and still hold."""
        return self._explanation.causes

    def _variables(self) -> list[Any]:
        return [*self._model.variables, *self._model.optimizer.variables]


def _form(variable: Any) -> list[Any]:
    """Shape and type of a variable; names are counted through in a process, and so differ."""
    return [*map(int, variable.shape), keras.backend.standardize_dtype(variable.dtype)]


def _variable_name(index: int) -> str:
    return f"variable_{index:05d}.npy"


def _array_name(index: int) -> str:
    return f"callback_{index:05d}.npy"


def _plain(array: np.ndarray) -> np.ndarray:
    """An array that NumPy's format can hold: bfloat16 by its bits."""
    return array.view(np.uint16) if array.dtype.name == "bfloat16" else array


def _typed(array: np.ndarray, dtype: str) -> np.ndarray:
    if dtype != "bfloat16":
        return array
    import ml_dtypes

    return array.view(ml_dtypes.bfloat16)
