"""The calls of the design service.

The backend, which never imports Keras, reads the table of calls: names, pools and limits. The functions run in child
processes only and import what they need.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Unpack

from blockwright.design.parse import read_design
from blockwright.recipe.settings import Settings
from blockwright.runs.machine import usable_memory
from blockwright.schema.description import BlockLayers, Description, InsideDescription
from blockwright.schema.design import Design
from blockwright.schema.run.exports import ExportProgress, ExportResult
from blockwright.schema.run.probes import BatchSource, BatchTable, RangeTest, TrainingEstimate
from blockwright.schema.service_calls import (
    AugmentedImage,
    CodeRequest,
    DesignService,
    Document,
    Dot,
    EncodedFile,
    GeneratedCode,
    GraphPicture,
    ImportedModel,
    ModelSummary,
    Preview,
    Proof,
    UploadDescription,
)

QUICK, SLOW, DATA, EXPORTS, VERIFICATIONS, PROBES = (
    "quick",
    "slow",
    "data",
    "exports",
    "verifications",
    "probes",
)


@dataclass(frozen=True)
class Limits:
    """What one request may use.

    Attributes:
        seconds: how long it may take, on a machine that is busy with other things.
        cpu_seconds: its computing time.
        memory: the bytes by which the memory of its process may grow.
    """

    seconds: float
    cpu_seconds: float
    memory: float


EDIT = Limits(seconds=20.0, cpu_seconds=3.0, memory=300e6)
"""For what is asked after every edit; the caches of a design of 500 nodes included."""

LARGE_DESIGN = Limits(seconds=90.0, cpu_seconds=30.0, memory=1.0e9)
"""For the same of a design for which these are too few: it is asked again in the slow pool."""

LARGE_BODY = 100_000
"""The bytes of a request that goes to the slow pool at once: a design of about 900 nodes."""

DRAWING = Limits(seconds=90.0, cpu_seconds=60.0, memory=1.0e9)
IMPORT = Limits(seconds=60.0, cpu_seconds=20.0, memory=500e6)
TABLE = Limits(seconds=240.0, cpu_seconds=120.0, memory=1.4e9)
"""For reading an uploaded file of the largest size."""

DOWNLOAD = Limits(seconds=600.0, cpu_seconds=120.0, memory=1.4e9)
VERIFICATION = Limits(seconds=3600.0, cpu_seconds=3600.0, memory=1.4e9)
EXPORT_FILE = Limits(seconds=600.0, cpu_seconds=600.0, memory=1.4e9)
PROBE = Limits(seconds=600.0, cpu_seconds=1800.0, memory=0.6 * usable_memory())
"""A few training steps of any network; the computing time is that of all its threads."""


@dataclass(frozen=True)
class Call:
    """One call of the design service.

    Attributes:
        function: takes keyword arguments and returns JSON.
        action: what it does, as a verb phrase that follows "could not".
        pool: "quick" for calls after every edit, "slow" for drawing and large designs, "data" for reading data sets,
            "exports" for writing files of trained networks, which takes up to minutes, "verifications" for verifying
            code, which takes up to an hour, "probes" for measuring a training by a few of its steps.
        limits: what one request may use.
        cached: whether equal arguments always give an equal result.
        warm_up: arguments of calls to make while idle, so that the first requests are fast.
        own_process: whether a request has a process for itself, which ends with it.
        latest_only: whether a request ends an earlier one of the same workspace; needs `own_process`.
    """

    function: Callable[..., Any]
    action: str
    pool: str = QUICK
    limits: Limits = EDIT
    cached: bool = False
    warm_up: Callable[[], Iterable[dict[str, Any]]] = tuple
    own_process: bool = False
    latest_only: bool = False


class _Service(DesignService):
    """The calls, which run in child processes and import what they need."""

    def catalog(self) -> list[dict[str, Any]]:
        from blockwright.inference.catalog import catalog

        return catalog().to_list()

    def describe(self, *, design: Document, data: Document | None = None) -> Description:
        from blockwright import network

        return network.describe(read_design(design), data)

    def describe_inside(
        self, *, design: Document, block: str, path: list[str] | None = None
    ) -> InsideDescription:
        from blockwright import network

        return network.describe_inside(read_design(design), block, path or [])

    def graph(self, *, design: Document, options: Document | None = None) -> GraphPicture:
        from blockwright import network

        dot = network.graph(read_design(design), options or {})["dot"]
        try:
            svg = network.render(dot, "svg", seconds=20).decode()
        except ValueError:
            svg = None
        return {"dot": dot, "svg": svg}

    def block_layers(
        self, *, design: Document, node: str, block: str | None = None, path: list[str] | None = None
    ) -> BlockLayers:
        from blockwright.network.block_layers import block_layers

        return block_layers(read_design(design), node, block, path or [])

    def block_picture(self, *, block: str) -> Dot:
        from blockwright.network.block_picture import block_picture

        return block_picture(block)

    def graph_file(self, *, design: Document, options: Document, format: str) -> EncodedFile:
        from blockwright import network

        dot = network.graph(read_design(design), options)["dot"]
        return _encoded(network.render(dot, format))

    def summary(self, *, design: Document, expanded: bool = False) -> ModelSummary:
        from blockwright import network

        return network.summary(read_design(design), expanded)

    def preview(self, *, choice: Document, download: bool = False) -> Preview:
        from blockwright.data.preview import preview

        return preview(choice, download=download)

    def augmented_images(
        self, *, choice: Document, augmentations: list[Document], seed: int
    ) -> list[AugmentedImage]:
        from blockwright.training.setup.augmenting import augmented_images

        settings = Settings.read({"augmentations": augmentations})
        return augmented_images(choice, settings.augmentations, seed)

    def check_upload(self, *, path: str) -> UploadDescription:
        from blockwright.data.upload_reader import describe_upload

        return describe_upload(path)

    def import_model(self, *, text: str) -> ImportedModel:
        from blockwright.importing import import_model

        imported = import_model(text)
        return {"design": imported.design.document(), "notes": imported.notes}

    def export(self, *, run_id: str, owner: str, kind: str) -> ExportResult:
        from blockwright.export.exporting import export

        return export(run_id, kind, owner=owner)

    def export_progress(self, *, run_id: str, owner: str, kind: str) -> ExportProgress:
        from blockwright.export.exporting import export_progress

        return export_progress(run_id, kind, owner=owner)

    def choose_weights(self, *, run_id: str, owner: str, weights: str) -> str:
        from blockwright.evaluation.summary import sentence
        from blockwright.training.chosen_weights import choose_weights

        return sentence(choose_weights(run_id, weights, owner)[0])

    def code(self, *, exact: bool = False, **request: Unpack[CodeRequest]) -> GeneratedCode:
        from blockwright import codegen

        return codegen.generate(*_read_request(request), exact).document()

    def notebook(self, *, exact: bool = False, **request: Unpack[CodeRequest]) -> EncodedFile:
        from blockwright import codegen

        return _encoded(codegen.generate(*_read_request(request), exact).notebook)

    def prove(self, *, progress_key: str | None = None, **request: Unpack[CodeRequest]) -> Proof:
        from blockwright.codegen.proof.verify import prove

        design, api, loop, settings = _read_request(request)
        return prove(design, settings, api, loop, progress_key=progress_key)

    def estimate(self, *, design: Document, settings: Document, owner: str) -> TrainingEstimate:
        from blockwright.training.probe.estimate import estimate

        return estimate(read_design(design), Settings.read(settings), owner)

    def range_test(self, *, design: Document, settings: Document, owner: str) -> RangeTest:
        from blockwright.training.probe.range_test import range_test

        return range_test(read_design(design), Settings.read(settings), owner)

    def batch_table(
        self, *, design: Document, settings: Document, owner: str, training: bool, source: BatchSource
    ) -> BatchTable:
        from blockwright.training.probe.batch_table import batch_table

        return batch_table(read_design(design), Settings.read(settings), owner, training, source)


def _read_request(request: CodeRequest) -> tuple[Design, str, str, Document | None]:
    design = read_design(request["design"])
    return design, request.get("api", "subclassing"), request.get("loop", "fit"), request.get("settings")


def _encoded(content: bytes) -> EncodedFile:
    return {"base64": base64.b64encode(content).decode("ascii")}


def _presets() -> list[dict[str, Any]]:
    from blockwright.design.presets import presets

    return [{"design": preset.design.document()} for preset in presets()]


def _probe(function: Callable[..., Any], action: str) -> Call:
    return Call(function, action, PROBES, PROBE, cached=True, own_process=True, latest_only=True)


_service = _Service()

CALLS: dict[str, Call] = {
    call.function.__name__: call
    for call in (
        Call(_service.catalog, "list the blocks", cached=True),
        Call(_service.describe, "describe the design", cached=True, warm_up=_presets),
        Call(_service.describe_inside, "describe the block", cached=True),
        Call(_service.graph, "draw the graph", SLOW, DRAWING, cached=True),
        Call(_service.block_layers, "open the block", cached=True),
        Call(_service.block_picture, "draw the block", SLOW, DRAWING, cached=True),
        Call(_service.graph_file, "write the graph to a file", SLOW, DRAWING),
        Call(_service.summary, "summarize the model", SLOW, DRAWING, cached=True),
        Call(_service.code, "write the code", cached=True),
        Call(_service.notebook, "write the notebook", cached=True),
        Call(_service.prove, "verify the code", VERIFICATIONS, VERIFICATION),
        Call(_service.import_model, "import the model", SLOW, IMPORT),
        Call(_service.preview, "preview the data set", DATA, DOWNLOAD),
        Call(_service.augmented_images, "vary the images", DATA, TABLE, cached=True),
        Call(_service.check_upload, "check the uploaded file", DATA, TABLE),
        _probe(_service.estimate, "measure the training"),
        _probe(_service.range_test, "test the learning rates"),
        _probe(_service.batch_table, "pass a batch through the network"),
        Call(_service.export, "export the trained network", EXPORTS, EXPORT_FILE),
        Call(_service.choose_weights, "test the weights", EXPORTS, EXPORT_FILE),
        Call(_service.export_progress, "get the progress of the export"),
    )
}
