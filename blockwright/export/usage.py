"""How each exported file is used in Python, as code."""

import keyword
import re
from collections.abc import Sequence

from blockwright.export.preprocessing import reads_rows
from blockwright.schema.data.preprocessing import Preprocessing
from blockwright.schema.design import Design

_USAGE = {
    "keras_plain": """import keras

model = keras.saving.load_model("{file}")
outputs = model.predict(images)
""",
    "keras_blocks": """import blocks  # the folder `blocks` of Blockwright
import keras

blocks.discover()
model = keras.saving.load_model("{file}")
outputs = model.predict(images)
""",
    "weights": """from network import {class_name}  # network.py from the zip

model = {class_name}()
model.build_graph().load_weights("{file}")
outputs = model.predict(images)
""",
    "saved_model": """import zipfile

import tensorflow as tf

with zipfile.ZipFile("{file}") as archive:
    archive.extractall()
model = tf.saved_model.load("saved_model")
outputs = model.serve(images).numpy()
""",
    "onnx": """import onnxruntime

session = onnxruntime.InferenceSession("{file}")
outputs = session.run(["{output_name}"], {{"{input_name}": images}})[0]
""",
    "tflite": """from ai_edge_litert.interpreter import Interpreter

run = Interpreter("{file}").get_signature_runner("serving_default")
outputs = run(**{{"{input_name}": images}})["output_0"]
""",
}


def usage(
    kind: str,
    file: str,
    input_names: Sequence[str],
    output_names: Sequence[str],
    class_name: str,
    examples: str = "images",
) -> str:
    """How to use a file in Python: `images` are preprocessed examples, float32, batch first; `outputs` the predictions.

    With several inputs, `inputs` has the examples of each; with several outputs, `outputs` is a list.

    Args:
        kind: a key of `KINDS` that can predict, but not the bundle.
        file: the file's name.
        input_names: the names of the inputs inside the file.
        output_names: the names of the outputs inside the file.
        class_name: the class of the model in the code.
        examples: what the examples of a single input are called: see `examples_name`.
    """
    text = _USAGE[kind].format(
        file=file, input_name=input_names[0], output_name=output_names[0], class_name=class_name
    )
    if len(input_names) > 1:
        listed = ", ".join(f'"{name}": {variable_name(name)}' for name in input_names)
        text = text.replace(f'{{"{input_names[0]}": images}}', "inputs").replace(
            "model.serve(images)", "model.serve(*inputs.values())"
        )
        if kind in ("keras_plain", "keras_blocks", "saved_model"):
            text = text.replace("predict(images)", "predict(list(inputs.values()))")
        text = text.replace("predict(images)", "predict(inputs)")
        text = f"inputs = {{{listed}}}  # NumPy arrays, batch first\n{text}"
    else:
        text = re.sub(r"\bimages\b", examples, text)
    if len(output_names) > 1:
        names = ", ".join(f'"{name}"' for name in output_names)
        text = text.replace(f'session.run(["{output_names[0]}"], ', f"session.run([{names}], ")
        text = re.sub(r"(outputs = session.run.*)\[0\]\n", r"\1\n", text)
        text = text.replace('["output_0"]\n', "\n")
        text = text.replace("outputs = model.serve(", "outputs = [output.numpy() for output in model.serve(")
        text = re.sub(r"(model\.serve\(.*\))\.numpy\(\)\n", r"\1]\n", text)
    return text


def examples_name(design: Design, preprocessing: Preprocessing | None) -> str:
    """What the examples that a network reads are called: rows of a table, texts, images, or examples."""
    if reads_rows(preprocessing):
        return "texts" if all(entry.dtype == "string" for entry in design.inputs) else "rows"
    return "images" if any(len(entry.shape) > 1 for entry in design.inputs) else "examples"


def variable_name(name: str) -> str:
    """A Python name for the array of an input."""
    variable = re.sub(r"\W+", "_", name).strip("_").lower() or "values"
    return f"input_{variable}" if variable[0].isdigit() or keyword.iskeyword(variable) else variable


def class_name(code: str) -> str:
    """The name of the model's class in generated code."""
    match = re.search(r"^class (\w+)\(keras\.Model\):", code, re.MULTILINE)
    return match.group(1) if match else "Network"
