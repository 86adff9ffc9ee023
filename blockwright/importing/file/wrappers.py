"""Layers that become a block of another form: wrappers and dropout."""

from typing import Any

from blockwright.importing.file.layer_class import kind_of_class
from blockwright.importing.problems import Unsupported, short, short_name
from blockwright.layers import names_with
from blockwright.schema.catalog import Catalog

_NOT_COMPARED = frozenset({"name", "go_backwards", "dtype", "trainable", "build_config"})


def inner_layer(entry: dict[str, Any], key: str = "layer") -> dict[str, Any]:
    """The entry of the layer inside a wrapper, checked like any other layer of the file."""
    inner = entry["config"].get(key)
    valid = isinstance(inner, dict) and isinstance(inner.get("class_name"), str)
    if not valid or not isinstance(inner.get("config"), dict):
        raise Unsupported(f"`{key}` must be a layer. Received: {short(inner)}.")
    if kind_of_class(inner) != "layer":
        raise Unsupported(f"`{entry['class_name']}` of `{short_name(inner['class_name'])}` is not supported.")
    return inner


def block_of_layer(entry: dict[str, Any], catalog: Catalog) -> tuple[str, str, dict[str, Any]]:
    """The block, the Keras class that the configuration is of, and the configuration, of a layer of the file.

    Raises `Unsupported` for a layer that the catalog does not have.
    """
    name, config = entry["class_name"], entry["config"]
    if name == "Bidirectional":
        return _bidirectional(entry, catalog)
    if name == "RNN":
        return _cell(entry, catalog)
    if name == "TimeDistributed":
        inner = inner_layer(entry)
        if inner["class_name"] not in names_with("per_step"):
            raise Unsupported(
                f"`TimeDistributed` of `{short_name(inner['class_name'])}` is not supported, only of layers that "
                "work on the last dimension alone, such as Dense."
            )
        return block_of_layer({**inner, "name": entry.get("name")}, catalog)
    if name == "Dropout":
        return _dropout(config)
    if name in catalog.blocks and catalog.blocks[name].origin == "keras":
        return name, name, config
    raise Unsupported(
        f"There is no block `{short_name(name)}`. Build this part from layers in the palette, or leave it out."
    )


def _recurrent_layers(catalog: Catalog) -> tuple[str, ...]:
    """The layers that exist as a cell, and that Bidirectional can wrap."""
    return next(param.choices for param in catalog.blocks["Bidirectional"].params if param.name == "layer")


def _bidirectional(entry: dict[str, Any], catalog: Catalog) -> tuple[str, str, dict[str, Any]]:
    inner = inner_layer(entry)
    kind = inner["class_name"]
    recurrent = _recurrent_layers(catalog)
    if kind not in recurrent:
        raise Unsupported(
            f"`Bidirectional` of `{short_name(kind)}` is not supported, only of {', '.join(recurrent)}."
        )
    back = entry["config"].get("backward_layer")
    if back is not None:
        back = inner_layer(entry, "backward_layer")
        same = back["class_name"] == kind and _compared(back["config"]) == _compared(inner["config"])
        turned = bool(back["config"].get("go_backwards")) != bool(inner["config"].get("go_backwards"))
        if not (same and turned):
            raise Unsupported("Its two directions have different arguments, which is not supported.")
    outer = {key: value for key, value in entry["config"].items() if key not in ("layer", "backward_layer")}
    config = dict(inner["config"])
    if config.get("zero_output_for_mask") is config.get("return_sequences", False):
        # Bidirectional sets it by itself.
        del config["zero_output_for_mask"]
    return "Bidirectional", kind, {**config, **outer, "layer": kind}


def _cell(entry: dict[str, Any], catalog: Catalog) -> tuple[str, str, dict[str, Any]]:
    """A recurrent layer of a cell, which is the layer of that name: RNN(LSTMCell(8)) is LSTM(8)."""
    inner = inner_layer(entry, "cell")
    kind = inner["class_name"].removesuffix("Cell")
    recurrent = _recurrent_layers(catalog)
    if kind not in recurrent or kind == inner["class_name"]:
        raise Unsupported(
            f"`RNN` of `{short_name(inner['class_name'])}` is not supported, only of "
            f"{', '.join(f'{name}Cell' for name in recurrent)}."
        )
    outer = {key: value for key, value in entry["config"].items() if key != "cell"}
    return kind, kind, {**inner["config"], **outer}


def _compared(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in _NOT_COMPARED}


def _dropout(config: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    noise = config.get("noise_shape")
    if isinstance(noise, dict):
        noise = noise.get("items")
    rest = {key: value for key, value in config.items() if key != "noise_shape"}
    if noise is None:
        return "Dropout", "Dropout", rest
    if isinstance(noise, list) and noise and noise[0] is None and all(size == 1 for size in noise[1:]):
        return "StochasticDepth", "Dropout", rest
    raise Unsupported(f"`noise_shape` {short(noise)} is not supported.")
