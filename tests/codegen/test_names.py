"""Names that people may type and that could meet others: in Python, in Keras, and in the file itself."""

import ast
import builtins
import keyword

import pytest

from blockwright.codegen import APIS, LOOPS, generate
from blockwright.schema.design import Design
from tests.codegen.apis.test_network import made
from tests.codegen.running import differences
from tests.network.designs import node


def agree(design: Design) -> None:
    for api in APIS:
        if generate(design, api).problem is None:
            assert differences(design, api) == (0, pytest.approx(0, abs=1e-6)), api


@pytest.mark.parametrize("others", [["a_1"], ["A_1", "a_2", "a__3"], ["a_1_1", "a_1"]])
def test_copies_of_a_repeated_node_step_aside_for_names_that_people_gave(others: list[str]):
    after = [node("Dense", other, units=5) for other in others]
    agree(made([("row", (4,))], [{**node("Dense", "a", units=4), "repeat": 3}, *after]))
    again = [{**one, "repeat": 2, "params": {"units": 4}} for one in after]
    agree(made([("row", (4,))], [{**node("Dense", "a", units=4), "repeat": 3}, *again]))


UNITS = {
    "inputs": ["x"],
    "nodes": [
        node("Dense", "narrow", units=4),
        node("LayerNormalization", "norm"),
        node("Normalization", "fixed", mean=[0.5], variance=[2.0]),
        node("Dropout", "drop", rate=0.1),
    ],
}
OUTER = {"inputs": ["x"], "nodes": [node("Unit", "unit"), node("Dense", "last", units=4)]}


def test_names_that_keras_finds_by_itself_are_left_to_it():
    nodes = [
        node("Unit", "dense", ["layer_normalization"]),
        node("Unit", "Unit_2"),
        {**node("Dense", "unit", units=4), "repeat": 2},
        {**node("Outer", "outer"), "repeat": 2},
        node("Dense", "layer_normalization_1", units=4),
        node("Normalization", "normalization"),
        node("Normalization", "dense_2", mean=[0.0], variance=[1.0]),
        node("Dense", "spatial_dropout2d", units=3),
    ]
    agree(made([("layer_normalization", (4,))], nodes, composites={"Unit": UNITS, "Outer": OUTER}))


def test_inputs_may_be_called_like_layers():
    nodes = [
        node("Concatenate", "both", ["dense", "add"]),
        node("Dense", "one", units=4),
        node("Dense", "dense_1", ["both"], units=4),
        node("Add", "sum", ["one", "dense_1"]),
        node("MLPBlock", "mean", units=[4, 3]),
    ]
    agree(made([("dense", (3,)), ("add", (2,))], nodes))


def test_operations_inside_blocks_have_names_too():
    nodes = [
        node("ConvBlock", "mean", filters=4),
        node("SqueezeExciteBlock", "multiply"),
        node("Conv2D", "add", filters=4, kernel_size=1),
        node("ResidualBlock", "get_item", filters_1=4, filters_2=4, filters_3=4),
        node("GlobalAveragePooling2D", "reshape"),
    ]
    agree(made([("image", (8, 8, 3))], nodes))


def defined(text: str) -> list[str]:
    """What a file defines or imports at its top, as often as it does."""
    found = []
    for one in ast.parse(text).body:
        match one:
            case ast.FunctionDef() | ast.ClassDef():
                found.append(one.name)
            case ast.Assign():
                found += [target.id for target in one.targets if isinstance(target, ast.Name)]
            case ast.Import() | ast.ImportFrom():
                found += [alias.asname or alias.name.split(".")[0] for alias in one.names]
    return found


OWN_NAMES = [
    *(
        "Split",
        "Batches",
        "LoadData",
        "Main",
        "Evaluate",
        "TrainModel",
        "BuildModel",
        "PlotHistory",
        "WriteScalar",
    ),
    *(
        "Frozen",
        "Model",
        "Layer",
        "Sequential",
        "X",
        "Keras",
        "Layers",
        "Np",
        "Tf",
        "Plt",
        "Math",
        "Sys",
        "Ops",
    ),
    *(
        "Max",
        "Range",
        "Zip",
        "Print",
        "ValueError",
        "Path",
        "NamedTuple",
        "Issue",
        "ReachedError",
    ),
    *("TrainableModel", "SEED", "DATA", "TAGS", "Standardize", "ValuesAt", "ConfusionMatrixDisplay"),
    *("ResUnit", "Resunit", "ConvBlock2", "Lambda", "Inputs", "Name", "Self"),
]


@pytest.mark.slow
def test_own_blocks_may_be_called_like_anything_in_a_file():
    inside = {"inputs": ["x"], "nodes": [node("Dense", "layer", units=4), node("Dropout", "self", rate=0.1)]}
    composites = dict.fromkeys(OWN_NAMES, inside)
    nodes = [node(name, f"{name} node") for name in OWN_NAMES]
    nodes += [node("Dense", "answer", units=3)]
    design = made([("row", (4,))], nodes, composites=composites)
    agree(design)
    builtin = {*dir(builtins), *keyword.kwlist}
    for api in APIS:
        for loop in LOOPS:
            for data in ({"name": "iris"}, {"name": "digits"}, None):
                text = generate(design, api, loop, None if data is None else {"data": data}).text
                names = defined(text)
                assert len(names) == len({*names}), [one for one in names if names.count(one) > 1]
                assert not builtin & {*names}


NODE_NAMES = [
    *(
        "class",
        "def",
        "lambda",
        "None",
        "print",
        "len",
        "zip",
        "range",
        "keras",
        "layers",
        "np",
        "tf",
        "model",
        "x",
    ),
    *(
        "self",
        "cls",
        "frozen",
        "inputs",
        "outputs",
        "call",
        "build",
        "name",
        "dtype",
        "weights",
        "losses",
        "match",
    ),
    *("größe", "层", "a-b", "a b", "a.b", "1st", "9", "_", "__init__", "🙂", 'q"u', "it's", "back\\slash"),
    *(
        "A",
        "a",
        "a_",
        "é",
        "e",
        "training",
        "number",
        "for",
        "build_graph",
        "load_data",
        "compute_mask",
        "layer",
    ),
]


@pytest.mark.slow
def test_nodes_may_be_called_like_anything():
    nodes = [node("Dense", name, units=4) for name in NODE_NAMES]
    nodes[3] = {**nodes[3], "trainable": False}
    agree(made([("input", (4,))], nodes))
    inner = [dict(one) for one in nodes if one["id"] != "inputs"]
    inside = {"inputs": ["inputs"], "params": {"units": 4}, "nodes": inner}
    inside["nodes"][-1] = node("Dense", "last", units={"param": "units"})
    agree(made([("class", (4,))], [{**node("Unit", "self"), "repeat": 2}], composites={"Unit": inside}))


ARGUMENTS = [
    *(
        "class",
        "self",
        "inputs",
        "kwargs",
        "name",
        "dtype",
        "trainable",
        "call",
        "build",
        "keras",
        "layers",
        "x",
    ),
    *("training", "mask", "losses", "print"),
]


def test_arguments_of_own_blocks_may_be_called_like_anything():
    params = {name: 3 + place for place, name in enumerate(ARGUMENTS)}
    nodes = [node("Dense", f"n{name}", units={"param": name}) for name in ARGUMENTS]
    unit = {"id": "unit", "block": "Unit", "params": {"class": 2, "inputs": 5, "name": 6}}
    inside = {"inputs": ["x"], "params": params, "nodes": nodes}
    agree(made([("row", (4,))], [unit], composites={"Unit": inside}))
