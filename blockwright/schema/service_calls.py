"""The calls of the design service by name, each with the type of its answer. Plain data."""

from typing import Any, Generic, NotRequired, TypedDict, TypeVar, final

from blockwright.schema.description import Description, InsideDescription
from blockwright.schema.exports import ExportProgress, ExportResult

Answer = TypeVar("Answer")


class ServiceCall(str, Generic[Answer]):
    """The name of a call whose answer is an `Answer`, as JSON."""


class Dot(TypedDict):
    """A picture in Graphviz's language."""

    dot: str


class EncodedFile(TypedDict):
    """The content of a file in base64."""

    base64: str


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


CATALOG = ServiceCall[list[dict[str, Any]]]("catalog")
DESCRIBE = ServiceCall[Description]("describe")
DESCRIBE_INSIDE = ServiceCall[InsideDescription]("describe_inside")
GRAPH = ServiceCall[Dot]("graph")
BLOCK_PICTURE = ServiceCall[Dot]("block_picture")
GRAPH_FILE = ServiceCall[EncodedFile]("graph_file")
SUMMARY = ServiceCall[ModelSummary]("summary")
CODE = ServiceCall[GeneratedCode]("code")
NOTEBOOK = ServiceCall[EncodedFile]("notebook")
PROVE = ServiceCall[Proof]("prove")
IMPORT_MODEL = ServiceCall[ImportedModel]("import_model")
PREVIEW = ServiceCall[Preview]("preview")
CHECK_UPLOAD = ServiceCall[UploadDescription]("check_upload")
EXPORT = ServiceCall[ExportResult]("export")
EXPORT_PROGRESS = ServiceCall[ExportProgress]("export_progress")
