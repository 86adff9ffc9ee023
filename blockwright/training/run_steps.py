"""What a run does, step by step: data, network, training, evaluation."""

import time
from typing import TYPE_CHECKING

from blockwright.data.loading import DataSet, load
from blockwright.data.prepare import Prepared
from blockwright.data.preprocessing import describe_preprocessing
from blockwright.design.parse import read_design
from blockwright.evaluation.summary import evaluated_event
from blockwright.recipe.settings import Settings
from blockwright.recipe.start_weights import START
from blockwright.runs.database.database import until_written
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.events import Epoch, EvaluatedWeights, Output, Started
from blockwright.runs.files.atomic_files import write_json
from blockwright.runs.files.home import home, run_folder
from blockwright.runs.files.saved_states import remove_states
from blockwright.runs.files.upload_store import check_owned
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.runs.store import RunStore
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.schema.run.evaluation import Evaluation
from blockwright.tasks.base import Objective
from blockwright.tasks.chosen_metrics import chosen_modes
from blockwright.tasks.monitors import run_callbacks
from blockwright.tasks.objectives import hints
from blockwright.training import artifacts
from blockwright.training.explanation import Explanation
from blockwright.training.loops.batch_losses import BatchLosses
from blockwright.training.loops.callbacks import LogEvery
from blockwright.training.loops.chosen_callbacks import ChosenCallbacks
from blockwright.training.loops.registry import LOOPS
from blockwright.training.loops.reporter import Reporter
from blockwright.training.loops.run_loop import Outcome, run_loop
from blockwright.training.resumption import Resumption, resume
from blockwright.training.run_ending import end_run
from blockwright.training.run_state import RunState
from blockwright.training.setup.adapt import adapt, adapts, save_adapted
from blockwright.training.setup.chosen_metrics import measured
from blockwright.training.setup.compiling import compile_model, make_model
from blockwright.training.setup.metrics import LoggedValues
from blockwright.training.setup.pipeline import prepared_batches, training_batches, validation_batches
from blockwright.training.setup.precision import computing_in, device_name, precision_of
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from blockwright.training.setup.transfer import read_source, start_weights_of, take_weights
from blockwright.training.testing import evaluate_network
from blockwright.training.training_rules import NothingToTrain, ineffective

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel

_PROGRESS_SECONDS = 2.0


class Work:
    """The work of one run; `carry_out` does all of it in order.

    Args:
        store: the run store.
        run: the run, claimed by this process.
        settings: its settings.
        reporter: sends its events to the store; already started.
    """

    def __init__(self, store: RunStore, run: Run, settings: Settings, reporter: Reporter) -> None:
        self._store = store
        self._run = run
        self._settings = settings
        self._reporter = reporter
        self._folder = run_folder(run.id)
        self._epochs: list[Epoch] = []

    def carry_out(self) -> tuple[str, str]:
        """Train and evaluate; returns the status with which the run ends, and a sentence.

        Raises:
            DesignError, DataError: the design cannot be trained on the data.
            StopRun: a stop was requested before the first batch.
        """
        design = read_design(self._run.design)
        write_json(self._folder / artifacts.DESIGN, design.document())
        write_json(self._folder / artifacts.SETTINGS, self._settings.document())
        with computing_in(precision_of(design, self._settings)):
            shapes = output_shapes(design)
            dataset = self._load()
            prepared, objectives = prepare_run(design, shapes, self._settings, dataset)
            callbacks = self._callbacks(design, objectives, prepared)
            preprocessing = describe_preprocessing(prepared, design.inputs)
            write_json(self._folder / artifacts.PREPROCESSING, preprocessing)
            model = self._network(design, objectives, prepared)
            data = (design, prepared, objectives)
            explanation = Explanation(self._reporter, model, *data, self._settings)
            state = RunState(self._folder, model, callbacks, explanation, self._settings.epochs)
            self._start(model, objectives, prepared)
            steps = self._steps_per_epoch(prepared)
            resumption = resume(self._store, self._run, self._folder, state, self._reporter, steps)
            if resumption.epochs:
                artifacts.save_weights(model, self._folder)
            with explanation:
                outcome = self._train(
                    model, design, objectives, prepared, callbacks, explanation, state, resumption
                )

                def evaluate(weights: EvaluatedWeights) -> Evaluation:
                    document = self._evaluate(model, objectives, dataset, prepared, weights)
                    explanation.after_test(document)
                    return document

                ending = end_run(
                    model, outcome, callbacks, self._settings, self._reporter, self._folder, evaluate
                )
                if ending[0] == "finished":
                    explanation.complete()
                    # To train further from; the one before it only serves while states are written.
                    remove_states(self._folder, keep=1)
                elif outcome.status == "diverged":
                    # It would diverge again.
                    remove_states(self._folder)
            return ending

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
                total = f" of {expected / 1e6:,.0f}" if expected else ""
                self._reporter.log(f"Downloading {choice['name']}: {done / 1e6:,.0f}{total} MB.")

        return load(choice, seed=self._settings.seed, version=self._settings.data_version, progress=progress)

    def _network(self, design: Design, objectives: list[Objective], prepared: Prepared) -> "DesignedModel":
        source_id = self._settings.weights_from
        taken_before = (self._folder / START).is_file()
        source = read_source(self._store, self._run, source_id) if source_id and not taken_before else None
        model = make_model(design, self._settings.seed, self._settings.loop)
        problems = NothingToTrain().findings(model)
        if problems:
            raise DesignError(problems)
        if adapts(design):
            examples = {name: array[prepared.train] for name, array in prepared.inputs.items()}
            prepared.notes += adapt(model, examples, prepared.scales)
            save_adapted(model, self._folder)
        if source is not None:
            prepared.notes += take_weights(model, source, self._folder)
        elif source_id:
            start_weights_of(model, self._folder)
        compile_model(model, self._settings, objectives, self._steps_per_epoch(prepared))
        steps = self._steps_per_epoch(prepared)
        for hint in (*hints(objectives, self._settings), *ineffective(self._settings, steps)):
            self._reporter.log(hint, "warning")
        return model

    def _start(self, model: "keras.Model", objectives: list[Objective], prepared: Prepared) -> None:
        self._reporter.obey_stop()
        until_written(lambda: self._store.transition(self._run.id, "starting", "running"))
        started = Started(
            epochs=self._settings.epochs,
            steps_per_epoch=self._steps_per_epoch(prepared),
            batch_size=self._settings.batch_size,
            train_examples=len(prepared.train),
            validation_examples=len(prepared.validation),
            test_examples=prepared.test_examples,
            params=model.count_params(),
            precision="bfloat16" if "bfloat16" in model.dtype_policy.name else "float32",
            device=device_name(),
            seed=self._settings.seed,
            steps=prepared.notes,
            outputs=[
                Output(
                    output=objective.output,
                    kind=objective.task.kind,
                    target=objective.target.name,
                    loss=objective.loss,
                    weight=objective.weight,
                    metric=objective.metric.name,
                    unit=objective.target.unit,
                    class_names=list(objective.target.class_names),
                    class_weight=objective.class_weight,
                    metrics=measured(objective),
                )
                for objective in objectives
            ],
        )
        self._reporter.emit("started", started, now=True)

    def _steps_per_epoch(self, prepared: Prepared) -> int:
        return -(-len(prepared.train) // self._settings.batch_size)

    def _callbacks(self, design: Design, objectives: list[Objective], prepared: Prepared) -> ChosenCallbacks:
        metrics = {objective.output: objective.metric.name for objective in objectives}
        return ChosenCallbacks(
            run_callbacks(self._settings, metrics, chosen_modes(objectives)),
            self._folder,
            self._steps_per_epoch(prepared),
            LoggedValues(objectives),
            self._reporter.log,
            lambda: next(
                iter(prepared_batches(design, prepared, objectives, "validation", self._settings.batch_size))
            ),
        )

    def _train(
        self,
        model: "DesignedModel",
        design: Design,
        objectives: list[Objective],
        prepared: Prepared,
        callbacks: ChosenCallbacks,
        explanation: Explanation,
        state: RunState,
        resumption: Resumption,
    ) -> Outcome:
        settings = self._settings
        self._epochs = list(resumption.epochs)

        def keep(epoch: Epoch) -> None:
            artifacts.save_weights(model, self._folder)
            self._epochs.append(epoch)
            write_json(
                self._folder / artifacts.HISTORY, {"epochs": [flat_epoch(epoch) for epoch in self._epochs]}
            )
            explanation.after_epoch(epoch)
            state.save(epoch["epoch"])

        first = len(self._epochs)
        every = settings.log_every
        log_every = [LogEvery(every, self._reporter, LoggedValues(objectives))] if every else []
        batch_losses = BatchLosses(self._folder, len(prepared.train), settings.batch_size)
        try:
            return run_loop(
                LOOPS[settings.loop],
                model,
                objectives,
                training_batches(model, prepared, objectives, settings, first),
                validation_batches(model, prepared, objectives, settings),
                epochs=settings.epochs,
                examples=len(prepared.train),
                batch_size=settings.batch_size,
                live=settings.live,
                compiled=settings.compiled,
                reporter=self._reporter,
                keep=keep,
                callbacks=[batch_losses, callbacks, *log_every],
                finished=resumption.epochs,
                has_ended=resumption.has_ended,
            )
        finally:
            batch_losses.flush()
            callbacks.close()

    def _evaluate(
        self,
        model: "DesignedModel",
        objectives: list[Objective],
        dataset: DataSet,
        prepared: Prepared,
        weights: EvaluatedWeights,
    ) -> Evaluation:
        def on_batch() -> None:
            self._reporter.advance()
            self._reporter.obey_stop()

        batch_size = self._settings.batch_size
        document = evaluate_network(model, objectives, dataset, prepared, batch_size, self._folder, on_batch)
        evaluated = evaluated_event(document)
        evaluated["weights"] = weights
        self._reporter.emit("evaluated", evaluated, now=True)
        return document
