"""The functions that report on the answers to the test part: classes, tags, numbers, and inputs given back."""

from blockwright.codegen.data.wide_loading import at
from blockwright.codegen.loops.wide import Wide, WideOutput

_CLASSES = '''
def report_classes(name, outputs, labels, class_names):
    """Report on every class and draw the confusion matrix."""
    predicted = {predicted}
    print(f"Test accuracy of {{name}}: {{np.mean(predicted == labels):.4f}}")
    numbers = range(len(class_names))
    report = classification_report(
        labels, predicted, labels=numbers, target_names=class_names, zero_division=0
    )
    print(report)
    ConfusionMatrixDisplay.from_predictions(
        labels, predicted, labels=numbers, display_labels=class_names, xticks_rotation="vertical"
    )
    plt.savefig(f"{{name}}_confusion_matrix.png", bbox_inches="tight")
'''

_BINARY = '''
def report_yes_or_no(name, outputs, labels, class_names):
    """Report on both classes and draw the confusion matrix; one unit decides between them."""
    predicted = (outputs[:, 0] > {threshold}).astype("int64")
    print(f"Test accuracy of {{name}}: {{np.mean(predicted == labels):.4f}}")
    print(classification_report(labels, predicted, labels=range(2), target_names=class_names, zero_division=0))
    ConfusionMatrixDisplay.from_predictions(labels, predicted, labels=range(2), display_labels=class_names)
    plt.savefig(f"{{name}}_confusion_matrix.png", bbox_inches="tight")
'''

_TAGS = '''
def report_tags(name, outputs, tags, tag_names):
    """Report on every tag."""
    predicted = outputs > {threshold}
    print(f"Test accuracy of {{name}}: {{np.mean(predicted == (tags > 0.5)):.4f}}")
    print(classification_report(tags > 0.5, predicted, target_names=tag_names, zero_division=0))
'''

_NUMBERS = '''
def report_numbers(name, outputs, values):
    """Tell how far the answers are off, and draw them over the true values."""
    off = outputs - values
    print(f"Test mean absolute error of {name}: {np.abs(off).mean():.4f}")
    print(f"Test root mean squared error of {name}: {np.sqrt((off**2).mean()):.4f}")
    _, axis = plt.subplots()
    axis.scatter(values, outputs, s=8)
    ends = [min(values.min(), outputs.min()), max(values.max(), outputs.max())]
    axis.plot(ends, ends, color="grey")
    axis.set(title=name, xlabel="true", ylabel="predicted")
    plt.savefig(f"{name}_scatter.png", bbox_inches="tight")
'''

_GIVEN_BACK = '''
def report_given_back(name, outputs, values):
    """Tell how far off is what is given back{pictures}."""
    print(f"Test mean absolute error of {{name}}: {{np.abs(outputs - values).mean():.4f}}")
'''

_PICTURES = """
    _, axes = plt.subplots(2, 8, figsize=(12, 3))
    for row, images in zip(axes, (values, outputs), strict=True):
        for axis, image in zip(row, images, strict=False):
            axis.imshow(np.clip(image, 0, 1).squeeze(), cmap="grey")
            axis.axis("off")
    plt.savefig(f"{name}_given_back.png", bbox_inches="tight")
"""


def reports(wide: Wide) -> tuple[list[str], list[str]]:
    """The functions, and the statements that call them on `outputs` and `y_test`."""
    functions: dict[str, str] = {}
    calls = []
    for one in wide.outputs:
        name, text, values = _report(one)
        if functions.setdefault(name, text) != text:
            # Two outputs of one kind are read in different ways, such as scores and probabilities.
            function = name
            while functions.setdefault(name, text) != text:
                name += "_too"
            functions[name] = text = text.replace(f"def {function}(", f"def {name}(")
        true = at("y_test", one.key, wide.many_outputs)
        given = [f'"{one.key}"', at("outputs", one.key, wide.many_outputs), f"{true}{values}"]
        if one.goal.target.class_names:
            given.append(at("CLASS_NAMES", one.key, wide.many_outputs))
        calls.append(f"{name}({', '.join(given)})")
    return list(functions.values()), calls


def _report(one: WideOutput) -> tuple[str, str, str]:
    """The name and the source of the function for an output, and what its true values are multiplied by."""
    goal = one.goal
    threshold = "0" if goal.from_logits else "0.5"
    match goal.task.kind:
        case "classes" if goal.units == 1:
            return "report_yes_or_no", _BINARY.format(threshold=threshold), ""
        case "classes":
            return "report_classes", _CLASSES.format(predicted="outputs.argmax(axis=1)"), ""
        case "tags":
            return "report_tags", _TAGS.format(threshold=threshold), ""
        case "number":
            return "report_numbers", _NUMBERS, ""
    are_pictures = len(goal.shape) == 3 and goal.shape[2] in (1, 3)
    text = _GIVEN_BACK.format(pictures=", and draw a few" if are_pictures else "")
    if are_pictures:
        text = text.rstrip("\n") + _PICTURES
    scaled = one.of is not None and one.of.is_bytes and one.of.scale == "bytes"
    return "report_given_back", text, " * SCALE" if scaled else ""
