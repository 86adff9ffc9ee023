"""From the text of a Keras model's `to_json()` to a design."""

from dataclasses import dataclass
from typing import Any

from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.importing.converted_model import ConvertedModel
from blockwright.importing.file.json_input import read_json
from blockwright.importing.file.layer_class import MODELS, kind_of_class
from blockwright.importing.model_converter import ModelConverter
from blockwright.importing.problems import (
    ImportProblem,
    Report,
    Unsupported,
    json_kind,
    refuse,
    short,
    short_name,
)
from blockwright.inference.catalog import catalog
from blockwright.schema.design import FORMAT, MAX_NAME, Design
from blockwright.schema.findings import DesignError


@dataclass(frozen=True)
class Imported:
    """A design from a Keras model; `notes` say what was left out without changing counts, shapes or outputs."""

    design: Design
    notes: list[str]


def import_model(text: str | bytes) -> Imported:
    """Read the output of `model.to_json()` (Keras 3 or Keras 2), the config.json from inside a .keras file, or the
    model.json of a TensorFlow.js layers model, which contains the former.

    The file is read as plain JSON: no class in it is looked up or instantiated, and nothing in it runs. Layers keep
    their names; nested models become composite blocks; a layer that is called twice becomes a node and others that
    share its weights.

    Raises `ImportProblem` with every layer, call and argument that is not supported, each with its path in the file.
    """
    document = _unwrapped(read_json(text))
    class_name, config = _model(document)
    report = Report()
    converter = ModelConverter(catalog(), report, _from_keras_2(document, config))
    try:
        model = converter.convert(config, class_name)
    except Unsupported as problem:
        report.problem("The model", str(problem))
        model = ConvertedModel()
    report.raise_if_any()
    return Imported(_design(config, model, converter), report.notes())


def _unwrapped(document: dict[str, Any]) -> dict[str, Any]:
    """The model's own JSON, also where it is inside a TensorFlow.js file."""
    inner = document.get("modelTopology", document)
    if not isinstance(inner, dict):
        raise refuse("not-a-model", f"`modelTopology` must be an object. Received: {json_kind(inner)}.")
    if document.get("format") == "graph-model" or (inner is not document and "node" in inner):
        raise refuse(
            "not-a-model",
            "This is a TensorFlow.js graph model, which contains operations instead of layers. Convert the Keras model "
            "with the output format `tfjs_layers_model`, or save its `to_json()`.",
        )
    model_config = inner.get("model_config")
    if "class_name" in inner or not isinstance(model_config, dict):
        return inner
    return {"keras_version": inner.get("keras_version"), **model_config}


def _model(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    class_name, config = document.get("class_name"), document.get("config")
    if class_name is None and "nodes" in document and "format" in document:
        raise refuse("not-a-model", "This is already a design, not a Keras model. Open it as a design.")
    if not isinstance(class_name, str):
        raise refuse(
            "not-a-model",
            "`class_name` of a Keras model must be Functional, Sequential or Model. Received: "
            f"{short(class_name)}.",
        )
    if str(document.get("keras_version")).startswith("1."):
        raise refuse(
            "keras-1",
            "This file is from Keras 1, whose layers had different names and arguments (Convolution2D, nb_filter). "
            "Load it with Keras 2, save its JSON again, and import that.",
        )
    if isinstance(config, list):
        config = {"layers": config}
    if not isinstance(config, dict):
        raise refuse(
            "not-a-model", f"`config` of the model must be an object. Received: {json_kind(config)}."
        )
    try:
        kind = kind_of_class(document)
    except Unsupported as problem:
        raise refuse("unknown-layer", f"The model ({short_name(class_name)}): {problem}") from None
    if kind != "model":
        raise refuse(
            "not-a-model",
            f"`{short_name(class_name)}` does not list its layers; only {', '.join(sorted(MODELS))} models do. A "
            "subclassed model connects its layers in code: convert it with `keras.Model(x, model.call(x))` first.",
        )
    return class_name, config


def _from_keras_2(document: dict[str, Any], config: dict[str, Any]) -> bool:
    version = document.get("keras_version")
    if isinstance(version, str):
        return version.startswith(("2.", "tfjs"))
    layers = config.get("layers")
    for entry in layers if isinstance(layers, list) else ():
        layer_config = entry.get("config") if isinstance(entry, dict) else None
        if isinstance(layer_config, dict) and "batch_input_shape" in layer_config:
            return True
    return False


def _design(config: dict[str, Any], model: ConvertedModel, converter: ModelConverter) -> Design:
    name = config.get("name")
    name = " ".join(name.split())[:MAX_NAME] if isinstance(name, str) else ""
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": name or "Imported model",
        "inputs": [model_input.document() for model_input in model.inputs],
        **model.graph(),
    }
    if converter.composites:
        document["composites"] = converter.composites
    try:
        design = read_design(document)
    except DesignError as error:
        raise ImportProblem(error.findings) from None
    errors = [finding for finding in check_structure(design) if finding.severity == "error"]
    if errors:
        raise ImportProblem(errors)
    return design
