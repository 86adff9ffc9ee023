"""The README and the list of packages of exported files."""

import keyword
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from blockwright.design.structure import resolve_outputs
from blockwright.runs.epoch_table import flat_evaluation
from blockwright.runs.events import Evaluated, Output
from blockwright.runs.records import Run
from blockwright.schema.dataset_cards import card
from blockwright.schema.design import Design
from blockwright.schema.text import shape_text
from blockwright.tasks import task_of
from blockwright.tasks.base import METRICS

if TYPE_CHECKING:
    from blockwright.runs.history import History

PACKAGES = (
    (
        "tensorflow",
        "2.21.0",
        "the code, the .keras files, the SavedModel; tensorflow-cpu is enough without a graphics card",
    ),
    ("keras", "3.15.1", "the same"),
    ("numpy", "2.4.6", "arrays in and out"),
    ("scikit-learn", "1.9.1", "the code: the digits, the classification report"),
    ("matplotlib", "3.11.2", "the code: its curves"),
    ("onnxruntime", "1.31.1", "the .onnx file only; it needs no TensorFlow"),
    ("ai-edge-litert", "2.3.0", "the .tflite file only; it needs no TensorFlow"),
)
"""Name, version, and what it is for; the versions that this project itself runs with, Python 3.11 or 3.12."""


CODE, NOTEBOOK = "network.py", "network.ipynb"


_USAGE = {
    "keras_plain": """import keras

model = keras.saving.load_model("{file}")
answers = model.predict(images)
""",
    "keras_blocks": """import blocks  # the folder of Blockwright
import keras

blocks.discover()
model = keras.saving.load_model("{file}")
answers = model.predict(images)
""",
    "weights": """from network import {class_name}  # network.py of the zip, or the code under another name

model = {class_name}()
model.build_graph().load_weights("{file}")
answers = model.predict(images)
""",
    "saved_model": """import zipfile

import tensorflow as tf

with zipfile.ZipFile("{file}") as archive:
    archive.extractall()
model = tf.saved_model.load("saved_model")
answers = model.serve(images).numpy()
""",
    "onnx": """import onnxruntime

session = onnxruntime.InferenceSession("{file}")
answers = session.run(["{gives}"], {{"{takes}": images}})[0]
""",
    "tflite": """from ai_edge_litert.interpreter import Interpreter

run = Interpreter("{file}").get_signature_runner("serving_default")
answers = run(**{{"{takes}": images}})["output_0"]
""",
}


def usage(kind: str, file: str, takes: Sequence[str], gives: Sequence[str], class_name: str) -> str:
    """How a file is used, in Python: `images` are prepared examples, float32, batch first; `answers` what comes out.

    Of a network with several inputs, `inputs` holds their examples, and with several outputs there is one answer each.

    Args:
        kind: a key of `KINDS` that gives answers, but not the bundle.
        file: the file's name.
        takes: the names of the inputs inside the file.
        gives: the names of the outputs.
        class_name: the class of the model in the code.
    """
    text = _USAGE[kind].format(file=file, takes=takes[0], gives=gives[0], class_name=class_name)
    if len(takes) > 1:
        listed = ", ".join(f'"{name}": {name_of(name)}' for name in takes)
        text = text.replace(f'{{"{takes[0]}": images}}', "inputs").replace(
            "model.serve(images)", "model.serve(*inputs.values())"
        )
        if kind in ("keras_plain", "keras_blocks", "saved_model"):
            text = text.replace("predict(images)", "predict(list(inputs.values()))")
        text = text.replace("predict(images)", "predict(inputs)")
        text = f"inputs = {{{listed}}}  # arrays, batch first\n{text}"
    if len(gives) > 1:
        names = ", ".join(f'"{name}"' for name in gives)
        text = text.replace(f'session.run(["{gives[0]}"], ', f"session.run([{names}], ")
        text = re.sub(r"(answers = session.run.*)\[0\]\n", r"\1\n", text)
        text = text.replace('["output_0"]\n', "\n")
        text = text.replace("answers = model.serve(", "answers = [one.numpy() for one in model.serve(")
        text = re.sub(r"(model\.serve\(.*\))\.numpy\(\)\n", r"\1]\n", text)
    return text


def name_of(name: str) -> str:
    """A Python name for the array of an input."""
    found = re.sub(r"\W+", "_", name).strip("_").lower() or "values"
    return f"input_{found}" if found[0].isdigit() or keyword.iskeyword(found) else found


def class_name(code: str) -> str:
    """The name of the model's class in generated code."""
    found = re.search(r"^class (\w+)\(keras\.Model\):", code, re.MULTILINE)
    return found.group(1) if found else "Network"


def requirements() -> str:
    """The text of a `requirements.txt`: each package with its version and what it is for."""
    lines = ["# Made and checked with Python 3.11 and 3.12. Leave out what you do not use."]
    width = max(len(f"{name}=={version}") for name, version, _ in PACKAGES)
    lines += [f"{f'{name}=={version}':<{width}}  # {purpose}" for name, version, purpose in PACKAGES]
    return "\n".join(lines) + "\n"


def readme(
    run: Run,
    design: Design,
    settings: dict[str, Any],
    history: "History",
    names: set[str],
    checked: Sequence[dict[str, Any]],
) -> str:
    """The README of the zip, in Markdown: what the network is, how it did, and how to use each file.

    Args:
        run: the run.
        design: its design.
        settings: its settings, as they are in the zip.
        history: its events, folded.
        names: the files in the zip.
        checked: what `export` said of the plain model and of the weights.
    """
    parts = [f"# {_plain(design.name)}", _summary(run, settings, history)]
    if history.started:
        steps = [f"- {_plain(step)}" for step in history.started["steps"]]
        outputs = history.started["outputs"]
        class_names = outputs[0]["class_names"] if len(outputs) == 1 else []
        classes = ", ".join(_plain(name) for name in class_names[:100])
        parts += [
            "## What goes in and comes out",
            _shapes(design, outputs),
            "How the data was prepared:",
            "\n".join(steps),
        ]
        parts += [f"Classes, by number from 0: {classes}."] if classes else []
    parts += ["## Set up", "```\npython -m venv .venv\n.venv/bin/pip install -r requirements.txt\n```"]
    parts += ["Python 3.11 or 3.12. `requirements.txt` says what each package is for.", "## The files"]
    parts += [text for name, text in _uses(checked) if name in names]
    parts += ["## What was checked"]
    parts += ["\n".join(f"- `{one['name']}`: {one['sentence']}" for one in checked)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(run: Run, settings: dict[str, Any], history: "History") -> str:
    epochs = len(history.epochs)
    data = _plain(_data_title(settings["data"]))
    count = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    said = f'Trained for {count} on {data} in the run "{_plain(run.name)}" (seed {settings.get("seed", 0)}).'
    if settings["data"]["name"] == "upload":
        said += f" `{CODE}` looks for that file beside it, under the name `{settings['data']['path']}`."
    if history.evaluated:
        done = history.evaluated
        said += f" On {done['examples']:,} test examples {_test_words(done)}."
    else:
        said += " The run was not tested, so there is no evaluation."
    if history.started and history.started["precision"] == "bfloat16":
        said += (
            " The run computed in bfloat16; the files here hold float32 weights and compute in float32, so that a "
            "probability may differ in its third digit."
        )
    return said


def _test_words(evaluated: Evaluated) -> str:
    row = flat_evaluation(evaluated)
    for metric in METRICS.values():
        value = row.get(f"test_{metric.name}")
        if value is not None:
            return f"its {metric.title.lower()} is {metric.text(value)}"
    return f"its loss is {row['test_loss']:.4g}"


def _shapes(design: Design, outputs: Sequence[Output]) -> str:
    """What goes in and what comes out, each with its shape and type: as a sentence, or as lists where it is several."""
    from blockwright.network.describe import describe

    shapes = [(output["output_shape"] or [])[1:] for output in describe(design)["outputs"]]
    goals = {one["output"]: task_of(one["kind"]).values_text(_plain(one["target"])) for one in outputs}
    if len(design.inputs) == 1 and len(shapes) == 1:
        only = design.inputs[0]
        holds = "text" if only.dtype == "string" else "numbers"
        gives = "one row of class values an example"
        if goals:
            gives = f"for each example {shape_text(shapes[0])} of float32, {', '.join(goals.values())},"
        return (
            f"One example is {shape_text(only.shape)} {holds} ({only.dtype}), prepared as below; a batch of them goes "
            f"in, and {gives} comes out. Such a batch is called `images` below."
        )
    lines = ["One example, prepared as below, is:", ""]
    lines += [f"- {_plain(one.id)}: {shape_text(one.shape)} of {one.dtype}" for one in design.inputs]
    lines += ["", "A batch of it goes in, and for each example comes out, in this order:", ""]
    for output, shape in zip(resolve_outputs(design), shapes, strict=True):
        goal = f"; {goals[output]}" if output in goals else ""
        lines.append(f"- {_plain(output)}: {shape_text(shape)} of float32{goal}")
    if len(design.inputs) == 1:
        lines += ["", "A batch of examples is called `images` below."]
    return "\n".join(lines)


def _uses(checked: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    said = {
        "keras_plain": "The trained network in plain Keras layers; no other file is needed.",
        "weights": f"The trained numbers alone, for the network in `{CODE}`.",
    }
    files = [
        (one["name"], f"### `{one['name']}`\n\n{said[one['kind']]}\n\n```python\n{one['usage']}```")
        for one in checked
    ]
    return [
        *files,
        (
            CODE,
            f"### `{CODE}`, `{NOTEBOOK}`\n\nThe network as code, with its training: loading the data, `compile`, "
            f"training, the test. `python {CODE}` trains it again with its seed; the notebook does the same step by "
            "step.",
        ),
        (
            "design.json",
            "### `design.json`, `settings.json`\n\nThe network and its training as plain data. Open `design.json` in "
            "Blockwright to go on building; it holds no code.",
        ),
        (
            "history.csv",
            "### `history.csv`, `history.json`\n\nLoss and accuracy of each epoch, on the training and the validation "
            "part, with its seconds and its speed; of several outputs, those of each.",
        ),
        (
            "evaluation.json",
            "### `evaluation.json`\n\nThe test: accuracy, loss, confusion matrix (rows are true classes), precision "
            "and recall of each class.",
        ),
        (
            "predictions.npz",
            "### `predictions.npz`\n\nThe answer to each test example: `true`, `predicted`, `confidence`, "
            '`probabilities`.\n\n```python\nimport numpy as np\n\nanswers = np.load("predictions.npz")\n'
            'wrong = answers["true"] != answers["predicted"]\n```',
        ),
    ]


def _data_title(choice: dict[str, Any]) -> str:
    return (
        str(choice.get("title") or choice["path"])
        if choice["name"] == "upload"
        else card(choice["name"]).title
    )


def _plain(text: str) -> str:
    """What people typed, as text: one line, and no Markdown or HTML."""
    line = re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in text)).strip()
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", line)
