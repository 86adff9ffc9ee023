"""Generated files, run alone, give the app's own numbers."""

import io
import itertools
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blockwright.codegen import APIS, LOOPS, generate
from blockwright.codegen.proof import verify
from blockwright.codegen.proof.reference import Numbers
from blockwright.codegen.proof.verify import prove
from blockwright.design.presets import preset, presets
from blockwright.network.describe import describe
from blockwright.recipe.settings import Settings
from blockwright.runs.files import proof_progress
from blockwright.runs.files.proof_progress import ProofCancelled, ProofProgress
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.training.local import train
from tests.codegen.apis.test_network import STAGE, UNIT, composed, made
from tests.codegen.array_files import reader, several, single
from tests.codegen.learning import nested, shared, stacked
from tests.network.designs import classifier, node

# Each test runs generated files in processes of their own.
pytestmark = pytest.mark.slow


def proven(design: Design, api: str, loop: str, **chosen: object) -> dict:
    found = prove(design, chosen, api, loop)
    assert found["equal"], found["checks"]
    return {check["what"]: check["received"] for check in found["checks"]}


def every_block(**rest: object) -> Design:
    return classifier(
        node("ConvBlock", "stem", filters=4, momentum=0.8),
        node("InceptionBlock", "class", filters_1x1=3, filters_3x3=4),
        node("ResidualBlock", "res", filters_1=4, filters_2=4, filters_3=6, pool=False),
        node("ConvBlock", "left", ["res"], filters=4, kernel_size=[1, 3]),
        node("SeparableConv2D", "right", ["res"], filters=4, kernel_size=3, padding="same"),
        node("Concatenate", "join", ["left", "right"]),
        node("DownsampleBlock", "down", filters=4),
        **{"shape": (8, 8, 1), **rest},
    )


def two_classes(path: object) -> dict[str, str]:
    generator = np.random.default_rng(0)
    labels = np.array(["yes", "no"])[np.arange(400) % 2]
    images = generator.random((400, 6, 6)) * 3 + (labels == "yes")[:, None, None]
    np.savez(path, x_train=images, y_train=labels)
    return {"name": "upload", "path": str(path)}


@pytest.mark.parametrize(
    ("api", "loop"), [("subclassing", "fit"), ("functional", "custom"), ("functional", "train_step")]
)
def test_a_branching_network_of_every_block_is_what_the_app_trains(api, loop):
    numbers = proven(every_block(), api, loop)
    assert numbers["Parameters"] == describe(every_block())["total_params"]


def test_a_stack_with_dropout_is_what_the_app_trains_in_a_loop_of_its_own():
    proven(preset("three_apis").design, "sequential", "custom", data={"name": "shapes", "examples": 700})


def test_a_head_of_one_unit_is_what_the_app_trains_on_an_uploaded_file(tmp_path):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(6, 6, 1))
    nodes = [*design.document()["nodes"][:-1], node("Dense", "head", units=1)]
    one = Design.model_validate({**design.document(), "nodes": nodes})
    proven(one, "subclassing", "custom", data=two_classes(tmp_path / "two.npz"), optimizer="sgd")


@pytest.mark.parametrize(
    ("loop", "optimizer", "schedule"),
    [
        ("fit", "sgd:nesterov=true,clipnorm=1", "one_cycle"),
        ("custom", "adam:gradient_accumulation_steps=2,use_ema=true", "cosine:warmup=0.2"),
        ("train_step", "muon", "exponential:staircase=true"),
    ],
)
def test_optimizer_and_schedule_of_a_file_are_those_of_the_app(loop, optimizer, schedule):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    proven(design, "functional", loop, batch_size=190, epochs=3, optimizer=optimizer, schedule=schedule)


def test_smoothed_labels_of_a_file_are_those_of_the_app():
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    proven(design, "functional", "custom", batch_size=190, label_smoothing=0.1)


@pytest.mark.parametrize(
    ("loop", "loss"), [("fit", "auto"), ("custom", "categorical_crossentropy"), ("train_step", "auto")]
)
def test_chosen_metrics_stand_in_the_file_and_leave_its_numbers_alone(loop, loss):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    metrics = ["macro_f1", "f1_score", "one_hot_rmse", "top_k_accuracy:k=2", "auc"]
    proven(design, "functional", loop, batch_size=190, metrics=metrics, loss=loss)


def test_an_epoch_of_few_batches_is_compared_across_epochs():
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    for loop in ("fit", "custom"):
        proven(design, "functional", loop, batch_size=190, epochs=3, loss="mean_squared_error")


def columns(path: Path) -> dict[str, str]:
    """A table of numbers, some of them missing, categories and texts, with a class to tell."""
    rows = ["age;city;note;income;bought"]
    for place in range(200):
        age = 18 + place * 7 % 60
        city = ("Rome", "Oslo", "Köln")[place % 3]
        note = f"person {place} likes {('tea', 'coffee', 'water')[place % 3]}"
        rows.append(f"{age if place % 17 else ''};{city};{note};{place % 9},5;{'yes' if age > 45 else 'no'}")
    path.write_text("\n".join(rows), encoding="utf-8")
    return {"name": "upload", "path": str(path), "target": "bought"}


def texts(source: str, size: int) -> list[dict]:
    return [
        node("TextVectorization", f"{source} words", [source], max_tokens=150, output_sequence_length=size),
        node("Embedding", f"{source} vectors", input_dim=150, output_dim=6),
    ]


def tickets() -> Design:
    shared = {**node("GlobalAveragePooling1D", "title mean")}
    return made(
        [("title", (1,), "string"), ("body", (1,), "string"), ("tags", (12,))],
        [
            *texts("title", 5),
            shared,
            *texts("body", 18),
            node("LSTM", "body memory", units=6),
            node("Concatenate", "all", ["title mean", "body memory", "tags"]),
            node("Dense", "priority", ["all"], units=1, activation="sigmoid"),
            node("Dense", "department", ["all"], units=4, activation="softmax"),
        ],
        ["priority", "department"],
    )


def regression() -> Design:
    """Its second normalization learns from what the blocks before it give."""
    nodes = [
        node("Normalization", "columns"),
        node("MLPBlock", "layers", units=[12]),
        node("Normalization", "inner"),
        node("Dense", "progression", units=1),
    ]
    return made([("patient", (10,))], nodes)


def autoencoder() -> Design:
    same = {"kernel_size": 3, "padding": "same"}
    nodes = [
        node("Conv2D", "narrow", filters=4, activation="relu", **same),
        node("Conv2D", "back", filters=1, activation="sigmoid", **same),
        node("GlobalMaxPooling2D", "top", ["narrow"]),
        node("Dense", "digit", units=10),
    ]
    return made([("image", (8, 8, 1))], nodes, ["back", "digit"])


def table() -> Design:
    return made(
        [("features", (2,)), ("city", (1,), "string"), ("note", (1,), "string")],
        [
            node(
                "StringLookup", "which", ["city"], output_mode="one_hot", max_tokens=4, pad_to_max_tokens=True
            ),
            *texts("note", 4),
            node("GlobalMaxPooling1D", "said"),
            node("Concatenate", "all", ["features", "which", "said"]),
            node("Dense", "bought", units=1, activation="sigmoid"),
        ],
    )


def test_tickets_with_two_outputs_are_what_the_app_trains():
    outputs = {"priority": {"weight": 0.5, "loss": "mean_squared_error"}}
    proven(tickets(), "functional", "custom", data={"name": "tickets", "examples": 800}, outputs=outputs)


def test_reviews_are_what_the_app_trains():
    nodes = [*texts("text", 12), node("Bidirectional", "read", units=4), node("Dense", "opinion", units=1)]
    data = {"name": "reviews", "examples": 800}
    proven(made([("text", (1,), "string")], nodes), "sequential", "train_step", data=data)


def padded(inside: bool) -> Design:
    """Texts whose padding attention and the shortcuts around it both read, on their own or within a block."""
    start = "x" if inside else "embed"
    attention = {"block": "MultiHeadAttention", "params": {"num_heads": 2, "key_dim": 4}}
    around = [
        {"id": "attend", **attention, "inputs": [start, start]},
        {"id": "sum", "block": "Add", "inputs": [start, "attend"]},
        {"id": "again", **attention, "inputs": ["sum", "sum"]},
        {"id": "total", "block": "Add", "inputs": ["sum", "again"]},
    ]
    document = {
        "format": 1,
        "name": "Padded",
        "inputs": [{"id": "text", "shape": [1], "dtype": "string"}],
        "nodes": [
            {
                "id": "words",
                "block": "TextVectorization",
                "params": {"max_tokens": 500, "output_sequence_length": 60},
            },
            {
                "id": "embed",
                "block": "Embedding",
                "params": {"input_dim": 500, "output_dim": 8, "mask_zero": True},
            },
            *([{"id": "look", "block": "Look", "repeat": 2}] if inside else around),
            {"id": "pool", "block": "GlobalAveragePooling1D"},
            {"id": "opinion", "block": "Dense", "params": {"units": 2, "activation": "softmax"}},
        ],
    }
    if inside:
        document["composites"] = {"Look": {"inputs": ["x"], "nodes": around}}
    return Design.model_validate(document)


@pytest.mark.parametrize(
    ("inside", "api", "loop"),
    [
        (False, "subclassing", "fit"),
        (False, "subclassing", "train_step"),
        (False, "subclassing", "custom"),
        (False, "functional", "fit"),
        (True, "subclassing", "custom"),
        (True, "functional", "train_step"),
    ],
)
def test_padding_that_attention_and_its_shortcut_read_is_what_the_app_trains(inside, api, loop):
    proven(padded(inside), api, loop, data={"name": "reviews"})


def test_a_regression_that_learns_scales_inside_is_what_the_app_trains():
    proven(regression(), "subclassing", "custom", data={"name": "diabetes"}, loss="huber", epochs=3)


def test_what_is_given_back_beside_classes_is_what_the_app_trains():
    outputs = {"digit": {"weight": 0.3, "loss": "categorical_crossentropy"}}
    proven(autoencoder(), "subclassing", "train_step", outputs=outputs)


@pytest.mark.parametrize(
    ("api", "loop"), [("subclassing", "fit"), ("functional", "train_step"), ("functional", "custom")]
)
def test_a_file_of_several_arrays_is_what_the_app_trains(api, loop, tmp_path):
    path = several(tmp_path / "data.npz", test=loop == "fit")
    data = {"name": "upload", "path": str(path)}
    weights = {"price": {"weight": 0.5}} if loop == "custom" else {}
    proven(reader(), api, loop, data=data, batch_size=20, outputs=weights)


@pytest.mark.parametrize(
    ("kind", "api", "loop"), [("tags", "sequential", "custom"), ("number", "subclassing", "train_step")]
)
def test_an_array_of_other_targets_than_classes_is_what_the_app_trains(kind, api, loop, tmp_path):
    _, design, data = single(tmp_path / "data.npz", kind)
    proven(design, api, loop, data=data, batch_size=12)


def test_an_uploaded_table_is_what_the_app_trains(tmp_path):
    proven(table(), "functional", "fit", data=columns(tmp_path / "table.csv"), epochs=4)


def test_own_blocks_are_what_the_app_trains():
    nodes = [
        {**node("ResidualUnit", "units"), "repeat": 2},
        node("Stage", "stage"),
        {"id": "again", "block": "Stage", "shares": "stage"},
        node("GlobalAveragePooling2D", "mean"),
        node("Dense", "head", units=10, activation="softmax"),
    ]
    own = {"ResidualUnit": UNIT, "Stage": STAGE}
    first = node("Conv2D", "stem", filters=6, kernel_size=1)
    proven(made([("image", (8, 8, 1))], [first, *nodes], composites=own), "functional", "train_step")


def test_networks_alone_are_compared_where_nothing_is_trained():
    found = prove(composed(), {}, "functional", batches=0)
    assert [check["what"] for check in found["checks"]] == [
        "Parameters",
        "Initial weights",
        "Outputs with the same weights",
    ]
    assert found["equal"], found["checks"]
    with pytest.raises(ValueError, match="This file has no training part: The design's inputs"):
        prove(tickets(), {}, "functional")


def test_layers_that_learn_inside_nested_and_repeated_blocks_are_what_the_app_trains():
    proven(nested(), "subclassing", "fit", data={"name": "tickets", "examples": 700})


def test_a_shared_block_that_learns_from_two_inputs_is_what_the_app_trains():
    proven(shared(), "functional", "custom", data={"name": "tickets", "examples": 700})


@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
def test_ranges_in_a_stack_of_blocks_are_what_the_app_trains():
    proven(stacked(), "sequential", "train_step", data={"name": "diabetes"}, learning_rate=1e-4)


@pytest.mark.allcode
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
@pytest.mark.parametrize(("api", "loop"), list(itertools.product(APIS, LOOPS)))
def test_layers_that_learn_inside_blocks_in_every_way_are_what_the_app_trains(api, loop):
    for design, name in ((nested(), "tickets"), (shared(), "tickets"), (stacked(), "diabetes")):
        if generate(design, api).problem is None:
            proven(design, api, loop, data={"name": name}, learning_rate=1e-4)


@pytest.mark.slow
def test_the_notebook_finds_the_accuracy_of_the_run(tmp_path):
    from nbclient import NotebookClient

    design = classifier(node("InceptionBlock", "mix", filters_1x1=8, filters_3x3=8), shape=(8, 8, 1))
    chosen = {"epochs": 2, "precision": "float32", "learning_rate": 0.01, "schedule": "constant"}
    run = train(design, "digits", **chosen)
    book = nbformat.reads(
        generate(design, "functional", "train_step", chosen, exact=True).notebook.decode(), as_version=4
    )
    NotebookClient(book, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    texts = [out.get("text", "") for cell in book.cells for out in cell.get("outputs", [])]
    assert f"Test accuracy: {run['metrics']['test_accuracy']:.4f}" in "\n".join(texts)
    assert (tmp_path / "confusion_matrix.png").stat().st_size > 1000
    assert "differ by 0.0e+00" in "\n".join(texts)


def test_a_file_that_says_something_else_is_not_sealed(monkeypatch):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    source = generate(design, "functional", "fit", {"precision": "float32"})

    def spoilt(*_: object, **__: object) -> object:
        text = source.text.replace("conv_block(image, 4)", "conv_block(image, 5)")
        assert text != source.text
        vars(source)["text"] = text
        return source

    monkeypatch.setattr("blockwright.codegen.generate", spoilt)
    found = prove(design, {}, "functional")
    assert found["equal"] is False
    assert [check["equal"] for check in found["checks"]] == [False, False, False, False]


def test_a_file_that_fails_is_not_sealed_and_says_why(monkeypatch):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    source = generate(design, "functional")
    vars(source)["text"] = "import blockwright\n"
    monkeypatch.setattr("blockwright.codegen.generate", lambda *_, **__: source)
    found = prove(design, {}, "functional")
    assert found["equal"] is False
    assert "blockwright" in found["checks"][0]["received"]


def test_what_cannot_be_proven_is_refused_in_a_sentence(monkeypatch, tmp_path):
    design = every_block()
    with pytest.raises(ValueError, match="so the design branches"):
        prove(design, {}, "sequential")
    with pytest.raises(DataError, match="There is no file gone"):
        prove(design, {"data": {"name": "upload", "path": str(tmp_path / "gone.npz")}})
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(
        DataError, match="MNIST is not on this machine yet, and checking code downloads nothing"
    ):
        prove(design, {"data": {"name": "mnist"}})
    with pytest.raises(DesignError, match="must be a whole number between"):
        prove(classifier(node("ConvBlock", "stem", filters=0)), {})


def test_a_file_that_stands_still_is_ended_and_one_that_computes_is_not(tmp_path):
    progress = tmp_path / "progress.txt"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as sleeping:
        with pytest.raises(ValueError, match="has stood still for 1 seconds"):
            verify._wait(sleeping, progress, 1.0, lambda count: None)
        sleeping.kill()
    counts = []
    code = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 2: pass"
    progress.write_text("7")
    with subprocess.Popen([sys.executable, "-c", code]) as computing:
        verify._wait(computing, progress, 10.0, counts.append)
    assert computing.returncode == 0
    assert set(counts) == {7}


def test_a_verification_tells_its_steps_and_ends_when_it_is_cancelled(monkeypatch, home):
    key, steps = "a" * 64, []

    def app_numbers(design, settings, probe, batches, after_batch):
        after_batch(3)
        steps.append(proof_progress.read(key))
        proof_progress.cancel(key)
        after_batch(4)

    monkeypatch.setattr(verify, "app_numbers", app_numbers)
    with pytest.raises(ProofCancelled, match="The verification was cancelled"):
        prove(every_block(), {}, progress_key=key)
    assert steps == [ProofProgress(1, 3, 20)]
    assert proof_progress.read(key) is None
    assert list((home / "proofs").iterdir()) == []


def test_a_verification_that_is_cancelled_while_it_waits_does_not_begin(monkeypatch, home):
    key = "c" * 64
    proof_progress.cancel(key)
    monkeypatch.setattr(verify, "app_numbers", lambda *_arguments: pytest.fail("The verification began."))
    with pytest.raises(ProofCancelled):
        prove(every_block(), {}, progress_key=key)
    proof_progress.check_cancelled(key)


def test_a_cancelled_verification_ends_the_process_of_the_file(monkeypatch, home):
    key = "b" * 64
    numbers = Numbers(0, (), np.zeros(1), (0.0,) * 20)
    monkeypatch.setattr(verify, "app_numbers", lambda *_: numbers)
    started = []

    def cancel(process, progress, seconds, after_batch):
        started.append(process)
        proof_progress.cancel(key)
        return wait(process, progress, seconds, after_batch)

    wait = verify._wait
    monkeypatch.setattr(verify, "_wait", cancel)
    with pytest.raises(ProofCancelled):
        prove(every_block(), {}, progress_key=key)
    assert started[0].poll() is not None


@st.composite
def networks(draw: st.DrawFn) -> Design:
    """Sound designs on small images: convolutions, blocks, merges and shortcuts, some nodes switched off."""
    nodes: list[dict] = []
    names = st.text(min_size=1, max_size=8)
    same: list[str] = []
    for place in range(draw(st.integers(1, 5))):
        kind = draw(
            st.sampled_from(["Conv2D", "ConvBlock", "InceptionBlock", "ResidualBlock", "Add", "ReLU"])
        )
        kind = kind if kind != "Add" or len(same) > 1 else "ConvBlock"
        name = f"{draw(names)}{place}"
        params = {
            "Conv2D": {"filters": 4, "kernel_size": draw(st.sampled_from([1, 3, [1, 3]])), "padding": "same"},
            "ConvBlock": {"filters": 4, "momentum": draw(st.sampled_from([0.5, 0.9]))},
            "InceptionBlock": {"filters_1x1": 1, "filters_3x3": 3},
            "ResidualBlock": {"filters_1": 3, "filters_2": 3, "filters_3": 4, "pool": False},
        }.get(kind, {})
        inputs = [draw(st.sampled_from(same)), same[-1]] if kind == "Add" else None
        entry = node(kind, name, inputs, **params)
        entry["enabled"] = draw(st.integers(0, 9)) > 0
        nodes.append(entry)
        same = [*same, name] if kind != "ReLU" or same else same
    return classifier(*nodes, shape=(8, 8, 1))


def sound(design: Design) -> bool:
    codes = {one["code"] for one in describe(design)["findings"] if one["severity"] == "error"}
    return not codes and not any(one["code"] == "unused" for one in describe(design)["findings"])


def tried(design: Design, api: str, loop: str) -> None:
    with redirect_stdout(io.StringIO()):
        if sound(design) and generate(design, api, loop).problem is None:
            proven(design, api, loop, batch_size=64)


RANDOM = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=3, **RANDOM)
@given(networks(), st.sampled_from(APIS[:2]), st.sampled_from(LOOPS))
def test_random_designs_are_what_the_app_trains(design, api, loop):
    tried(design, api, loop)


@pytest.mark.allcode
@pytest.mark.timeout(3600)
@settings(max_examples=60, **RANDOM)
@given(networks(), st.sampled_from(APIS), st.sampled_from(LOOPS))
def test_many_random_designs_are_what_the_app_trains(design, api, loop):
    tried(design, api, loop)


@pytest.fixture
def trained_once(monkeypatch):
    """The app trains a design once for all files that are compared with it."""
    app_numbers = verify.app_numbers

    def remembered(design, chosen, probe, batches, after_batch):
        key = (json.dumps([design.document(), chosen.document()], sort_keys=True), batches)
        if key not in _APP_NUMBERS:
            _APP_NUMBERS[key] = app_numbers(design, chosen, probe, batches, after_batch)
        return _APP_NUMBERS[key]

    monkeypatch.setattr(verify, "app_numbers", remembered)


_APP_NUMBERS: dict[tuple[str, int], object] = {}


SMALL = [one.key for one in presets() if not one.big]
BIG = [one.key for one in presets() if one.big]


@pytest.mark.allcode
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("key", "api", "loop"), list(itertools.product(SMALL, APIS, LOOPS)))
@pytest.mark.usefixtures("trained_once")
def test_every_preset_in_every_way_is_what_the_app_trains(key, api, loop):
    one = preset(key)
    if api == "sequential" and generate(one.design, api).problem is not None:
        return
    data = {"name": one.data} if one.data else Settings().data
    data = {"name": "shapes", "examples": 1000} if key == "preprocessing" else data
    found = prove(one.design, {"data": data}, api, loop, seconds=600)
    assert found["equal"], found["checks"]


@pytest.mark.allcode
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("key", "api"), list(itertools.product(BIG, APIS)))
@pytest.mark.usefixtures("trained_once")
def test_every_big_preset_is_the_same_network_for_small_images(key, api):
    """Images of 64 x 64 pixels in place of 224, and no training: minutes for all of them instead of hours."""
    design = preset(key).design
    document = design.document()
    document["inputs"] = [{**one, "shape": [64, 64, *one["shape"][2:]]} for one in document["inputs"]]
    small = Design.model_validate(document)
    if api == "sequential" and generate(small, api).problem is not None:
        return
    if any(one["severity"] == "error" for one in describe(small)["findings"]):
        small = design
    found = prove(small, {}, api, batches=0, seconds=600)
    assert found["equal"], found["checks"]


@pytest.mark.parametrize("loop", LOOPS)
def test_weights_of_classes_are_what_the_app_trains_with_in_every_loop(loop):
    outputs = {"department": {"class_weight": "balanced", "weight": 2.0}}
    proven(tickets(), "functional", loop, data={"name": "tickets", "examples": 300}, outputs=outputs)
