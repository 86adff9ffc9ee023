"""The part of a generated file that trains: `fit`, a training step of its own, or a whole loop of its own."""

from blockwright.codegen.formatting import render
from blockwright.codegen.function_source import plain_source
from blockwright.codegen.loops.callback_code import callback_list, restoring
from blockwright.codegen.program.program import Plan
from blockwright.codegen.task_code import loss_argument, loss_object, task_code
from blockwright.codegen.training_plan import OutputData, TrainingPlan
from blockwright.layers import names_with
from blockwright.runtime.output_loss import OutputLoss

_PLOT = '''
def plot_history(history):
    """Draw {{ what }} of every epoch."""
    names = {{ names }}
    _, axes = plt.subplots(1, len(names), figsize=(5 * len(names), 4))
    for axis, name in zip(axes, names, strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{name}"], label="validation")
        axis.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")
'''

_WRITE_SCALAR = '''
def write_scalar(name, value, step):
    """As `tf.summary.scalar`, but without needing the tensorboard package."""
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = "scalars"
    tf.summary.write(name, tf.cast(value, tf.float32), step=step, metadata=metadata)
'''

_TRAIN = '''
def train_model(model, train_data, validation_data):
    """Train with a loop of its own; `tensorboard --logdir logs` shows every batch."""
    optimizer = {{ optimizer }}
    optimizer.build(model.trainable_variables)
{% if many %}
    loss_functions = {{ losses }}
    loss_weights = {{ weights }}
{% else %}
    loss_function = {{ losses }}
{% endif %}
    metrics = {"loss": keras.metrics.Mean(), {{ metrics }}}

    def total_loss(y, outputs):
{% if many %}
        losses = [loss_weights[name] * loss_functions[name](y[name], outputs[name]) for name in outputs]
        return sum(losses){{ penalty }}
{% else %}
        return {{ weights }}loss_function(y, outputs){{ penalty }}
{% endif %}

    def update(loss, y, outputs):
        metrics["loss"].update_state(loss, sample_weight=tf.shape({{ first }})[0])
{% for update in updates %}
        {{ update }}
{% endfor %}

    def results():
        """The values of the metrics, which start again for the next part."""
        values = {name: float(metric.result()) for name, metric in metrics.items()}
        for metric in metrics.values():
            metric.reset_state()
        return values

    @tf.function(input_signature=train_data.element_spec)
    def train_step(x, y):
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = total_loss(y, outputs)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        update(loss, y, outputs)
        return loss

    @tf.function(input_signature=validation_data.element_spec)
    def validation_step(x, y):
        outputs = model(x, training=False)
        update(total_loss(y, outputs), y, outputs)

    history = {}
    batch = 0
    with tf.summary.create_file_writer("logs").as_default():
        for epoch in range(EPOCHS):
            for x, y in train_data:
                loss = train_step(x, y)
                write_scalar("batch loss", loss, batch)
                for name in metrics.keys() - {"loss"}:
                    write_scalar(f"batch {name}", metrics[name].result(), batch)
                batch += 1
            values = results()
            for x, y in validation_data:
                validation_step(x, y)
            values |= {f"val_{name}": value for name, value in results().items()}
            for name, value in values.items():
                history.setdefault(name, []).append(value)
            printed = ", ".join(f"{name} {value:.4f}" for name, value in values.items())
            print(f"Epoch {epoch + 1}/{EPOCHS}: {printed}")
    return history
'''

_FIT = """
model.compile(optimizer={{ optimizer }}, loss={{ loss }}{{ weights }}, metrics={{ metrics }})
{{ callbacks }}{% if exact %}
# Repeated, because `fit` starts the data twice an epoch by itself and would skip every other shuffled order.
history = model.fit(
    train_data.repeat(),
    steps_per_epoch=len(train_data),
    validation_data=validation_data,
    epochs=EPOCHS,
    shuffle=False,
{% if callbacks %}
    callbacks=callbacks,
{% endif %}
)
{% else %}
# `shuffle=False`, because `train_data` is shuffled already.
history = model.fit(
    train_data, validation_data=validation_data, epochs=EPOCHS, shuffle=False{{ ", callbacks=callbacks" if callbacks }}
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
    names = ["loss", *(plan.metric_name(output) for output in plan.outputs)]
    what = " and ".join([", ".join(names[:-1]), names[-1]]).replace("_", " ")
    plot = render(_PLOT, what=what, names=f"({', '.join(repr(name) for name in names)})")
    loss = "@keras.saving.register_keras_serializable()\n" + plain_source(OutputLoss)
    losses = [loss] if plan.many_outputs else []
    return [*losses, *([_WRITE_SCALAR, _custom_loop(plan, program)] if loop == "custom" else []), plot]


def statements(plan: TrainingPlan, loop: str, exact: bool) -> str:
    """The statements that train `model`."""
    if loop == "custom":
        return "history = train_model(model, train_data, validation_data)\nplot_history(history)\n"
    losses = [loss_argument(output) for output in plan.outputs]
    metrics = [", ".join(_metrics(plan, output)) for output in plan.outputs]
    weights = [output.objective.weight for output in plan.outputs]
    weighted = f", loss_weights={_by_output(plan, list(map(repr, weights)))}" if set(weights) != {1.0} else ""
    return render(
        _FIT,
        optimizer=optimizer(plan),
        loss=_by_output(plan, losses),
        weights=weighted,
        metrics=_by_output(plan, [f"[{listed}]" for listed in metrics]),
        exact=exact,
        callbacks=callback_list(plan),
        restoring=restoring(plan),
    )


def evaluation_statements(loop: str) -> str:
    """The statements that test `model`."""
    lines = ["outputs = evaluate(model, test_data, y_test)"]
    if loop != "custom":
        lines.insert(0, "model.evaluate(test_data)")
    return "\n".join(lines) + "\n"


def saving(stem: str, plan: TrainingPlan) -> str:
    """The statements that save and load again."""
    return render(_SAVING, stem=stem, many=plan.many_outputs)


def optimizer(plan: TrainingPlan) -> str:
    """The expression that makes the optimizer."""
    settings = plan.settings
    match settings.optimizer:
        case "adam":
            return "keras.optimizers.Adam(LEARNING_RATE)"
        case "adamw":
            decay = "" if settings.weight_decay == 0.004 else f", weight_decay={settings.weight_decay!r}"
            return f"keras.optimizers.AdamW(LEARNING_RATE{decay})"
        case "sgd":
            momentum = "" if settings.momentum == 0 else f", momentum={settings.momentum!r}"
            return f"keras.optimizers.SGD(LEARNING_RATE{momentum})"
        case _:
            return "keras.optimizers.RMSprop(LEARNING_RATE)"


def _metrics(plan: TrainingPlan, output: OutputData) -> list[str]:
    """What `compile` reports of an output beside its loss; of several outputs also the loss over the examples."""
    metric = task_code(output).metric_argument(output)
    return [metric, f"OutputLoss({loss_object(output)})"] if plan.many_outputs else [metric]


def _custom_loop(plan: TrainingPlan, program: Plan) -> str:
    # Weight penalties are in `model.losses`, as ActivityRegularization's are.
    penalized = any(
        step.kind.name in names_with("adds_loss") for body in program.bodies for step in body.steps
    )
    weights = [output.objective.weight for output in plan.outputs]
    many, first = plan.many_outputs, plan.outputs[0]
    metrics = [
        (plan.metric_name(output), task_code(output).metric(output), output) for output in plan.outputs
    ]
    if many:
        losses = [
            (f"{output.key}_loss", f'OutputLoss(loss_functions["{output.key}"])', output)
            for output in plan.outputs
        ]
        metrics = losses + metrics
    compared = 'y["{key}"], outputs["{key}"]' if many else "y, outputs"
    factor = "" if weights == [1.0] else f"{weights[0]!r} * "
    return render(
        _TRAIN,
        many=many,
        optimizer=optimizer(plan),
        losses=_by_output(plan, [loss_object(output) for output in plan.outputs]),
        weights=_by_output(plan, list(map(repr, weights))) if many else factor,
        metrics=", ".join(f"{name!r}: {metric}" for name, metric, _ in metrics),
        penalty=" + sum(model.losses)" if penalized else "",
        first=f'y["{first.key}"]' if many else "y",
        updates=[
            f'metrics["{name}"].update_state({compared.format(key=output.key)})'
            for name, _, output in metrics
        ],
    )


def _by_output(plan: TrainingPlan, texts: list[str]) -> str:
    """The only text, or one text for each output by its name."""
    if not plan.many_outputs:
        return texts[0]
    entries = (f"{output.key!r}: {text}" for output, text in zip(plan.outputs, texts, strict=True))
    return f"{{{', '.join(entries)}}}"
