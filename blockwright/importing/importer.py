"""From the text of a Keras model's `to_json()` to a design."""

from dataclasses import dataclass
from typing import Any

from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.importing.file.json_input import read_json
from blockwright.importing.file.layer_class import MODELS, kind_of_class
from blockwright.importing.model_converter import Body, ModelConverter
from blockwright.importing.problems import ImportProblem, Report, Unfit, kind_of, refuse, short, word
from blockwright.inference.catalog import catalog
from blockwright.schema.design import FORMAT, MAX_NAME, Design
from blockwright.schema.findings import DesignError


@dataclass(frozen=True)
class Imported:
    """A design from a Keras model, and in `notes` what was left behind that changes no count, shape or output."""

    design: Design
    notes: list[str]


def import_model(text: str | bytes) -> Imported:
    """Read what `model.to_json()` gave (Keras 3 or Keras 2), the config.json from inside a .keras file, or the
    model.json of a layers model of TensorFlow.js, which holds the former.

    The file is read as plain JSON: no class of it is looked up or made, and nothing in it runs. Layers keep their
    names; models inside the model become composite blocks; a layer that is called twice becomes a node and others
    that share its weights.

    Raises `ImportProblem` with every layer, call and argument that has no equal here, each with its place.
    """
    document = _unwrapped(read_json(text))
    class_name, config = _model(document)
    report = Report()
    converter = ModelConverter(catalog(), report, _from_keras_2(document, config))
    try:
        body = converter.convert(config, class_name)
    except Unfit as problem:
        report.problem("The model", str(problem))
        body = Body()
    report.raise_if_any()
    return Imported(_design(config, body, converter), report.notes())


def _unwrapped(document: dict[str, Any]) -> dict[str, Any]:
    """The model's own JSON where a file of TensorFlow.js stands around it."""
    inner = document.get("modelTopology", document)
    if not isinstance(inner, dict):
        raise refuse("not-a-model", f"`modelTopology` must be an object. Received: {kind_of(inner)}.")
    if document.get("format") == "graph-model" or (inner is not document and "node" in inner):
        raise refuse(
            "not-a-model",
            "This is a graph model of TensorFlow.js: operations, no layers any more. Convert the Keras model with "
            "the output format `tfjs_layers_model`, or write its `to_json()`.",
        )
    model = inner.get("model_config")
    if "class_name" in inner or not isinstance(model, dict):
        return inner
    return {"keras_version": inner.get("keras_version"), **model}


def _model(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    class_name, config = document.get("class_name"), document.get("config")
    if class_name is None and "nodes" in document and "format" in document:
        raise refuse("not-a-model", "This is already a design, not a Keras model. Open it as a design.")
    if not isinstance(class_name, str):
        raise refuse(
            "not-a-model",
            "A Keras model's JSON says its class in `class_name`: Functional, Sequential or Model. Received: "
            f"{short(class_name)}.",
        )
    if str(document.get("keras_version")).startswith("1."):
        raise refuse(
            "keras-1",
            "This file is from Keras 1, whose layers had other names and arguments (Convolution2D, nb_filter). Load "
            "and write it with Keras 2 once, which reads both, and import what that wrote.",
        )
    if isinstance(config, list):
        config = {"layers": config}
    if not isinstance(config, dict):
        raise refuse("not-a-model", f"`config` of the model must be an object. Received: {kind_of(config)}.")
    try:
        kind = kind_of_class(document)
    except Unfit as problem:
        raise refuse("unknown-layer", f"The model ({word(class_name)}): {problem}") from None
    if kind != "model":
        raise refuse(
            "not-a-model",
            f"`{word(class_name)}` is no model that lists its layers; those are {', '.join(sorted(MODELS))}. A "
            "subclassed model keeps its wiring in code: make `keras.Model(x, model.call(x))` of it first.",
        )
    return class_name, config


def _from_keras_2(document: dict[str, Any], config: dict[str, Any]) -> bool:
    version = document.get("keras_version")
    if isinstance(version, str):
        return version.startswith(("2.", "tfjs"))
    layers = config.get("layers")
    for entry in layers if isinstance(layers, list) else ():
        inner = entry.get("config") if isinstance(entry, dict) else None
        if isinstance(inner, dict) and "batch_input_shape" in inner:
            return True
    return False


def _design(config: dict[str, Any], body: Body, converter: ModelConverter) -> Design:
    name = config.get("name")
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": " ".join(name.split())[:MAX_NAME]
        if isinstance(name, str) and name.strip()
        else "Imported model",
        "inputs": [one.document() for one in body.inputs],
        "nodes": body.nodes,
        **body.ends(),
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
