"""The training that a probe measures: the network, the data and the batches of a run, without a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blockwright.data.loading import load
from blockwright.data.prepared import Prepared
from blockwright.recipe.settings import Settings
from blockwright.runs.files.home import home
from blockwright.runs.files.upload_store import check_owned
from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.tasks.base import Objective
from blockwright.training.setup.adapt import adapt, adapts
from blockwright.training.setup.compiling import compile_model, make_model
from blockwright.training.setup.pipeline import (
    prepared_batches,
    training_batches,
    validation_batches,
)
from blockwright.training.setup.precision import computing_in, precision_of
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from blockwright.training.setup.threads import use_threads
from blockwright.training.training_rules import NothingToTrain

if TYPE_CHECKING:
    import tensorflow as tf

    from blockwright.network import DesignedModel


@dataclass(frozen=True)
class ProbedTraining:
    """A compiled network and its data, as a run has them before its first step."""

    design: Design
    settings: Settings
    prepared: Prepared
    objectives: list[Objective]
    model: "DesignedModel"

    @property
    def steps_per_epoch(self) -> int:
        """The batches of an epoch."""
        return -(-len(self.prepared.train) // self.settings.batch_size)

    def training_batches(self) -> "tf.data.Dataset":
        """The batches that a run trains on, in its order, augmented and preprocessed as its settings say."""
        return training_batches(self.model, self.prepared, self.objectives, self.settings)

    def validation_batches(self) -> "tf.data.Dataset | None":
        """The batches that a run validates with; None where nothing does."""
        return validation_batches(self.model, self.prepared, self.objectives, self.settings)

    def test_batches(self, batch_size: int) -> "tf.data.Dataset":
        """The batches of the test part."""
        return prepared_batches(self.design, self.prepared, self.objectives, "test", batch_size)


@contextmanager
def probed_training(
    design: Design, settings: Settings, owner: str = COMMAND_LINE
) -> Iterator[ProbedTraining]:
    """Prepare a training as a run does; its layers compute in the run's precision within this context.

    Args:
        owner: the workspace whose uploads may be read.

    Raises `DesignError` or `DataError` if the design cannot be trained on the data.
    """
    use_threads(RunStore(), more=1)
    with computing_in(precision_of(design, settings)):
        shapes = output_shapes(design)
        if settings.data["name"] == "upload" and owner != COMMAND_LINE:
            check_owned(settings.data["path"], home(), owner)
        dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
        prepared, objectives = prepare_run(design, shapes, settings, dataset)
        model = make_model(design, settings.seed, settings.loop)
        problems = NothingToTrain().findings(model)
        if problems:
            raise DesignError(problems)
        if adapts(design):
            adapt(
                model,
                {name: array[prepared.train] for name, array in prepared.inputs.items()},
                prepared.scales,
            )
        training = ProbedTraining(design, settings, prepared, objectives, model)
        compile_model(model, settings, objectives, training.steps_per_epoch)
        yield training
