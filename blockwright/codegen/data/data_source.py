"""Where the arrays of a data set come from, as source: the statements inside `load_data`, and what stands beside it."""

import ast
import inspect
import re
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

from blockwright.codegen.names import words
from blockwright.codegen.training_plan import TrainingPlan

if TYPE_CHECKING:
    from blockwright.data.tables.csv_columns import ColumnSummary
    from blockwright.schema.dataset_config import DataChoice

_RENAMED = {"draw": "draw_images", "distance": "distance_to"}
_SKLEARN = {"iris": "load_iris", "wine": "load_wine", "breast_cancer": "load_breast_cancer"}

SPLIT_AT_RANDOM = '''
def split_at_random(examples, size, seed):
    """Positions of the examples that stay, and of `size` ones that go."""
    order = np.random.default_rng(seed).permutation(examples)
    return np.sort(order[size:]), np.sort(order[:size])
'''

_DIGITS = '''
def load_data():
    """1,797 handwritten digits of 8 x 8 pixels; 297 of them are for the test."""
    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype("uint8")[..., None]
    rest, test = split(digits.target, 297, seed=1797)
    return images[rest], digits.target[rest], images[test], digits.target[test]
'''

_SHAPES = '''
def load_data():
    """Drawn shapes: {train:,} images to train on and {test:,} for the test."""
    images, labels = draw_shapes({total}, size={size}, colour={colour}, seed={seed})
    return images[:{train}], labels[:{train}], images[{train}:], labels[{train}:]
'''

_GREY = '''
def load_data():
    """{title}; downloaded on first use."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
    return x_train[..., None], y_train, x_test[..., None], y_test
'''

_COLOUR = '''
def load_data():
    """{title}; downloaded on first use."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
    return x_train, y_train.reshape(-1), x_test, y_test.reshape(-1)
'''

_CELLS = '''
def is_missing(cell):
    """Whether a cell of the table holds nothing."""
    return cell.strip().lower() in MISSING


def number(cell):
    """The number that a cell holds; NaN where it is missing."""
    return np.nan if is_missing(cell) else float({cell})
'''


_TAGS = '''
def split_tags(cell):
    """The tags of a cell; None where they are not known."""
    if cell.strip().lower() in {unknown!r}:
        return None
    if cell.strip().lower() in {none!r}:
        return []
    return [" ".join(tag.split()) for tag in cell.split({separator!r})]
'''


@dataclass
class Origin:
    """How a data set is loaded.

    Attributes:
        helpers: functions and constants that stand before `load_data`.
        lines: the first statements of `load_data`.
        features, targets: by their names, the expressions of the training and the test part.
        about: what `load_data` gives, as its docstring.
        argument: the argument of `load_data`.
        splits: the splitting functions that it calls.
        whole: the function `load_data` itself, where the network reads the only feature and learns the only target.
    """

    lines: list[str]
    features: dict[str, tuple[str, str]]
    targets: dict[str, tuple[str, str]]
    about: str
    helpers: list[str] = field(default_factory=list)
    argument: str = ""
    splits: set[str] = field(default_factory=set)
    whole: str = ""


def origin(plan: TrainingPlan) -> Origin:
    """How the data of a plan is loaded, but for arrays in `.npz` files (see `npz_source`)."""
    choice, card = plan.choice, plan.card
    counts = f"{card.train_examples:,} examples to train on and {card.test_examples:,} for the test"
    about = f"{words(card.title)}: {counts}."
    match choice.name:
        case "iris" | "wine" | "breast_cancer" | "diabetes":
            return _table(choice.name, plan, about)
        case "tickets":
            return _tickets(choice, plan, about)
        case "reviews":
            return _reviews(choice, plan, about)
        case "upload":
            return _csv(choice, plan, about)
        case _:
            return _images(plan, about)


def _images(plan: TrainingPlan, about: str) -> Origin:
    card = plan.card
    drawing, text = _pictures(plan)
    lines = ["images, labels, test_images, test_labels = load_images()"]
    features = {card.features[0].name: ("images", "test_images")}
    targets = {target.name: ("labels", "test_labels") for target in card.targets}
    helpers = [drawing] if drawing else []
    splits = {"split"} if "split(" in text else set()
    return Origin(lines, features, targets, about, helpers, splits=splits, whole=text)


def _pictures(plan: TrainingPlan) -> tuple[str, str]:
    """What stands before `load_data` of a set of images, and `load_data` itself."""
    choice, card = plan.choice, plan.card
    match choice.name:
        case "digits":
            return "", _DIGITS
        case "shapes":
            train, test = card.train_examples, card.test_examples
            values = {"size": choice.size, "colour": choice.colour, "seed": choice.seed}
            return _drawing(), _SHAPES.format(train=train, test=test, total=train + test, **values)
        case "mnist" | "fashion_mnist":
            return "", _GREY.format(title=card.title, name=choice.name)
        case _:
            return "", _COLOUR.format(title=card.title, name=choice.name)


def _table(name: str, plan: TrainingPlan, about: str) -> Origin:
    from blockwright.schema.table_cards import SPLIT_SEED, TEST_ROWS

    target = plan.card.targets[0]
    if name == "diabetes":
        lines = ["values, answers = load_diabetes(return_X_y=True, scaled=False)"]
        lines.append('answers = answers.astype("float32")[:, None]')
    else:
        lines = [f"values, answers = {_SKLEARN[name]}(return_X_y=True)"]
    lines.append('values = values.astype("float32")')
    split = "split" if target.kind == "classes" else "split_at_random"
    by = "answers" if target.kind == "classes" else "len(answers)"
    lines.append(f"rest, test = {split}({by}, {TEST_ROWS[name]}, seed={SPLIT_SEED})")
    return Origin(
        lines,
        {plan.card.features[0].name: ("values[rest]", "values[test]")},
        {target.name: ("answers[rest]", "answers[test]")},
        about,
        splits={split},
    )


def _tickets(choice: "DataChoice", plan: TrainingPlan, about: str) -> Origin:
    from blockwright.data.synthetic import tickets

    count, total = plan.card.train_examples, plan.card.train_examples + plan.card.test_examples
    lines = [f"features, targets = write_tickets({total}, seed={choice.seed})"]

    def parts(array: str) -> tuple[str, str]:
        return f"{array}[:{count}]", f"{array}[{count}:]"

    features = {feature.name: parts(f'features["{feature.name}"]') for feature in plan.card.features}
    tags = {feature.name for feature in plan.card.features if feature.kind == "tags"}
    targets = {target.name: parts(f'targets["{target.name}"]') for target in plan.card.targets}
    return Origin(
        lines,
        features,
        targets | {name: features[name] for name in tags},
        about,
        [module_source(tickets)],
    )


def _reviews(choice: "DataChoice", plan: TrainingPlan, about: str) -> Origin:
    from blockwright.data.synthetic import reviews

    count, total = plan.card.train_examples, plan.card.train_examples + plan.card.test_examples
    feature, target = plan.card.features[0].name, plan.card.targets[0].name
    return Origin(
        [f"texts, labels = write_reviews({total}, seed={choice.seed})"],
        {feature: (f"texts[:{count}]", f"texts[{count}:]")},
        {target: (f"labels[:{count}]", f"labels[{count}:]")},
        about,
        [module_source(reviews)],
    )


def _csv(choice: "DataChoice", plan: TrainingPlan, about: str) -> Origin:
    from pathlib import Path

    from blockwright.data.splitting import part_size
    from blockwright.data.tables import csv_table
    from blockwright.data.tables.csv_columns import MISSING, summarize_columns
    from blockwright.data.tables.csv_text import read_layout

    seen = summarize_columns(read_layout(Path(str(choice.path))))
    target = plan.card.targets[0]
    places = {column.name: column.index for column in seen.columns}
    numbers = next((one for one in plan.card.features if one.columns), None)
    texts = [one for one in plan.card.features if one.is_text]
    named = {repr(one.name): places[one.name] for one in texts}
    constants = [
        f"MISSING = {sorted(MISSING)!r}",
        f"TARGET = {places[target.name]}  # the place of its column",
    ]
    cell = 'cell.replace(",", ".")' if seen.decimal_comma else "cell"
    lines = [
        'with open(path, encoding="utf-8-sig", newline="") as file:',
        f"    rows = list(csv.reader(file, delimiter={seen.layout.delimiter!r}, strict=True))",
        'rows = [row for row in rows if len(row) > 1 or "".join(row).strip()]',
        "rows = [row for row in rows[1:] if not is_missing(row[TARGET])]",
    ]
    if target.kind == "tags":
        constants.append(f"TAGS = {list(target.class_names)!r}")
        lines[-1] = "rows = [row for row in rows[1:] if split_tags(row[TARGET]) is not None]"
    features = {}
    if numbers is not None:
        constants.append(
            f"NUMBERS = {[places[name] for name in numbers.columns]!r}  # the places of the columns"
        )
        lines.append("numbers = np.array([[number(row[place]) for place in NUMBERS] for row in rows])")
        array = plan.dataset.train.features[numbers.name]
        if array.dtype.name == "float32":
            lines.append('numbers = numbers.astype("float32")')
        features[numbers.name] = ("numbers[rest]", "numbers[test]")
    if texts:
        entries = ", ".join(f"{name}: {place}" for name, place in named.items())
        constants.append(f"TEXTS = {{{entries}}}")
        lines += [
            "texts = {",
            '    name: np.array([["" if is_missing(row[place]) else row[place].strip()] '
            "for row in rows], dtype=object)",
            "    for name, place in TEXTS.items()",
            "}",
        ]
        features |= {one.name: (f"texts[{one.name!r}][rest]", f"texts[{one.name!r}][test]") for one in texts}
    size = part_size(plan.card.train_examples + plan.card.test_examples, csv_table.TEST_SHARE)
    if target.kind == "number":
        lines.append('answers = np.array([[number(row[TARGET])] for row in rows]).astype("float32")')
        split, by = "split_at_random", "len(answers)"
    elif target.kind == "tags":
        lines.append("told = [split_tags(row[TARGET]) for row in rows]")
        lines.append('answers = np.array([[tag in tags for tag in TAGS] for tags in told]).astype("float32")')
        split, by = "split_at_random", "len(answers)"
    else:
        numeric = seen.column(target.name).kind == "number"
        values = "number(row[TARGET])" if numeric else "row[TARGET].strip()"
        lines.append(f"answers = np.array([{values} for row in rows])")
        lines.append("answers = np.searchsorted(np.unique(answers), answers)")
        split, by = "split", "answers"
    lines.append(f"rest, test = {split}({by}, {size}, SEED)")
    helpers = ["\n".join(constants), _CELLS.format(cell=cell).strip("\n")]
    if target.kind == "tags":
        helpers.append(_tags_of(seen, target.name))
    targets = {target.name: ("answers[rest]", "answers[test]")}
    return Origin(lines, features, targets, about, helpers, "path", {split})


def _tags_of(seen: "ColumnSummary", name: str) -> str:
    """The function that reads the tags of a cell, as `data.csv_tags` does."""
    from blockwright.data.tables.csv_tags import NO_TAG, UNKNOWN, chosen_separator

    separator = chosen_separator(seen.column(name).listed)
    return _TAGS.format(separator=separator, unknown=sorted(UNKNOWN), none=sorted(NO_TAG)).strip("\n")


def module_source(module: ModuleType) -> str:
    """A generator's module as a person would write it into a file: no annotations, no leading underscores."""
    text = inspect.getsource(module)
    tree = ast.parse(text)
    pieces = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            pieces += [f"{one.name} = {vars(module)[one.name]!r}" for one in node.names if one.name.isupper()]
        if isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.If):
            continue
        if isinstance(node, ast.FunctionDef):
            pieces.append(plain_function(ast.get_source_segment(text, node) or ""))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pieces.append(f"{ast.unparse(node.target)} = {ast.get_source_segment(text, node.value)}")
        else:
            pieces.append(ast.get_source_segment(text, node) or "")
    whole = "\n".join(f"\n\n{one}\n\n" if one.startswith(("def ", "class ")) else one for one in pieces)
    return re.sub(r"(?<![\w.\"'])_([A-Za-z]\w*)", r"\1", whole)


def plain_function(source: str) -> str:
    """A function's source without annotations and imports."""
    lines = source.splitlines()
    functions = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)]
    for function in sorted(functions, key=lambda one: -one.lineno):
        names = [one.arg for one in function.args.args]
        defaults = [ast.unparse(one) for one in function.args.defaults]
        given = names[: len(names) - len(defaults)]
        given += [f"{name}={value}" for name, value in zip(names[len(given) :], defaults, strict=True)]
        if function.args.vararg is not None:
            given.append(f"*{function.args.vararg.arg}")
        indent = " " * function.col_offset
        header = f"{indent}def {function.name}({', '.join(given)}):"
        lines[function.lineno - 1 : function.body[0].lineno - 1] = [header]
    text = "\n".join(lines)
    return re.sub(r"\n *import numpy as np\n\n?", "\n", text)


def _drawing() -> str:
    """The source of the shapes' generator, without annotations and with its comments."""
    from blockwright.data.synthetic import shapes

    texts = [f"_PIXELS_AT_ONCE = {shapes._PIXELS_AT_ONCE:_}"]
    for one in vars(shapes).values():
        if inspect.isfunction(one) and one.__module__ == shapes.__name__:
            texts.append(plain_function(inspect.getsource(one)))
    text = "\n\n\n".join(texts)
    return re.sub(r"(?<![\w.])_([A-Za-z]\w*)", lambda found: _RENAMED.get(found[1], found[1]), text)
