"""The part of a file that trains and tests networks for tables, texts, and several inputs or outputs."""

from blockwright.codegen.data.wide_loading import one_hot_units
from blockwright.codegen.loops.training import LOSSES, WRITE_SCALAR, optimizer
from blockwright.codegen.loops.training_config import Task
from blockwright.codegen.loops.wide import Wide, WideOutput
from blockwright.codegen.loops.wide_reports import reports
from blockwright.codegen.names import words
from blockwright.codegen.program.program import Plan

_PLOT = '''
def plot_history(history):
    """Draw {what} of every epoch."""
    names = {names}
    _, axes = plt.subplots(1, len(names), figsize=(5 * len(names), 4))
    for axis, name in zip(axes, names, strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{{name}}"], label="validation")
        axis.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")
'''

_TRAIN = '''
def train_model(model, train_data, validation_data):
    """Train with a loop of its own; `tensorboard --logdir logs` shows every batch."""
    optimizer = {optimizer}
    optimizer.build(model.trainable_variables)
{losses}
    mean_loss = keras.metrics.Mean()
{metrics}

    def total_loss(y, outputs):
{total}

    def update(loss, y, outputs):
        mean_loss.update_state(loss, sample_weight=tf.shape({first})[0])
{update}

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

    def results():
        """What the metrics say by now; they begin anew."""
        said = {{"loss": mean_loss, **metrics}}
        values = {{name: float(metric.result()) for name, metric in said.items()}}
        for metric in said.values():
            metric.reset_state()
        return values

    history = {{}}
    writer = tf.summary.create_file_writer("logs")
    batch = 0
    with writer.as_default():
        for epoch in range(EPOCHS):
            for x, y in train_data:
                loss = train_step(x, y)
                write_scalar("batch loss", loss, batch)
                batch += 1
            said = results()
            for x, y in validation_data:
                validation_step(x, y)
            said |= {{f"val_{{name}}": value for name, value in results().items()}}
            for name, value in said.items():
                history.setdefault(name, []).append(value)
            values = [f"{{name}} {{value:.4f}}" for name, value in said.items()]
            print(f"Epoch {{epoch + 1}}/{{EPOCHS}}:", ", ".join(values))
    return history
'''

_EVALUATE = '''
def evaluate(model, test_data, y_test):
    """Report on every example of the test part, and draw what the network makes of it."""
    outputs = model.predict(test_data, verbose=0)
{lines}
    return outputs
'''


def wide_functions(task: Task, wide: Wide, loop: str, plan: Plan) -> str:
    """The functions that train and draw."""
    names = ["loss", *(wide.measure(one) for one in wide.outputs)]
    what = " and ".join([", ".join(names[:-1]), names[-1]]).replace("_", " ")
    parts = [_PLOT.format(what=what, names=_texts(names))]
    if loop == "custom":
        parts = [WRITE_SCALAR, _own_loop(task, wide, plan), *parts]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def wide_statements(task: Task, wide: Wide, loop: str) -> str:
    """The statements that train `model`."""
    if loop == "custom":
        return "history = train_model(model, train_data, validation_data)\nplot_history(history)\n"
    losses, metrics = [loss_text(one) for one in wide.outputs], [metric_text(one) for one in wide.outputs]
    weights = [one.goal.weight for one in wide.outputs]
    if wide.many_outputs:
        keys = [one.key for one in wide.outputs]
        loss = _named(keys, losses)
        weight = _named(keys, [f"{one!r}" for one in weights]) if set(weights) != {1.0} else ""
        metric = _named(keys, [f"[{one}]" for one in metrics])
    else:
        loss, metric = losses[0], f"[{metrics[0]}]"
        weight = f"{weights[0]!r}" if weights[0] != 1.0 else ""
    weight = f", loss_weights={weight}" if weight else ""
    return (
        f"model.compile(optimizer={optimizer(task)}, loss={loss}{weight}, metrics={metric})\n"
        "history = model.fit(train_data.repeat(), steps_per_epoch=len(train_data), "
        "validation_data=validation_data, epochs=EPOCHS)\n"
        "plot_history(history.history)\n"
    )


def wide_evaluation(wide: Wide) -> str:
    """The functions that evaluate."""
    functions, calls = reports(wide)
    parts = [*functions, _EVALUATE.format(lines="\n".join(f"    {line}" for line in calls))]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def wide_evaluation_statements(loop: str) -> str:
    """The statements that test `model`."""
    lines = ["outputs = evaluate(model, test_data, y_test)"]
    if loop != "custom":
        lines.insert(0, "model.evaluate(test_data)")
    return "\n".join(lines) + "\n"


def wide_saving(stem: str, wide: Wide) -> str:
    """The statements that save and load again."""
    difference = "np.abs(again - outputs).max()"
    if wide.many_outputs:
        difference = "max(np.abs(again[name] - outputs[name]).max() for name in outputs)"
    return f'''
model.save("{stem}.keras")
restored = keras.models.load_model("{stem}.keras")
again = restored.predict(test_data, verbose=0)
difference = {difference}
print(f"Saved and loaded again: the outputs differ by {{difference:.1e}} at most.")
'''.strip("\n")


def class_names_of(wide: Wide) -> str:
    """The constant with the names of classes and tags; empty where there are none."""
    named = [(one.key, one.goal.target.class_names) for one in wide.outputs if one.goal.target.class_names]
    if not named:
        return ""
    texts = [f"[{', '.join(repr(words(name)) for name in names)}]" for _, names in named]
    if not wide.many_outputs:
        return f"CLASS_NAMES = {texts[0]}"
    return f"CLASS_NAMES = {_named([key for key, _ in named], texts)}"


def loss_text(output: WideOutput) -> str:
    """The loss as `compile` takes it: by its name where that says all."""
    text = loss_object(output)
    return f'"{output.goal.loss}"' if text.endswith("()") else text


def loss_object(output: WideOutput) -> str:
    """The expression that makes the loss."""
    goal = output.goal
    scores = goal.loss_takes_logits
    return f"keras.losses.{LOSSES[goal.loss].keras_class}({'from_logits=True' if scores else ''})"


def metric_text(output: WideOutput) -> str:
    """The metric as `compile` takes it."""
    goal = output.goal
    if goal.metric.name == "mae":
        return '"mae"'
    plain = goal.task.stratifies and not (goal.units == 1 and goal.from_logits)
    return '"accuracy"' if plain else metric_object(output)


def metric_object(output: WideOutput) -> str:
    """The expression that makes the metric."""
    goal = output.goal
    if goal.metric.name == "mae":
        return 'keras.metrics.MeanAbsoluteError("mae")'
    if not goal.task.stratifies or goal.units == 1:
        return f'keras.metrics.BinaryAccuracy("accuracy"{", threshold=0.0" if goal.from_logits else ""})'
    kind = "CategoricalAccuracy" if one_hot_units(output) else "SparseCategoricalAccuracy"
    return f'keras.metrics.{kind}("accuracy")'


def _own_loop(task: Task, wide: Wide, plan: Plan) -> str:
    keys = [one.key for one in wide.outputs]
    metrics = _named(
        [wide.measure(one) for one in wide.outputs], [metric_object(one) for one in wide.outputs]
    )
    extra = any(step.kind.name == "ActivityRegularization" for body in plan.bodies for step in body.steps)
    more = " + sum(model.losses)" if extra else ""
    if wide.many_outputs:
        losses = f"    loss_functions = {_named(keys, [loss_object(one) for one in wide.outputs])}\n"
        losses += f"    loss_weights = {_named(keys, [repr(one.goal.weight) for one in wide.outputs])}"
        total = (
            "        losses = {name: loss_functions[name](y[name], outputs[name]) for name in outputs}\n"
            f"        return sum(loss_weights[name] * losses[name] for name in losses){more}"
        )
        pairs = [
            f'metrics["{wide.measure(one)}"].update_state(y["{one.key}"], outputs["{one.key}"])'
            for one in wide.outputs
        ]
        first = f'y["{keys[0]}"]'
    else:
        only = wide.outputs[0]
        losses = f"    loss_function = {loss_object(only)}"
        weight = "" if only.goal.weight == 1.0 else f"{only.goal.weight!r} * "
        total = f"        return {weight}loss_function(y, outputs){more}"
        pairs = [f'metrics["{wide.measure(only)}"].update_state(y, outputs)']
        first = "y"
    return _TRAIN.format(
        optimizer=optimizer(task),
        losses=losses,
        metrics=f"    metrics = {metrics}",
        total=total,
        first=first,
        update="\n".join(f"        {pair}" for pair in pairs),
    )


def _named(keys: list[str], texts: list[str]) -> str:
    return f"{{{', '.join(f'{key!r}: {text}' for key, text in zip(keys, texts, strict=True))}}}"


def _texts(names: list[str]) -> str:
    return f"({', '.join(repr(name) for name in names)})"
