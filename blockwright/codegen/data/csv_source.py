"""How a generated file loads an uploaded table."""

from pathlib import Path

from blockwright.codegen.data.data_source import DataSource, TestSplit, stratified_by
from blockwright.codegen.data.target_source import TARGET_SOURCE
from blockwright.codegen.formatting import render
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.data.tables.csv_columns import MISSING, summarize_columns
from blockwright.data.tables.csv_text import read_layout

_CELLS = '''
def is_missing(cell):
    """Whether a cell of the table is empty."""
    return cell.strip().lower() in {{ missing }}
{% if number %}


def number(cell):
    """The number in a cell; NaN if it is missing."""
    return np.nan if is_missing(cell) else float({{ cell }})
{% endif %}
'''

_ROWS = """
with open(path, encoding="utf-8-sig", newline="") as file:
    rows = list(csv.reader(file, delimiter={{ delimiter }}, strict=True))
rows = [row for row in rows if len(row) > 1 or "".join(row).strip()]
rows = [row for row in rows[1:] if {{ known }}]
{% if numbers %}
numbers = np.array([[number(row[index]) for index in NUMBERS] for row in rows]){{ as_float }}
{% endif %}
{% if texts %}
texts = {
    name: np.array([["" if is_missing(row[index]) else row[index].strip()] for row in rows], dtype=object)
    for name, index in TEXTS.items()
}
{% endif %}
"""


def csv_source(plan: TrainingPlan) -> DataSource:
    """How the rows that a network reads and learns are loaded; a test part is split off."""
    summary = summarize_columns(read_layout(Path(str(plan.choice.path))))
    target = plan.card.targets[0]
    source = TARGET_SOURCE[target.kind]
    indices = {column.name: column.index for column in summary.columns}
    numbers = next((feature for feature in plan.card.features if feature.columns), None)
    texts = [feature for feature in plan.card.features if feature.is_text]
    constants = [f"TARGET = {indices[target.name]}  # the index of its column", *source.constants(target)]
    features = {feature.name: (f"texts[{feature.name!r}]",) for feature in texts}
    as_float = ""
    if numbers is not None:
        constants.append(
            f"NUMBERS = {[indices[name] for name in numbers.columns]!r}  # the indices of the columns"
        )
        features[numbers.name] = ("numbers",)
        if plan.dataset.train.features[numbers.name].dtype.name == "float32":
            as_float = '.astype("float32")'
    if texts:
        constants.append(f"TEXTS = { ({feature.name: indices[feature.name] for feature in texts})!r}")
    lines = render(
        _ROWS,
        delimiter=repr(summary.layout.delimiter),
        known=source.row_is_labeled,
        numbers=numbers is not None,
        as_float=as_float,
        texts=bool(texts),
    )
    column = summary.column(target.name)
    lines += "\n".join(source.column(column))
    cells = render(
        _CELLS,
        missing=repr(sorted(MISSING)),
        number="number(" in lines,
        cell='cell.replace(",", ".")' if summary.decimal_comma else "cell",
    )
    size = plan.card.test_examples
    labels = stratified_by(plan, target, size, "targets")
    return DataSource(
        lines.strip("\n").splitlines(),
        features,
        {target.name: ("targets",)},
        TestSplit(size, "SEED", "len(rows)", labels),
        ["\n".join(constants), cells, *source.helpers(column)],
        "path",
    )
