"""What a run does, step by step: data, network, training, evaluation."""

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from blockwright.architecture.findings import DesignError, Finding
from blockwright.architecture.spec import Design, read_design
from blockwright.data.loading import DataSet, load
from blockwright.data.preparing import Prepared, prepare
from blockwright.data.uploads import check_owned
from blockwright.evaluation.files import write_json
from blockwright.evaluation.predictions import Predictions, collect_outputs, to_probabilities
from blockwright.evaluation.writing import write_evaluation
from blockwright.modeling import describe
from blockwright.runs.home import home
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.runs.store import RunStore
from blockwright.training import artifacts
from blockwright.training.acceleration import fused_batch_normalization
from blockwright.training.compiling import compile_model, make_loss, make_model
from blockwright.training.head import Head, choose_loss, read_head, scales_itself
from blockwright.training.loops import Outcome, fit
from blockwright.training.pipeline import batches
from blockwright.training.precision import device_name
from blockwright.training.reporting import Reporter, StopRun
from blockwright.training.settings import Settings

if TYPE_CHECKING:
    import keras

_EVALUATION_BATCH = 128
_PROGRESS_SECONDS = 2.0


class Work:
    """One run's work; `carry_out` does all of it in order.

    Args:
        store: the run store.
        run: the run, claimed by this process.
        settings: its settings.
        reporter: its line to the store, in use.
        folder: its folder of artifacts.
    """

    def __init__(
        self, store: RunStore, run: Run, settings: Settings, reporter: Reporter, folder: Path
    ) -> None:
        self._store = store
        self._run = run
        self._settings = settings
        self._reporter = reporter
        self._folder = folder
        self._epochs: list[dict[str, Any]] = []

    def carry_out(self) -> tuple[str, str]:
        """Train and evaluate; the status that the run ends with, and a sentence.

        Raises `DesignError` and `DataError` for what cannot be trained, `StopRun` when stopped before the first batch.
        """
        design = read_design(self._run.design)
        write_json(self._folder / artifacts.DESIGN, design.document())
        write_json(self._folder / artifacts.SETTINGS, self._settings.document())
        shape = _image_input(design)
        dataset = self._load()
        prepared = prepare(
            dataset,
            shape,
            validation_share=self._settings.validation_share,
            seed=self._settings.seed,
            scaling=self._settings.scaling,
            design_scales=scales_itself(design),
        )
        model, head, loss = self._network(design, len(dataset.class_names))
        self._start(model, prepared, loss)
        outcome = self._train(model, prepared)
        return self._finish(model, head, loss, dataset, prepared, outcome)

    def _load(self) -> DataSet:
        choice = self._settings.data
        if choice["name"] == "upload" and self._run.owner != COMMAND_LINE:
            check_owned(choice["path"], home(), self._run.owner)
        due = 0.0

        def progress(done: int, expected: int | None) -> None:
            nonlocal due
            self._reporter.advance()
            self._reporter.obey_stop()
            if time.monotonic() >= due:
                due = time.monotonic() + _PROGRESS_SECONDS
                of = f" of {expected / 1e6:,.0f}" if expected else ""
                self._reporter.log(f"Downloading {choice['name']}: {done / 1e6:,.0f}{of} MB.")

        return load(choice, seed=self._settings.seed, progress=progress)

    def _network(self, design: Design, num_classes: int) -> "tuple[keras.Model, Head, str]":
        description = describe(design)
        errors = [
            Finding.model_validate(one) for one in description["findings"] if one["severity"] == "error"
        ]
        if errors:
            raise DesignError(errors)
        head = read_head(design, description["outputs"][0]["output_shape"], num_classes)
        loss = choose_loss(design, head, self._settings.loss)
        model = make_model(design, self._settings.seed)
        if not model.trainable_variables:
            message = (
                f'"{design.name}" has nothing to train: none of its blocks has weights. Add a Dense block.'
            )
            raise DesignError([Finding(code="nothing-to-train", severity="error", message=message)])
        compile_model(model, self._settings, head, loss)
        if head.activation not in ("softmax", "sigmoid", "linear"):
            self._reporter.log(
                f"The last activation is {head.activation}; its values are taken as scores. "
                "Softmax, or none, is usual for classes.",
                "warning",
            )
        return model, head, loss

    def _start(self, model: "keras.Model", prepared: Prepared, loss: str) -> None:
        self._reporter.obey_stop()
        self._store.transition(self._run.id, "starting", "running")
        started = {
            "epochs": self._settings.epochs,
            "steps_per_epoch": math.ceil(len(prepared.train) / self._settings.batch_size),
            "batch_size": self._settings.batch_size,
            "train_examples": len(prepared.train),
            "validation_examples": len(prepared.validation),
            "test_examples": len(prepared.y_test),
            "params": model.count_params(),
            "precision": "bfloat16" if "bfloat16" in model.dtype_policy.name else "float32",
            "device": device_name(),
            "seed": self._settings.seed,
            "loss": loss,
            "num_classes": len(prepared.class_names),
            "class_names": list(prepared.class_names),
            "steps": prepared.notes,
        }
        self._reporter.emit("started", started, now=True)

    def _train(self, model: "keras.Model", prepared: Prepared) -> Outcome:
        settings = self._settings

        def keep(epoch: dict[str, Any]) -> None:
            artifacts.save_weights(model, self._folder)
            self._epochs.append(epoch)
            write_json(self._folder / artifacts.HISTORY, {"epochs": self._epochs})

        arrays = {"scale": prepared.scale, "batch_size": settings.batch_size}
        return fit(
            model,
            batches(prepared.x, prepared.y, positions=prepared.train, shuffle_seed=settings.seed, **arrays),
            batches(prepared.x, prepared.y, positions=prepared.validation, **arrays),
            epochs=settings.epochs,
            examples=len(prepared.train),
            batch_size=settings.batch_size,
            live=settings.live,
            reporter=self._reporter,
            keep=keep,
        )

    def _finish(
        self,
        model: "keras.Model",
        head: Head,
        loss: str,
        dataset: DataSet,
        prepared: Prepared,
        outcome: Outcome,
    ) -> tuple[str, str]:
        done = len(outcome.epochs)
        self._reporter.honour_stop()
        if self._reporter.lost:
            return "interrupted", "The run was ended from outside."
        if outcome.status == "diverged":
            message = _diverged(self._settings, outcome)
            if done == 0:
                return "failed", message
            artifacts.load_weights(model, self._folder)
        elif outcome.status == "stopped":
            message = f"Stopped by request after {_count(done)}."
            if not _finite(model):
                return "stopped", f"{message} The weights are no numbers any more and were not evaluated."
            artifacts.save_weights(model, self._folder)
        else:
            message = f"Finished {_count(done)}."
        try:
            accuracy = self._evaluate(model, head, loss, dataset, prepared)
        except StopRun:
            self._reporter.honour_stop()
            return "stopped", f"{message} The test part was not evaluated to its end, by request."
        ending = {"finished": "finished", "stopped": "stopped", "diverged": "failed"}[outcome.status]
        return ending, f"{message} Test accuracy {accuracy:.1%}."

    def _evaluate(
        self, model: "keras.Model", head: Head, loss: str, dataset: DataSet, prepared: Prepared
    ) -> float:
        def on_batch() -> None:
            self._reporter.advance()
            self._reporter.obey_stop()

        data = batches(prepared.x_test, prepared.y_test, scale=prepared.scale, batch_size=_EVALUATION_BATCH)
        with fused_batch_normalization():
            outputs, test_loss = collect_outputs(model, data, make_loss(head, loss), on_batch)
        predictions = Predictions(to_probabilities(outputs, head.values), prepared.y_test)
        document = write_evaluation(self._folder, predictions, dataset.x_test, dataset.class_names, test_loss)
        evaluated = {key: document[key] for key in ("test_loss", "test_accuracy", "examples")}
        self._reporter.emit("evaluated", evaluated, now=True)
        return document["test_accuracy"]


def _image_input(design: Design) -> tuple[int | None, ...]:
    """The shape of the one input that the data goes into. Raises `DesignError` for other kinds of designs."""
    problem = None
    if len(design.inputs) > 1:
        problem = f'"{design.name}" has {len(design.inputs)} inputs; for now a design is trained on one.'
    elif design.inputs[0].dtype == "string":
        problem = f'The input "{design.inputs[0].id}" reads text; for now designs are trained on numbers.'
    elif design.outputs is not None and len(design.outputs) > 1:
        problem = f'"{design.name}" has {len(design.outputs)} outputs; for now a design is trained on one.'
    if problem is not None:
        raise DesignError([Finding(code="not-trainable-yet", severity="error", message=problem)])
    return design.inputs[0].shape


def _finite(model: "keras.Model") -> bool:
    return all(bool(np.isfinite(np.asarray(weight)).all()) for weight in model.get_weights())


def _count(epochs: int) -> str:
    return "1 whole epoch" if epochs == 1 else f"{epochs} whole epochs"


def _diverged(settings: Settings, outcome: Outcome) -> str:
    epoch, batch = outcome.diverged_at or (1, 1)
    done = len(outcome.epochs)
    rate = settings.learning_rate
    smaller = f"{min(rate / 10, 1e-3):g}"
    kept = (
        f"The weights of epoch {done} are kept." if done else "No epoch was finished, so no weights are kept."
    )
    return (
        f"The loss became NaN or infinite in epoch {epoch}, batch {batch}: the learning rate {rate:g} is most "
        f"likely too large. Try {smaller}. {kept}"
    )
