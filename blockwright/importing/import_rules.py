"""Rules about files of Keras models that are imported; what they find is only known while a file is read."""

from blockwright.schema.rules import ReportedRule


class NotAModel(ReportedRule):
    """The JSON of a Keras model is an object with a class name and a config. Choose the output of `model.to_json()`."""

    code = "not-a-model"


class ModelFile(ReportedRule):
    """Files with weights may carry code, so only a model's JSON is read. Choose the output of `model.to_json()`."""

    code = "model-file"


class KerasOne(ReportedRule):
    """Keras 1 had other layers and arguments. Load the model with Keras 2 and save its JSON again."""

    code = "keras-1"


class UnknownLayer(ReportedRule):
    """A layer must be one of Keras's that a design can have. Replace it in the model, or leave it out."""

    code = "unknown-layer"


class CannotImport(ReportedRule):
    """A layer, a call or an argument must mean the same in a design. Change what the message names in the model."""

    code = "import"
