"""The whole file: its parts in order, as a script or as cells."""

import ast
import sys
import textwrap
from dataclasses import dataclass
from typing import Any, Literal

from blockwright.codegen.apis import network
from blockwright.codegen.blocks.fused_batch_norm import FUSED, fused_class
from blockwright.codegen.data.loading import class_names, loading
from blockwright.codegen.data.preparation import preparation
from blockwright.codegen.formatting import format_code
from blockwright.codegen.loops import training
from blockwright.codegen.loops.adapt_code import learning
from blockwright.codegen.loops.class_weight_code import weighted
from blockwright.codegen.loops.loop_source import training_steps
from blockwright.codegen.loops.pipeline_code import moved, of_the_rest, pipeline_statements, tested
from blockwright.codegen.names import IMPORTS, docstring, file_stem, words
from blockwright.codegen.program.program import Plan, plan
from blockwright.codegen.task_code import evaluation
from blockwright.codegen.training_plan import TrainingPlan, read_training
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
    """A part of the file: a heading, what defines things, and what is run.

    `last` puts what it defines behind all other definitions of a script, where it is read last.
    """

    title: str
    text: str = ""
    code: str = ""
    run: str = ""
    last: bool = False


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


def read_parts(
    design: Design, api: str, loop: str, settings: dict[str, Any] | None, exact: bool = False
) -> Parts:
    """Everything that stands in the file. Raises ValueError for an unknown API or loop, SettingsError for settings."""
    if api not in APIS:
        raise ValueError(f"`api` must be one of {', '.join(APIS)}. Received: {str(api)[:40]!r}.")
    if loop not in LOOPS:
        raise ValueError(f"`loop` must be one of {', '.join(LOOPS)}. Received: {str(loop)[:40]!r}.")
    description = describe(design)
    findings = tuple(finding for finding in description["findings"] if finding["severity"] == "error")
    trained = read_training(design, settings, description["outputs"], findings)
    program = plan(design, short=trained.settings.precision == "bfloat16")
    title = words(design.name) or "A network"
    memory = carried(design, _carried_settings(trained) if settings is not None else None)
    if api == "sequential":
        reason = network.not_sequential(program)
        if reason is not None:
            return Parts(title, "", (), memory, program, findings, *reason)
    write = {
        "subclassing": network.subclassed,
        "functional": network.functional,
        "sequential": network.sequential,
    }
    own_steps = (
        training_steps(program, weighted(trained)) if loop == "train_step" and not trained.problem else ""
    )
    leading = moved(trained, program)
    apart = bool(leading) and api != "functional"
    written = write[api](program, "" if apart else own_steps)
    trainable = (
        network.own_steps_class("TrainableModel", "keras.Model", own_steps) if apart and own_steps else ""
    )
    ranks = {node["id"]: len(node["output_shape"] or ()) for node in description["nodes"]}
    normalization = fused_class(program, ranks) if exact else ""
    for layer in [*program.freezing, *([FUSED] if normalization else [])]:
        written = written.with_own(layer)
    sections = [
        Section("Settings", "", _constants(trained)),
        Section("Blocks", "The building blocks that this network is made of.", written.blocks),
        Section("Batch normalization", "As the run computed it.", normalization, last=True),
        _model_section(written, trained, api == "subclassing" and bool(leading)),
        Section("Training steps", "", trainable),
    ]
    if trained.problem is None:
        sections += _training_sections(trained, loop, file_stem(design.name), program, api, exact)
        about = f"{title}, trained on {words(trained.title)}."
    else:
        about = f"{title}, without a training part: {words(trained.problem).rstrip('.')}."
    filled = tuple(section for section in sections if section.code or section.run)
    return Parts(title, about, filled, memory, program, findings, untrained=trained.problem)


def script(parts: Parts) -> str:
    """The file as a script, formatted."""
    ordered = sorted(parts.sections, key=lambda section: section.last)
    body = "\n\n".join(section.code.strip("\n") for section in ordered if section.code)
    run = "\n\n".join(section.run.strip("\n") for section in parts.sections if section.run)
    main = f'def main():\n{textwrap.indent(run, "    ")}\n\n\nif __name__ == "__main__":\n    main()\n'
    needs = "Needs tensorflow, scikit-learn and matplotlib."
    head = f'"""{docstring(parts.about, 0)}\n\n{needs}\n"""\n\n'
    head = head.replace("\n\n\n", "\n\n")
    code = f"{body}\n\n\n{main}"
    return format_code(f"{head}{imports(code, parts.plan)}\n{code}\n\n{parts.carried}")


def imports(code: str, plan: Plan) -> str:
    """The import lines that some code needs, sorted; what the blocks need beyond the usual comes last."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    metrics = [name for name in ("ConfusionMatrixDisplay", "classification_report") if name in used]
    data_sets = sorted(used & _DATA_SETS)
    standard = [
        line for name, line in IMPORTS.items() if name in used and line.split()[1] in sys.stdlib_module_names
    ]
    usual = [line for name, line in IMPORTS.items() if name in used and line not in standard]
    usual += [f"from sklearn.datasets import {', '.join(data_sets)}"] if data_sets else []
    usual += [f"from sklearn.metrics import {', '.join(metrics)}"] if metrics else []
    usual += ["from sklearn.model_selection import train_test_split"] if "train_test_split" in used else []
    extra = {name: line for block in plan.blocks.values() for name, line in block.imports.items()}
    further = sorted({line for name, line in extra.items() if name in used - IMPORTS.keys()})
    return "\n".join([*standard, "", *usual, *further]).strip("\n") + "\n"


def _carried_settings(trained: TrainingPlan) -> dict[str, Any]:
    """The settings as JSON; of an uploaded file its name only, not where it lies on this machine."""
    document = trained.settings.document()
    if trained.uploaded and trained.choice.title:
        document["data"] = {**document["data"], "path": trained.choice.title}
    return document


def _constants(trained: TrainingPlan) -> str:
    if trained.problem is not None:
        return ""
    settings = trained.settings
    lines = []
    if trained.uploaded:
        path = trained.choice.title or str(trained.choice.path)
        lines.append(f"DATA = sys.argv[1] if len(sys.argv) > 1 else {path!r}")
    lines += [
        f"SEED = {settings.seed}",
        f"EPOCHS = {settings.epochs}",
        f"BATCH_SIZE = {settings.batch_size}",
        f"LEARNING_RATE = {settings.learning_rate!r}",
    ]
    if settings.validation == "share":
        lines.append(f"VALIDATION_SPLIT = {settings.validation_share!r}")
    if settings.validation == "first":
        lines.append(f"VALIDATION_EXAMPLES = {settings.validation_examples}")
    if settings.train_share != 1.0:
        lines.append(f"TRAIN_SHARE = {settings.train_share!r}")
    if any(entry.is_bytes and entry.scale == "bytes" for entry in trained.inputs):
        lines.append("SCALE = 1 / 255")
    names = class_names(trained)
    return "\n".join([*lines, names]).rstrip("\n") + "\n"


def _model_section(written: network.Network, trained: TrainingPlan, keeps_graph: bool) -> Section:
    run = "" if trained.problem is not None else "keras.utils.set_random_seed(SEED)\n"
    if trained.settings.precision == "bfloat16":
        run += 'keras.config.set_dtype_policy("mixed_bfloat16")\n'
    graph = "graph = model.build_graph()\ngraph.summary()" if keeps_graph else written.graph
    run += f"model = {written.make}\n{graph}\n"
    return Section("The network", "", written.model, run)


def _training_sections(
    trained: TrainingPlan, loop: str, stem: str, program: Plan, api: str, exact: bool
) -> list[Section]:
    adapting, adapt = learning(trained, program, api)
    functions = [adapting, *training.functions(trained, loop, program)]
    statements = training.statements(trained, loop, exact)
    trains = (
        pipeline_statements(trained, program, api, loop)
        + training.start(trained)
        + of_the_rest(statements, trained, program)
    )
    return [
        Section("Data", "", loading(trained), preparation(trained)),
        Section("Training", "", _joined(functions), adapt + trains),
        Section(
            "Evaluation",
            "",
            _joined(evaluation(trained)),
            tested(training.evaluation_statements(loop), trained, program),
        ),
        Section("Saving", "", "", training.saving(stem, trained)),
    ]


def _joined(functions: list[str]) -> str:
    return "\n\n".join(text.strip("\n") for text in functions if text) + "\n"
