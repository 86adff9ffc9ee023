"""What each export writes: a network in a format, the list of packages, the zip with everything."""

import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.parse import read_design
from blockwright.export import readme, usage, verify
from blockwright.export.preprocessing import read_preprocessing, reads_rows, row_code
from blockwright.export.status import Progress
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.recipe.start_weights import START
from blockwright.runs.epoch_table import epochs_csv, flat_epoch
from blockwright.runs.evaluation_reader import EVALUATION, PREDICTIONS
from blockwright.runs.records import Run
from blockwright.schema.data.preprocessing import Preprocessing
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.schema.run.exports import (
    KINDS,
    ExportError,
    ExportKind,
    ExportResult,
    Verification,
    safe_name,
)
from blockwright.training import artifacts

if TYPE_CHECKING:
    from blockwright.network import DesignedModel
    from blockwright.runs.history import History

Part = Callable[[str, float, float], ExportResult]


def write_network(run: Run, kind: ExportKind, folder: Path, path: Path, note: Progress) -> Verification:
    """Write the run's network in a format, load it again, and compare.

    Raises `ExportError`.
    """
    note(0.02, "Building the network.")
    import tensorflow as tf

    from blockwright.export.formats import FORMATS, CannotExport

    design = _design(run)
    file_format = FORMATS[kind.key]
    refusal = _refusal(kind.key, design)
    if refusal is not None:
        raise ExportError(refusal)
    # On the CPU: a GPU may multiply float32 in lower precision, and a run may be using it.
    with tf.device("/CPU:0"):
        network = _network(design, folder)
        note(0.15, "Predicting examples with the network.")
        examples = verify.gather(run, design, folder)
        expected = verify.predict_with_network(network, examples)
        note(0.3, f"Writing {kind.title}.")
        try:
            file_format.write(network, path)
        except CannotExport as error:
            raise ExportError(str(error)) from error
        note(0.75, f"Loading {kind.title} again to compare its predictions.")
        outputs = verify.predict(file_format.open(path, network), examples.inputs)
    comparison = verify.compare(kind, examples, outputs, expected)
    if not comparison.equal:
        raise ExportError(
            f"{kind.title} was written, but when loaded again its predictions differ from the network's by "
            f"{comparison.difference:.2g}; only {comparison.tolerance:.2g} is allowed. The file was deleted. "
            "Export the .keras file with plain layers instead."
        )
    computed_in = precision(run)
    own = verify.compare_with_run(design, computed_in, examples, outputs)
    sentences = [comparison.sentence]
    if own:
        sentences.append(own["sentence"])
    elif computed_in == "bfloat16":
        sentences.append(verify.BFLOAT16_NOTE)
    return {
        "difference": comparison.difference,
        "tolerance": comparison.tolerance,
        "examples": comparison.examples,
        "run": own,
        "usage": _usage(kind, network, run, read_preprocessing(run, design, folder)),
        "sentence": " ".join(sentences),
    }


def write_requirements(path: Path) -> Verification:
    """Write the list of packages, with versions."""
    path.write_text(readme.requirements(), encoding="utf-8")
    return {
        "difference": None,
        "tolerance": None,
        "examples": None,
        "run": None,
        "usage": None,
        "sentence": "The packages that the files were made and verified with, each with its version.",
    }


def write_preprocessing(run: Run, folder: Path, path: Path) -> Verification:
    """Write how the run preprocessed its data. Raises `ExportError` where that is no longer known."""
    design = _design(run)
    preprocessing = read_preprocessing(run, design, folder)
    if preprocessing is None:
        raise ExportError(
            "An earlier version trained this run and did not save its preprocessing, and its data is no longer on "
            "this machine. Train it again."
        )
    path.write_text(_pretty(preprocessing), encoding="utf-8")
    return {
        "difference": None,
        "tolerance": None,
        "examples": None,
        "run": None,
        "usage": _row_usage(design, preprocessing),
        "sentence": "The numbers that turn values into what the network reads, and the names of its classes.",
    }


def write_bundle(run: Run, folder: Path, path: Path, part: Part, note: Progress) -> Verification:
    """Write the zip with everything; `part` exports another kind, between two fractions of the progress."""
    design = _design(run)
    networks = [part("weights", 0.0, 0.35)] if _refusal("weights", design) is None else []
    networks.insert(0, part("keras_plain", 0.35, 0.7))
    requirements = part("requirements", 0.7, 0.72)
    note(0.75, "Writing the code.")
    base = safe_name(design.name)
    settings = shared_settings(_settings(run))
    history = _history(run)
    texts: dict[str, str | bytes] = {
        "design.json": design.text(),
        "settings.json": _pretty(settings),
        **_code(design, {**settings, "precision": precision(run)}),
        "history.json": _pretty({"epochs": [flat_epoch(epoch) for epoch in history.epochs]}),
        "history.csv": epochs_csv(history),
    }
    for name in (EVALUATION, PREDICTIONS, START):
        if (folder / name).is_file():
            texts[name] = (folder / name).read_bytes()
    preprocessing = read_preprocessing(run, design, folder)
    if preprocessing is not None:
        texts[readme.PREPROCESSING] = _pretty(preprocessing)
    files = {**{network["name"]: network for network in networks}, "requirements.txt": requirements}
    names = {*texts, *files}
    texts["README.md"] = readme.readme(run, design, settings, history, names, networks, preprocessing)
    note(0.85, "Writing the zip.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(texts, key=lambda name: (name != "README.md", name)):
            archive.writestr(f"{base}/{name}", texts[name])
        for name, file in files.items():
            archive.write(file["path"], f"{base}/{name}")
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise ExportError(f"The zip was written, but {damaged} in it cannot be read. Export it again.")
    worst = max(networks, key=lambda network: (network["difference"] or 0) / (network["tolerance"] or 1))
    which = "weights and plain Keras model were" if len(networks) > 1 else "the plain Keras model was"
    return {
        "difference": worst["difference"],
        "tolerance": worst["tolerance"],
        "examples": worst["examples"],
        "run": worst["run"],
        "usage": None,
        "sentence": f"{len(texts) + len(files)} files; {which} verified. {worst['sentence']}",
    }


def precision(run: Run) -> str:
    """What the run computed in: "float32" or "bfloat16"."""
    history = _history(run)
    return str(history.started["precision"]) if history.started else "float32"


def shared_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that may leave this machine: an uploaded file by its name instead of its path here."""
    data = settings.get("data")
    if not isinstance(data, dict) or "path" not in data:
        return settings
    title = str(data.get("title") or "data.npz").replace("\\", "/").rpartition("/")[2]
    name = safe_name(title.removesuffix(".npz")) + ".npz"
    return {**settings, "data": {**data, "path": name}}


def _design(run: Run) -> Design:
    try:
        return read_design(run.design)
    except DesignError as error:
        raise ExportError(f"The design of this run cannot be read by this version: {error}") from error


def _settings(run: Run) -> dict[str, Any]:
    """All settings of a run, with the defaults."""
    try:
        return Settings.read(run.settings).document()
    except SettingsError as error:
        raise ExportError(f"The settings of this run cannot be read by this version: {error}") from error


def _row_usage(design: Design, preprocessing: Preprocessing) -> str | None:
    """How one row of a table is predicted with the plain Keras model; None for other data."""
    if not reads_rows(preprocessing):
        return None
    names = (KINDS[kind].file_name(design.name) for kind in ("keras_plain", "preprocessing"))
    return row_code(preprocessing, *names)


def _usage(kind: ExportKind, network: "DesignedModel", run: Run, preprocessing: Preprocessing | None) -> str:
    from blockwright.codegen import generate
    from blockwright.export.formats.serving import input_specs, output_names

    design = network.design
    code = generate(design, "subclassing", "fit", _settings(run)).text if kind.key == "weights" else ""
    return usage.usage(
        kind.key,
        kind.file_name(design.name),
        [spec.name for spec in input_specs(network)],
        output_names(network),
        usage.class_name(code),
        usage.examples_name(design, preprocessing),
    )


def _network(design: Design, folder: Path) -> "DesignedModel":
    """The network in float32 with the weights of the run."""
    from blockwright.network import build
    from blockwright.training.setup.precision import computing_in

    with computing_in("float32"):
        try:
            network = build(design)
        except DesignError as error:
            raise ExportError(f"The design of this run can no longer be built: {error}") from error
        try:
            artifacts.load_weights(network, folder)
        except FileNotFoundError as error:
            raise ExportError(
                "The weights of this run are gone, so there is nothing to export. Train it again."
            ) from error
        except (ValueError, KeyError, OSError) as error:
            raise ExportError(
                f"The weights of this run ({artifacts.WEIGHTS}) are damaged or belong to another network. Train again."
            ) from error
    return network


def _refusal(kind: str, design: Design) -> str | None:
    """Why a format does not support a network, known before any work; None where it does."""
    from blockwright.training.setup.adapt import learns_words

    if kind == "weights" and learns_words(design):
        return (
            "This network learned a vocabulary, or bins, from its data, which a file of weights does not contain. "
            "Export the .keras file with plain layers instead."
        )
    texts = [entry.id for entry in design.inputs if entry.dtype == "string"]
    if kind in ("onnx", "tflite") and texts:
        title = {"onnx": "ONNX", "tflite": "TFLite"}[kind]
        return (
            f'{title} has no operators for text, but the input "{texts[0][:60]}" is text. Export the .keras file with '
            "plain layers or the SavedModel instead."
        )
    return None


def _history(run: Run) -> "History":
    from blockwright.runs.history import fold
    from blockwright.runs.store import RunStore

    with closing(RunStore()) as store:
        return fold(store.events(run.id))


def _code(design: Design, settings: dict[str, Any]) -> dict[str, str | bytes]:
    """The network and its training as a Python file and as a notebook.

    They are not named after the network: a file called `keras.py` would hide Keras from the code in it.
    """
    from blockwright.codegen import generate

    source = generate(design, "subclassing", str(settings.get("loop", "fit")), settings, exact=True)
    return {readme.CODE: source.text, readme.NOTEBOOK: source.notebook}


def _pretty(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
