"""How the tutorials train the networks that examples come from, and what they reach."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from blockwright.design.edits import apply_edits
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design

if TYPE_CHECKING:
    from blockwright.recipe.settings import Settings

COMPARABLE_DATA = frozenset({"mnist", "digits"})
"""The built-in data sets of handwritten digits, beside whose results those on MNIST may stand."""
_NORMALIZED = frozenset(
    {"BatchNormalization", "ConvBlock", "InceptionBlock", "DownsampleBlock", "ResidualBlock"}
)


class TutorialResult(BaseModel):
    """What a tutorial reports. `accuracy` and `loss` are of the training part; what it does not say is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str
    by: str
    epochs: int | None = None
    accuracy: float | None = None
    validation: float | None = None
    test: float | None = None
    test_loss: float | None = None
    loss: float | None = None

    @property
    def level(self) -> float | None:
        """The accuracy that a validation curve compares with."""
        return self.validation if self.validation is not None else self.test

    def sentence(self) -> str:
        """The result in words, with the data that it was reached on."""
        epochs = f" after {self.epochs} epoch{'' if self.epochs == 1 else 's'}" if self.epochs else ""
        parts = {"training": self.accuracy, "validation": self.validation, "test": self.test}
        values = [
            f"{100 * value:.2f} % {name} accuracy" for name, value in parts.items() if value is not None
        ]
        values += [f"a training loss of {self.loss:g}"] if self.loss is not None else []
        values += [f"a test loss of {self.test_loss:g}"] if self.test_loss is not None else []
        return f"{self.by}, on {self.data}{epochs}: {', '.join(values)}."


class Tutorial(BaseModel):
    """The training of a tutorial.

    Attributes:
        settings: what it chooses; what it leaves to Keras has the defaults of Keras: Adam at 0.001, batches of 32.
        momentum: of its batch normalization; Keras's default is 0.99. None without batch normalization.
        network: the edits that make the example the very network of the tutorial, where it differs, and what they do.
        results: what it reports, the one to compare with first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: dict[str, Any]
    momentum: float | None = None
    network: tuple[dict[str, Any], ...] = ()
    network_words: str = ""
    results: tuple[TutorialResult, ...]

    def run_settings(self) -> "Settings":
        """Its settings, in the precision of Keras."""
        # Imported when asked for: the first page shows the examples, and needs none of the choices of a training.
        from blockwright.recipe.settings import Settings

        return Settings.read({"precision": "float32", **self.settings})

    def edits(self, example: Design, design: Design) -> list[dict[str, Any]]:
        """The edits that make `design`, the network of this tutorial, the very network that the tutorial trains.

        Args:
            example: the example that the tutorial belongs to.
            design: the same network, perhaps with other names, with or without the edits.
        """
        edits: list[dict[str, Any]] = []
        if same_network(example, design):
            names = {entry.id: other.id for entry, other in zip(example.inputs, design.inputs, strict=True)}
            names |= {node.id: other.id for node, other in zip(example.nodes, design.nodes, strict=True)}
            edits += [
                edit | {key: names[edit[key]] for key in ("node", "input") if key in edit}
                for edit in self.network
            ]
        if self.momentum is not None:
            edits += [
                {"op": "set", "node": node.id, "params": {"momentum": self.momentum}}
                for node in design.nodes
                if node.block in _NORMALIZED and node.params.get("momentum") != self.momentum
            ]
        return edits

    def trains(self, example: Design, design: Design) -> bool:
        """Whether `design` is the network of the tutorial, as in the example or as in the tutorial itself."""
        if same_network(example, design):
            return True
        return bool(self.network) and same_network(apply_edits(example, list(self.network)), design)

    def words(self) -> str:
        """Its settings in a few words."""
        settings = self.run_settings()
        epochs = f"{settings.epochs} epoch{'' if settings.epochs == 1 else 's'}"
        momentum = f", batch normalization with momentum {self.momentum:g}" if self.momentum else ""
        return (
            f"{settings.optimizer.title} at a constant {settings.learning_rate:g}, batches of {settings.batch_size}, "
            f"{epochs}, {settings.precision}{momentum}{self.network_words and f'; {self.network_words}'}"
        )


def same_network(first: Design, second: Design) -> bool:
    """Whether two designs are the same blocks, whatever their names, input sizes and momentum."""
    return _blocks(first) == _blocks(second)


def _blocks(design: Design) -> list[Any]:
    places = {entry.id: -1 - index for index, entry in enumerate(design.inputs)}
    places |= {node.id: index for index, node in enumerate(design.nodes)}
    reads = resolve_reads(design)
    blocks: list[Any] = [len(design.inputs), [places.get(name) for name in resolve_outputs(design)]]
    for node in design.nodes:
        settings = (node.block, node.enabled, node.trainable, node.repeat, node.shares)
        params = {name: value for name, value in node.params.items() if name != "momentum"}
        blocks.append((settings, params, [places.get(name) for name in reads[node.id]]))
    return blocks
