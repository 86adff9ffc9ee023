"""The part of a generated file that trains: `fit`, a training step of its own, or a whole loop of its own."""

from blockwright.codegen.formatting import render
from blockwright.codegen.function_source import plain_source
from blockwright.codegen.loops.callback_code import callback_list, callback_sources, restoring
from blockwright.codegen.loops.class_weight_code import (
    class_weight_functions,
    class_weight_statements,
    weighted,
)
from blockwright.codegen.loops.loop_source import Needs, custom_loop, penalized, unequal
from blockwright.codegen.loops.metric_code import metric_expressions, metric_sources
from blockwright.codegen.program.program import Plan
from blockwright.codegen.task_code import loss_argument, loss_object, task_code
from blockwright.codegen.training_plan import OutputData, TrainingPlan
from blockwright.recipe.schedules.one_cycle import OneCycle
from blockwright.recipe.start_weights import START
from blockwright.runtime import one_cycle
from blockwright.runtime.batch_callbacks import BatchScalars, PrintEvery
from blockwright.runtime.output_loss import OutputLoss
from blockwright.runtime.start_weights import take_weights

_PLOT = '''
def plot_history(history):
    """Draw {{ what }} of every epoch."""
    names = {{ names }}
    _, axes = plt.subplots(1, len(names), figsize=(5 * len(names), 4))
    for axis, name in zip(axes, names, strict=True):
        axis.plot(history[name], label="training")
{% if validated %}
        axis.plot(history[f"val_{name}"], label="validation")
{% endif %}
        axis.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")
'''

_CUSTOM = """
optimizer = {{ optimizer }}
loss_function = {{ loss }}
metrics = {{ metrics }}
loop = CustomLoop(model, optimizer, loss_function, metrics{{ weights }})
{% if compiled %}
loop.compile_steps(train_data.element_spec)
{% endif %}
{{ callbacks }}callback_list = keras.callbacks.CallbackList(
    callbacks,
    add_history=True,
    add_progbar=True,
    model=model,
    verbose=2,
    epochs=EPOCHS,
    steps=len(train_data),
)
loop.train(train_data, {{ "validation_data, " if validated }}range(EPOCHS), callback_list)
{{ restoring }}plot_history(model.history.history)
"""

_FIT = """
model.compile(optimizer={{ optimizer }}, loss={{ loss }}{{ weights }}, metrics={{ metrics }}{{ eager }})
{{ callbacks }}{% if exact %}
# Repeated, because `fit` starts the data twice an epoch by itself and would skip every other shuffled order.
history = model.fit(
    train_data.repeat(),
    steps_per_epoch=len(train_data),
{% if validated %}
    validation_data=validation_data,
{% endif %}
    epochs=EPOCHS,
    shuffle=False,
{% if callbacks %}
    callbacks=callbacks,
{% endif %}
)
{% else %}
# `shuffle=False`, because `train_data` is shuffled already.
history = model.fit(
    train_data,{{ " validation_data=validation_data," if validated }} epochs=EPOCHS, shuffle=False{{ callbacks_given }}
)
{% endif %}
{{ restoring }}plot_history(history.history)
"""

_SAVING = """
model.save("{{ stem }}.keras")
restored = keras.models.load_model("{{ stem }}.keras")
again = restored.predict(test_data, verbose=0)
{% if many %}
difference = max(np.abs(again[name] - outputs[name]).max() for name in outputs)
{% else %}
difference = np.abs(again - outputs).max()
{% endif %}
print(f"Saved and loaded again: the outputs differ by {difference:.1e} at most.")
"""


def functions(plan: TrainingPlan, loop: str, program: Plan) -> list[str]:
    """The functions that train and draw."""
    names = ["loss", *(name for output in plan.outputs for name in plan.metric_names(output))]
    what = " and ".join([", ".join(names[:-1]), names[-1]]).replace("_", " ")
    plot = render(
        _PLOT, what=what, validated=plan.validated, names=f"({', '.join(repr(name) for name in names)})"
    )
    loss = "@keras.saving.register_keras_serializable()\n" + plain_source(OutputLoss)
    losses = [loss] if plan.many_outputs else []
    if isinstance(plan.settings.schedule, OneCycle):
        schedule = plain_source(one_cycle.OneCycle)
        losses.append(f"@keras.saving.register_keras_serializable()\n{schedule}")
    own = [custom_loop(plan, _needs(plan, program))] if loop == "custom" else []
    own += [plain_source(take_weights)] if plan.settings.weights_from else []
    written = [*own, *callback_sources(plan), *map(plain_source, _callbacks(plan, loop))]
    return [*class_weight_functions(plan), *losses, *metric_sources(plan), *written, plot]


def start(plan: TrainingPlan) -> str:
    """The statement that takes the weights of another run; empty where the network starts from random ones."""
    return f'take_weights(model, "{START}")\n' if plan.settings.weights_from else ""


def statements(plan: TrainingPlan, loop: str, exact: bool) -> str:
    """The statements that train `model`."""
    return class_weight_statements(plan) + _training(plan, loop, exact)


def _training(plan: TrainingPlan, loop: str, exact: bool) -> str:
    weights = [repr(output.objective.weight) for output in plan.outputs]
    callbacks = callback_list(plan, loop, list(_callbacks(plan, loop).values()))
    if loop == "custom":
        return render(
            _CUSTOM,
            optimizer=optimizer(plan),
            loss=_by_output(plan, [loss_object(output) for output in plan.outputs]),
            metrics=_by_output(
                plan, [_listed(task_code(output).metric(output), output) for output in plan.outputs]
            ),
            weights=f", {_by_output(plan, weights)}" if unequal(plan) else "",
            compiled=plan.settings.compiled,
            validated=plan.validated,
            callbacks=callbacks,
            restoring=restoring(plan),
        )
    losses = [loss_argument(output) for output in plan.outputs]
    metrics = [_listed(task_code(output).metric_argument(output), output) for output in plan.outputs]
    means = [f"OutputLoss({loss_object(output)})" for output in plan.outputs]
    of_examples = ""
    if weighted(plan) and plan.many_outputs:
        of_examples = f", weighted_metrics={_by_output(plan, [f'[{mean}]' for mean in means])}"
    elif plan.many_outputs:
        metrics = [f"{listed[:-1]}, {mean}]" for listed, mean in zip(metrics, means, strict=True)]
    return render(
        _FIT,
        optimizer=optimizer(plan),
        loss=_by_output(plan, losses),
        weights=f", loss_weights={_by_output(plan, weights)}" if unequal(plan) else "",
        metrics=_by_output(plan, metrics) + of_examples,
        eager="" if plan.settings.compiled else ", run_eagerly=True",
        exact=exact,
        validated=plan.validated,
        callbacks_given=", callbacks=callbacks" if callbacks else "",
        callbacks=callbacks,
        restoring=restoring(plan),
    )


def evaluation_statements(loop: str) -> str:
    """The statements that test `model`."""
    tested = ["model.evaluate(test_data)"]
    if loop == "custom":
        tested = [
            "tested = loop.evaluate(test_data, callback_list)",
            'print("Test:", ", ".join(f"{name} {value:.4f}" for name, value in tested.items()))',
        ]
    return "\n".join([*tested, "outputs = evaluate(model, test_data, y_test)"]) + "\n"


def saving(stem: str, plan: TrainingPlan) -> str:
    """The statements that save and load again."""
    return render(_SAVING, stem=stem, many=plan.many_outputs)


def optimizer(plan: TrainingPlan) -> str:
    """The expression that makes the optimizer."""
    settings = plan.settings
    steps = "EPOCHS * len(train_data)"
    if settings.optimizer.gradient_accumulation_steps:
        steps = f"max(1, {steps} // {settings.optimizer.gradient_accumulation_steps})"
    return settings.optimizer.expression(settings.schedule.written("LEARNING_RATE", steps, "EPOCHS"))


def _needs(plan: TrainingPlan, program: Plan) -> Needs:
    """What a loop from scratch has to do beside the usual."""
    return Needs(
        weighted=weighted(plan),
        penalized=penalized(program),
        stops=any(callback.stops for callback in plan.callbacks),
        sets_rate=any(callback.sets_rate for callback in plan.callbacks),
        averages=plan.settings.optimizer.use_ema,
        validates=plan.validated,
    )


def _callbacks(plan: TrainingPlan, loop: str) -> dict[type, str]:
    """The callbacks that print and write, and the expressions that make them."""
    callbacks: dict[type, str] = {}
    if loop == "custom":
        callbacks[BatchScalars] = "BatchScalars()"
    if plan.settings.log_every:
        callbacks[PrintEvery] = f"PrintEvery({plan.settings.log_every})"
    return callbacks


def _listed(metric: str, output: OutputData) -> str:
    """The list of an output's metrics: that of its task, and those that were chosen."""
    return f"[{', '.join([metric, *metric_expressions(output)])}]"


def _by_output(plan: TrainingPlan, texts: list[str]) -> str:
    """The only text, or one text for each output by its name."""
    if not plan.many_outputs:
        return texts[0]
    entries = (f"{output.key!r}: {text}" for output, text in zip(plan.outputs, texts, strict=True))
    return f"{{{', '.join(entries)}}}"
