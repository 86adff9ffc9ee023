"""The README and the list of packages of exported files."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from blockwright.design.wiring import resolve_outputs
from blockwright.export.preprocessing import reads_rows, row_code
from blockwright.export.usage import examples_name
from blockwright.runs.best_epoch import weights_text
from blockwright.runs.epoch_table import flat_evaluation
from blockwright.runs.events import Evaluated, Output
from blockwright.runs.records import Run
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.preprocessing import Preprocessing
from blockwright.schema.design import Design
from blockwright.schema.run.exports import ExportResult
from blockwright.schema.text import shape_text
from blockwright.tasks import task_of
from blockwright.tasks.base import METRICS

if TYPE_CHECKING:
    from blockwright.runs.history import History

PACKAGES = (
    (
        "tensorflow",
        "2.21.0",
        "the code, the .keras files, the SavedModel; tensorflow-cpu is enough without a GPU",
    ),
    ("keras", "3.15.1", "the same"),
    ("numpy", "2.4.6", "inputs and outputs"),
    ("scikit-learn", "1.9.1", "the code: data sets, splitting, the classification report"),
    ("matplotlib", "3.11.2", "the code: plots"),
    ("onnxruntime", "1.31.1", "the .onnx file only; it needs no TensorFlow"),
    ("ai-edge-litert", "2.3.0", "the .tflite file only; it needs no TensorFlow"),
)
"""Name, version, and what it is for; the versions that this project itself uses, with Python 3.11 or 3.12."""


CODE, NOTEBOOK = "network.py", "network.ipynb"
PREPROCESSING = "preprocessing.json"


def requirements() -> str:
    """The text of a `requirements.txt`: each package with its version and what it is for."""
    lines = ["# Tested with Python 3.11 and 3.12. Remove what you do not use."]
    width = max(len(f"{name}=={version}") for name, version, _ in PACKAGES)
    lines += [f"{f'{name}=={version}':<{width}}  # {purpose}" for name, version, purpose in PACKAGES]
    return "\n".join(lines) + "\n"


def readme(
    run: Run,
    design: Design,
    settings: dict[str, Any],
    history: "History",
    names: set[str],
    exports: Sequence[ExportResult],
    preprocessing: Preprocessing | None = None,
) -> str:
    """The README of the zip, in Markdown: what the network is, its results, and how to use each file.

    Args:
        run: the run.
        design: its design.
        settings: its settings, as in the zip.
        history: its events, folded.
        names: the files in the zip.
        exports: the results of `export` for the plain model and the weights.
        preprocessing: how the run preprocessed its data; None where that is not known.
    """
    noun = examples_name(design, preprocessing)
    parts = [f"# {_plain(design.name)}", _summary(run, settings, history)]
    if history.started:
        steps = [f"- {_plain(step)}" for step in history.started["steps"]]
        outputs = history.started["outputs"]
        class_names = outputs[0]["class_names"] if len(outputs) == 1 else []
        classes = ", ".join(_plain(name) for name in class_names[:100])
        parts += [
            "## Inputs and outputs",
            _shapes(design, outputs, noun),
            "How the data was preprocessed:",
            "\n".join(steps),
        ]
        parts += [f"Classes, numbered from 0: {classes}."] if classes else []
    parts += ["## Installation", "```\npython -m venv .venv\n.venv/bin/pip install -r requirements.txt\n```"]
    parts += ["Use Python 3.11 or 3.12. `requirements.txt` says what each package is for.", "## Files"]
    parts += [text for name, text in _uses(exports, preprocessing, noun) if name in names]
    parts += ["## Verification", *_verification(exports)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(run: Run, settings: dict[str, Any], history: "History") -> str:
    epochs = len(history.epochs)
    data = _plain(_data_title(settings["data"]))
    if settings.get("random_labels"):
        data += " with random labels"
    count = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    summary = (
        f'Trained for {count} on {data} in the run "{_plain(run.name)}" (seed {settings.get("seed", 0)}).'
    )
    if settings["data"]["name"] == "upload":
        summary += f" `{CODE}` expects that file next to it, with the name `{settings['data']['path']}`."
    if history.evaluated:
        summary += f" On {history.evaluated['examples']:,} test examples {_test_result(history.evaluated)}."
    else:
        summary += " The run was not evaluated on test data."
    weights = weights_text(history.evaluated)
    if weights:
        summary += f" These files hold {_plain(weights)}."
    if history.started and history.started["precision"] == "bfloat16":
        summary += (
            " The run computed in bfloat16; these files have float32 weights and compute in float32, so predicted "
            "probabilities may differ in the third digit."
        )
    return summary


def _test_result(evaluated: Evaluated) -> str:
    row = flat_evaluation(evaluated)
    for metric in METRICS.values():
        value = row.get(f"test_{metric.name}")
        if value is not None:
            return f"its {metric.title.lower()} is {metric.text(value)}"
    return f"its loss is {row['test_loss']:.4g}"


def _verification(exports: Sequence[ExportResult]) -> list[str]:
    """What was checked of each file, and once what holds for all: the comparison with the run."""
    shared = next((export["run"]["sentence"] for export in exports if export["run"]), "")
    lines = [
        f"- `{export['name']}`: {export['sentence'].removesuffix(shared).rstrip()}" for export in exports
    ]
    return ["\n".join(lines), shared]


def _shapes(design: Design, outputs: Sequence[Output], noun: str) -> str:
    """The inputs and outputs with their shapes and types: as a sentence, or as lists where there are several."""
    from blockwright.network.describe import describe

    shapes = [(output["output_shape"] or [])[1:] for output in describe(design)["outputs"]]
    values = {
        output["output"]: task_of(output["kind"]).values_text(_plain(output["target"])) for output in outputs
    }
    if len(design.inputs) == 1 and len(shapes) == 1:
        only = design.inputs[0]
        content = "text" if only.dtype == "string" else "numbers"
        result = "class scores"
        if values:
            result = f"{shape_text(shapes[0])} float32, {', '.join(values.values())}"
        return (
            f"The input is a batch of {noun}, each {shape_text(only.shape)} {content} ({only.dtype}), preprocessed "
            f"as below. The output for each: {result}. The input is called `{noun}` below."
        )
    lines = ["The inputs are batches of these, preprocessed as below:", ""]
    lines += [f"- {_plain(entry.id)}: {shape_text(entry.shape)} {entry.dtype}" for entry in design.inputs]
    lines += ["", "The outputs for each example, in this order:", ""]
    for output, shape in zip(resolve_outputs(design), shapes, strict=True):
        meaning = f"; {values[output]}" if output in values else ""
        lines.append(f"- {_plain(output)}: {shape_text(shape)} float32{meaning}")
    if len(design.inputs) == 1:
        lines += ["", f"The input is called `{noun}` below."]
    return "\n".join(lines)


def _uses(
    exports: Sequence[ExportResult], preprocessing: Preprocessing | None, noun: str
) -> list[tuple[str, str]]:
    descriptions = {
        "keras_plain": "The trained model in plain Keras layers; no other file is needed.",
        "weights": f"The trained weights alone, for the model in `{CODE}`.",
    }
    files = [
        (
            export["name"],
            f"### `{export['name']}`\n\n{descriptions[export['kind']]}\n\n```python\n{export['usage']}```",
        )
        for export in exports
    ]
    return [
        *files,
        (PREPROCESSING, _preprocessing_use(exports, preprocessing, noun)),
        (
            CODE,
            f"### `{CODE}`, `{NOTEBOOK}`\n\nThe model as code: loading the data, `compile`, training and "
            f"evaluation. `python {CODE}` trains it again with the same seed; the notebook does the same step by step.",
        ),
        (
            "design.json",
            "### `design.json`, `settings.json`\n\nThe network and its training settings as plain data. Open "
            "`design.json` in Blockwright to continue editing; it contains no code.",
        ),
        (
            "history.csv",
            "### `history.csv`, `history.json`\n\nLoss and metrics of each epoch and output, on training and "
            "validation data, with its duration and speed.",
        ),
        (
            "evaluation.json",
            "### `evaluation.json`\n\nResults on the test data: loss, metrics, and for classes the confusion matrix "
            "(rows are true classes), precision and recall of each class.",
        ),
        (
            "predictions.npz",
            "### `predictions.npz`\n\nThe prediction for each test example: `true`, `predicted`, `confidence`, "
            '`probabilities`.\n\n```python\nimport numpy as np\n\npredictions = np.load("predictions.npz")\n'
            'mistakes = predictions["true"] != predictions["predicted"]\n```',
        ),
    ]


def _preprocessing_use(
    exports: Sequence[ExportResult], preprocessing: Preprocessing | None, noun: str
) -> str:
    text = (
        f"### `{PREPROCESSING}`\n\nHow values become the {noun} that the network reads: each input is "
        "`(values - shift) * factor`, with `fill` in place of missing numbers, and the names of the classes in order."
    )
    model = next((export["name"] for export in exports if export["kind"] == "keras_plain"), None)
    if preprocessing is None or model is None or not reads_rows(preprocessing):
        return text
    code = row_code(preprocessing, model, PREPROCESSING)
    return f"{text} This predicts one row, here the mean of the training rows:\n\n```python\n{code}```"


def _data_title(choice: dict[str, Any]) -> str:
    return (
        str(choice.get("title") or choice["path"])
        if choice["name"] == "upload"
        else card(choice["name"]).title
    )


def _plain(text: str) -> str:
    """What people typed, as text: one line, and no Markdown or HTML."""
    line = re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in text)).strip()
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", line)
