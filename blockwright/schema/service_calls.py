"""The calls of the design service, with the types of their arguments and answers. Plain data."""

from collections.abc import Callable
from typing import (
    Any,
    Concatenate,
    Generic,
    NotRequired,
    ParamSpec,
    Protocol,
    Required,
    Self,
    TypedDict,
    TypeVar,
    Unpack,
    final,
)

from blockwright.schema.description import BlockLayers, Description, InsideDescription
from blockwright.schema.run.exports import ExportProgress, ExportResult
from blockwright.schema.run.probes import BatchSource, BatchTable, RangeTest, TrainingEstimate
from blockwright.schema.run.tensorboard import TensorBoardAction, TensorBoardState

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Document = dict[str, Any]


class Dot(TypedDict):
    """A picture in Graphviz's language."""

    dot: str


class GraphPicture(Dot):
    """A picture with its drawing as SVG; None where the program `dot` is missing or could not draw it."""

    svg: str | None


class EncodedFile(TypedDict):
    """The content of a file in base64."""

    base64: str


class AugmentedImage(TypedDict):
    """An image as PNG in base64, before and after augmentation."""

    before: str
    after: str


class SummaryRow(TypedDict):
    """A layer of the summary; `params` are all its parameters, `trainable` how many of them are trained.

    `output_shape` has null for the batch; `connected_to` are the names of the layers that it reads.
    """

    layer: str
    type: str
    output_shape: list[int | None]
    params: int
    trainable: int
    connected_to: list[str]


class ModelSummary(TypedDict):
    """The summary of a model; `text` is the table that Keras prints."""

    rows: list[SummaryRow]
    text: str
    total_params: int
    trainable_params: int
    non_trainable_params: int


class NodeLines(TypedDict):
    """The lines of a file that a node is written on, from 1, the last one included."""

    node: str
    start: int
    end: int


class CodeRequest(TypedDict, total=False):
    """Which code: of a design with the settings of a run, in an API and with a training loop."""

    design: Required[Document]
    settings: Document | None
    api: str
    loop: str


class GeneratedCode(TypedDict):
    """The code of a design, with the lines of its nodes.

    `problem` says why it cannot be written in this API, and `node` because of which node. `findings` are those of the
    design, `untrained` says why the file does not train.
    """

    text: str
    lines: list[NodeLines]
    problem: str | None
    node: str | None
    findings: list[dict[str, Any]]
    untrained: str | None


class ProofCheck(TypedDict):
    """One comparison of the file with the app; `difference` and `tolerance` are null for what is not a number."""

    what: str
    expected: Any
    received: Any
    difference: float | None
    tolerance: float | None
    equal: bool


class Proof(TypedDict):
    """Whether a file trains as the app does: `equal` if all checks are."""

    equal: bool
    checks: list[ProofCheck]


class ImportedModel(TypedDict):
    """A design made from a Keras model, with notes about what was changed."""

    design: dict[str, Any]
    notes: list[str]


class Sample(TypedDict):
    """An image of a data set with its label."""

    label: str
    png_base64: str


@final
class ClassDistribution(TypedDict):
    """The examples of each class or tag, by part."""

    kind: str
    class_names: list[str]
    balance: dict[str, list[int]]


@final
class NumberDistribution(TypedDict):
    """A histogram of numbers: `edges`, one more than the counts of `train` and `test`."""

    kind: str
    unit: str
    histogram: dict[str, list[float]]


class Preview(TypedDict):
    """A data set: its card, and unless `available` is false its classes, examples and targets.

    See `data.preview.preview`.
    """

    card: dict[str, Any]
    available: bool
    balance: dict[str, list[int]]
    samples: list[Sample]
    rows: list[dict[str, Any]]
    targets: dict[str, ClassDistribution | NumberDistribution]
    notes: list[str]


class UploadDescription(TypedDict):
    """An uploaded file; the rest is for tables only: see `data.tables.csv_table.describe_table`."""

    format: str
    rows: NotRequired[int]
    delimiter: NotRequired[str]
    columns: NotRequired[list[dict[str, Any]]]
    notes: NotRequired[list[str]]


class DesignService(Protocol):
    """The calls of the design service, with their arguments and answers, all of them JSON.

    `design` is a document in the design format, `settings` those of a run.
    """

    def catalog(self) -> list[dict[str, Any]]:
        """Every block that a design can have."""

    def describe(self, *, design: Document, data: Document | None = None) -> Description:
        """Shapes, costs and findings of a design; `data` is the brief card of the data set."""

    def describe_inside(
        self, *, design: Document, block: str, path: list[str] | None = None
    ) -> InsideDescription:
        """The same of the inside of a block; `path` are the nodes that lead to it."""

    def graph(self, *, design: Document, options: Document | None = None) -> GraphPicture:
        """A picture of the network."""

    def block_layers(
        self, *, design: Document, node: str, block: str | None = None, path: list[str] | None = None
    ) -> BlockLayers:
        """The layers inside a node, of the design or of the inside of `block`."""

    def block_picture(self, *, block: str) -> Dot:
        """A picture of the inside of a block."""

    def graph_file(self, *, design: Document, options: Document, format: str) -> EncodedFile:
        """A picture of the network as a file."""

    def summary(self, *, design: Document, expanded: bool = False) -> ModelSummary:
        """The layers of the model; `expanded` opens the blocks."""

    def code(self, *, exact: bool = False, **request: Unpack[CodeRequest]) -> GeneratedCode:
        """The network as a Python file."""

    def notebook(self, *, exact: bool = False, **request: Unpack[CodeRequest]) -> EncodedFile:
        """The network as a notebook."""

    def prove(self, *, progress_key: str | None = None, **request: Unpack[CodeRequest]) -> Proof:
        """Whether the Python file trains as the app does; progress is noted under `progress_key`."""

    def import_model(self, *, text: str) -> ImportedModel:
        """The design that the JSON of a Keras model describes."""

    def preview(self, *, choice: Document, download: bool = False) -> Preview:
        """A data set, downloaded if it must and may be."""

    def augmented_images(
        self, *, choice: Document, augmentations: list[Document], seed: int
    ) -> list[AugmentedImage]:
        """Training images before and after augmentation."""

    def check_upload(self, *, path: str) -> UploadDescription:
        """What an uploaded file holds."""

    def export(self, *, run_id: str, owner: str, kind: str) -> ExportResult:
        """Write a file of a trained network."""

    def export_progress(self, *, run_id: str, owner: str, kind: str) -> ExportProgress:
        """How far that is."""

    def choose_weights(self, *, run_id: str, owner: str, weights: str) -> str:
        """Test a run that has ended with some of its weights, which it then exports; how it went, as a sentence."""

    def estimate(self, *, design: Document, settings: Document, owner: str) -> TrainingEstimate:
        """How long a run takes and how much memory it needs, measured by a few of its steps."""

    def range_test(self, *, design: Document, settings: Document, owner: str) -> RangeTest:
        """The loss while the learning rate grows with every step, and a rate that it suggests."""

    def batch_table(
        self, *, design: Document, settings: Document, owner: str, training: bool, source: BatchSource
    ) -> BatchTable:
        """The values of each block for the first batch of a run."""


class BackendCalls(Protocol):
    """What the backend itself does, not a process of the design service."""

    def tensorboard(self, *, run_id: str, owner: str, action: TensorBoardAction) -> TensorBoardState:
        """Open or close the TensorBoard of a run, or say how it is."""


class ServiceCall(str, Generic[Arguments, Answer]):
    """The name of a call with the types of its arguments and its answer."""

    def __new__(cls, function: Callable[Concatenate[Any, Arguments], Answer]) -> Self:
        return super().__new__(cls, function.__name__)


CATALOG = ServiceCall(DesignService.catalog)
DESCRIBE = ServiceCall(DesignService.describe)
DESCRIBE_INSIDE = ServiceCall(DesignService.describe_inside)
GRAPH = ServiceCall(DesignService.graph)
BLOCK_LAYERS = ServiceCall(DesignService.block_layers)
BLOCK_PICTURE = ServiceCall(DesignService.block_picture)
GRAPH_FILE = ServiceCall(DesignService.graph_file)
SUMMARY = ServiceCall(DesignService.summary)
CODE = ServiceCall(DesignService.code)
NOTEBOOK = ServiceCall(DesignService.notebook)
PROVE = ServiceCall(DesignService.prove)
IMPORT_MODEL = ServiceCall(DesignService.import_model)
PREVIEW = ServiceCall(DesignService.preview)
AUGMENTED_IMAGES = ServiceCall(DesignService.augmented_images)
CHECK_UPLOAD = ServiceCall(DesignService.check_upload)
EXPORT = ServiceCall(DesignService.export)
EXPORT_PROGRESS = ServiceCall(DesignService.export_progress)
CHOOSE_WEIGHTS = ServiceCall(DesignService.choose_weights)
ESTIMATE = ServiceCall(DesignService.estimate)
TENSORBOARD = ServiceCall(BackendCalls.tensorboard)
RANGE_TEST = ServiceCall(DesignService.range_test)
BATCH_TABLE = ServiceCall(DesignService.batch_table)
