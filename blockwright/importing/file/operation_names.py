"""The names of operations in a file, as Keras 3 has them."""

from typing import Any

from blockwright.importing.problems import short_name

_FUNCTIONS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "add": "Add",
    "math.add_n": "AddN",
    "math.subtract": "Subtract",
    "subtract": "Subtract",
    "math.multiply": "Multiply",
    "multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.negative": "Negative",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.square": "Square",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.elu": "Elu",
    "nn.selu": "Selu",
    "nn.sigmoid": "Sigmoid",
    "math.sigmoid": "Sigmoid",
    "nn.silu": "Silu",
    "nn.swish": "Silu",
    "nn.softmax": "Softmax",
    "nn.softplus": "Softplus",
    "nn.tanh": "Tanh",
    "math.tanh": "Tanh",
    "math.softplus": "Softplus",
    "concat": "Concatenate",
    "identity": "Identity",
    "reshape": "Reshape",
    "math.reduce_mean": "Mean",
    "math.reduce_max": "Max",
    "math.reduce_sum": "Sum",
    "math.reduce_min": "Min",
    "math.sqrt": "Sqrt",
    "math.rsqrt": "Rsqrt",
    "math.exp": "Exp",
    "math.log": "Log",
    "math.abs": "Absolute",
    "math.pow": "Power",
    "math.reduce_std": "Std",
    "math.reduce_variance": "Var",
    "clip_by_value": "ClipByValue",
    "expand_dims": "ExpandDims",
    "squeeze": "Squeeze",
    "stack": "Stack",
    "transpose": "Transpose",
    "linalg.matmul": "Matmul",
    "tile": "Tile",
    "cast": "Cast",
    "nn.gelu": "TensorFlowGelu",
    "nn.leaky_relu": "LeakyRelu",
    "nn.log_softmax": "LogSoftmax",
}
"""The functions of TensorFlow that Keras 2 recorded, each with the name of Keras 3's operation."""


def operation_name(entry: dict[str, Any]) -> str:
    """The name of an operation as Keras 3 has it, also for one that Keras 2 recorded."""
    if entry["class_name"] == "TFOpLambda":
        function = entry["config"].get("function")
        return _FUNCTIONS.get(function, short_name(function)) if isinstance(function, str) else "?"
    if entry["class_name"] == "SlicingOpLambda":
        return "GetItem"
    return {"Divide": "TrueDivide", "Abs": "Absolute"}.get(entry["class_name"], entry["class_name"])
