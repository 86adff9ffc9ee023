"""The whole file: its parts in order, as a script or as cells."""

import ast
import textwrap
from dataclasses import dataclass, replace
from typing import Any, Literal

from blockwright.codegen.apis import network
from blockwright.codegen.blocks.fused_batch_norm import FUSED, PLAIN, fused_class
from blockwright.codegen.data import loading
from blockwright.codegen.data.wide_loading import wide_loading, wide_prepared
from blockwright.codegen.formatting import format_code
from blockwright.codegen.loops import training, wide_training
from blockwright.codegen.loops.adapt_code import learning
from blockwright.codegen.loops.training_config import Task, read_task
from blockwright.codegen.loops.wide_training import class_names_of
from blockwright.codegen.names import docstring, file_stem, words
from blockwright.codegen.program.program import Plan, plan
from blockwright.design.embedded_design import carried
from blockwright.network.describe import describe
from blockwright.schema.design import Design

Api = Literal["subclassing", "functional", "sequential"]
Loop = Literal["fit", "train_step", "custom"]
APIS: tuple[Api, ...] = ("subclassing", "functional", "sequential")
LOOPS: tuple[Loop, ...] = ("fit", "train_step", "custom")
_DATA_SETS = {"load_digits", "load_iris", "load_wine", "load_breast_cancer", "load_diabetes"}


@dataclass(frozen=True)
class Section:
    """A part of the file: a heading, what defines things, and what is run."""

    title: str
    text: str = ""
    code: str = ""
    run: str = ""


@dataclass(frozen=True)
class Parts:
    """A file before it is put together.

    `problem` and `node` say why there is none in this way of writing, `untrained` why it has no training part.
    """

    title: str
    about: str
    sections: tuple[Section, ...]
    carried: str
    plan: Plan
    findings: tuple[dict[str, Any], ...] = ()
    problem: str | None = None
    node: str | None = None
    untrained: str | None = None


def parts(design: Design, api: str, loop: str, settings: dict[str, Any] | None) -> Parts:
    """Everything that stands in the file. Raises ValueError for an unknown way or loop, SettingsError for settings."""
    if api not in APIS:
        raise ValueError(f"`api` must be one of {', '.join(APIS)}. Received: {str(api)[:40]!r}.")
    if loop not in LOOPS:
        raise ValueError(f"`loop` must be one of {', '.join(LOOPS)}. Received: {str(loop)[:40]!r}.")
    description = describe(design)
    findings = tuple(one for one in description["findings"] if one["severity"] == "error")
    task = read_task(design, settings, description["outputs"], findings)
    order = plan(design, short=task.settings.precision == "bfloat16")
    title = words(design.name) or "A network"
    memory = carried(design, _carried_settings(task) if settings is not None else None)
    if api == "sequential":
        reason = network.not_sequential(order)
        if reason is not None:
            return Parts(title, "", (), memory, order, findings, *reason)
    write = {
        "subclassing": network.subclassed,
        "functional": network.functional,
        "sequential": network.sequential,
    }
    made = write[api](order, own_step=loop == "train_step" and task.problem is None)
    ranks = {one["id"]: len(one["output_shape"] or ()) for one in description["nodes"]}
    normalization = fused_class(order, ranks)
    if normalization:
        made = replace(
            made,
            blocks=f"{normalization}\n\n{made.blocks.replace(PLAIN, FUSED)}",
            model=made.model.replace(PLAIN, FUSED),
        )
    sections = [
        Section("Blocks", "The building blocks that this network is made of.", made.blocks),
        _model_section(made, task),
    ]
    if task.problem is None:
        write_training = _training_sections if task.wide is None else _wide_sections
        sections += write_training(task, loop, file_stem(design.name), order, api)
        about = f"{title}, trained on {words(task.title)}."
    else:
        about = f"{title}, without a training part: {words(task.problem).rstrip('.')}."
    sections = [one for one in sections if one.code or one.run]
    sections.insert(0, Section("Settings", "", _constants(task)))
    return Parts(title, about, tuple(sections), memory, order, findings, untrained=task.problem)


def script(made: Parts) -> str:
    """The file as a script, formatted."""
    body = "\n\n".join(one.code.strip("\n") for one in made.sections if one.code)
    run = "\n\n".join(one.run.strip("\n") for one in made.sections if one.run)
    main = f'def main():\n{textwrap.indent(run, "    ")}\n\n\nif __name__ == "__main__":\n    main()\n'
    needs = "Needs tensorflow, scikit-learn and matplotlib."
    head = f'"""{docstring(made.about, 0)}\n\n{needs}\n"""\n\n'
    head = head.replace("\n\n\n", "\n\n")
    code = f"{body}\n\n\n{main}"
    return format_code(f"{head}{imports(code, made.plan)}\n{code}\n\n{made.carried}")


def imports(code: str, plan: Plan) -> str:
    """The import lines that some code needs, sorted; what the blocks need beyond the usual comes last."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    metrics = [one for one in ("ConfusionMatrixDisplay", "classification_report") if one in used]
    data_sets = sorted(one for one in used if one in _DATA_SETS)
    known = [
        ("contextlib", "import contextlib"),
        ("csv", "import csv"),
        ("functools", "import functools"),
        ("math", "import math"),
        ("sys", "import sys"),
        ("Path", "from pathlib import Path"),
        ("NamedTuple", "from typing import NamedTuple"),
        (None, ""),
        ("keras", "import keras"),
        ("plt", "import matplotlib.pyplot as plt"),
        ("np", "import numpy as np"),
        ("tf", "import tensorflow as tf"),
        ("layers", "from keras import layers"),
        ("ops", "from keras import ops"),
        *((one, f"from sklearn.datasets import {', '.join(data_sets)}") for one in data_sets[:1]),
        *((one, f"from sklearn.metrics import {', '.join(metrics)}") for one in metrics[:1]),
    ]
    lines = [line for name, line in known if name is None or name in used]
    extra = {name: line for block in plan.blocks.values() for name, line in block.imports.items()}
    lines += sorted({line for name, line in extra.items() if name in used - {name for name, _ in known}})
    return "\n".join(lines).strip("\n") + "\n"


def _carried_settings(task: Task) -> dict[str, Any]:
    """The settings as JSON; of an uploaded file its name only, not where it lies on this machine."""
    document = task.settings.document()
    if task.uploaded and task.choice.title:
        document["data"] = {**document["data"], "path": task.choice.title}
    return document


def _constants(task: Task) -> str:
    if task.problem is not None:
        return ""
    settings = task.settings
    lines = []
    if task.uploaded:
        lines.append(_data_path(task))
    lines += [
        f"SEED = {settings.seed}",
        f"EPOCHS = {settings.epochs}",
        f"BATCH_SIZE = {settings.batch_size}",
        f"LEARNING_RATE = {settings.learning_rate!r}",
        f"VALIDATION_SHARE = {settings.validation_share!r}",
    ]
    scales = task.scales and not task.uploaded
    if task.wide is not None:
        scales = any(one.is_bytes and one.scale == "bytes" for one in task.wide.inputs)
    if scales:
        lines.append("SCALE = 1 / 255")
    names = loading.class_names(task) if task.wide is None else class_names_of(task.wide)
    return "\n".join(lines) + "\n" + (f"{names}\n" if names else "")


def _data_path(task: Task) -> str:
    path = task.choice.title or str(task.choice.path)
    return f"DATA = sys.argv[1] if len(sys.argv) > 1 else {path!r}"


def _model_section(made: network.Network, task: Task) -> Section:
    run = "" if task.problem is not None else "keras.utils.set_random_seed(SEED)\n"
    if task.settings.precision == "bfloat16":
        run += 'keras.config.set_dtype_policy("mixed_bfloat16")\n'
    run += f"model = {made.make}\n{made.graph}\n"
    return Section("The network", "", made.model, run)


def _training_sections(task: Task, loop: str, stem: str, plan: Plan, api: str) -> list[Section]:
    return [
        Section("Data", "", loading.loading(task), loading.prepared(task)),
        Section("Training", "", training.functions(task, loop), training.statements(task, loop)),
        Section("Evaluation", "", training.evaluation(task), training.evaluation_statements(task, loop)),
        Section("Saving", "", "", training.saving(stem)),
    ]


def _wide_sections(task: Task, loop: str, stem: str, plan: Plan, api: str) -> list[Section]:
    wide = task.wide
    before, learnt = learning(wide, plan, api)
    functions = (f"{before}\n\n" if before else "") + wide_training.wide_functions(task, wide, loop, plan)
    return [
        Section("Data", "", wide_loading(task, wide), wide_prepared(task, wide)),
        Section("Training", "", functions, learnt + wide_training.wide_statements(task, wide, loop)),
        Section(
            "Evaluation",
            "",
            wide_training.wide_evaluation(wide),
            wide_training.wide_evaluation_statements(loop),
        ),
        Section("Saving", "", "", wide_training.wide_saving(stem, wide)),
    ]
