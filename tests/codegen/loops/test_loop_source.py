"""The steps and the loop of a file are those of runs, without what the file does not need."""

import itertools
from pathlib import Path

import pytest

from blockwright.codegen import LOOPS, generate
from blockwright.codegen.function_source import without
from blockwright.schema.design import Design
from tests.codegen.apis.test_network import made
from tests.codegen.checking import ruff
from tests.network.designs import classifier, node

TICKETS = {"data": {"name": "tickets", "examples": 300}}


def one_output(*nodes: dict) -> Design:
    return classifier(node("ConvBlock", "stem", filters=4), *nodes, shape=(8, 8, 1))


def two_outputs() -> Design:
    heads = [
        node("Dense", "priority", ["tags"], units=1, activation="sigmoid"),
        node("Dense", "department", ["tags"], units=4, activation="softmax"),
    ]
    return made([("tags", (12,))], heads, ["priority", "department"])


def test_a_loop_holds_what_its_network_and_settings_need_and_nothing_else():
    plain = generate(one_output(), loop="custom", settings={}).text
    assert "loop.compile_steps(train_data.element_spec)" in plain
    for absent in ("sample_weight,", "loss_weight", "penalty", "stop_training", "finalize", "OutputLoss"):
        assert absent not in plain
    penalized = generate(
        one_output(node("ActivityRegularization", "penalty_", l2=0.1)), loop="custom", settings={}
    )
    assert "for penalty in self.model.losses" in penalized.text
    weighted = {**TICKETS, "outputs": {"priority": {"weight": 2.0}}}
    several = generate(two_outputs(), loop="custom", settings=weighted).text
    assert "self.loss_weight[name] * self.loss_function[name](y[name], outputs[name])" in " ".join(
        several.split()
    )
    stopping = {"callbacks": [{"name": "early_stopping"}]}
    assert (
        generate(one_output(), loop="custom", settings=stopping).text.count("if self.model.stop_training:")
        == 2
    )


def test_without_graphs_the_steps_run_line_by_line():
    for loop in LOOPS:
        eager = generate(one_output(), loop=loop, settings={"compiled": False}).text
        assert ("run_eagerly=True" in eager) == (loop != "custom")
        assert "tf.function" not in eager


@pytest.mark.parametrize("loop", LOOPS)
def test_every_loop_prints_every_few_batches(loop):
    text = generate(one_output(), loop=loop, settings={"log_every": 200}).text
    assert "PrintEvery(200)" in text
    assert "PrintEvery" not in generate(one_output(), loop=loop, settings={}).text


def test_every_variant_is_neat(tmp_path: Path):
    nodes = [(), (node("ActivityRegularization", "small", l2=0.1),)]
    callbacks = [[], [{"name": "early_stopping"}, {"name": "reduce_lr_on_plateau"}]]
    for number, (more, chosen, compiled, loop) in enumerate(
        itertools.product(nodes, callbacks, (True, False), LOOPS)
    ):
        settings = {"callbacks": chosen, "compiled": compiled, "log_every": 7}
        (tmp_path / f"one_{number}.py").write_text(
            generate(one_output(*more), "functional", loop, settings).text
        )
        weights = {"outputs": {"priority": {"weight": 2.0}}} if more else {}
        several = generate(two_outputs(), "subclassing", loop, {**TICKETS, **settings, **weights})
        assert several.untrained is None
        (tmp_path / f"several_{number}.py").write_text(several.text)
    assert ruff(tmp_path) == ""


@pytest.mark.parametrize("loop", LOOPS)
def test_weights_of_classes_are_weights_of_the_examples(loop, tmp_path: Path):
    outputs = {"head": {"class_weight": {"3": 5.0}}}
    one = generate(
        one_output(), "functional", loop, {"outputs": outputs, "loss": "categorical_crossentropy"}
    ).text
    assert "tf.gather(class_weights, tf.argmax(y, axis=-1))" in one
    outputs = {"department": {"class_weight": "balanced"}}
    several = generate(two_outputs(), "subclassing", loop, {**TICKETS, "outputs": outputs}).text
    assert 'class_weights = {"department": balanced_class_weights(y_train["department"], 4)}' in several
    assert ("weighted_metrics=" in several) == (loop != "custom")
    for name, text in (("one", one), ("several", several)):
        (tmp_path / f"{name}.py").write_text(text)
    assert ruff(tmp_path) == ""


def test_a_source_that_has_changed_is_noticed():
    with pytest.raises(ValueError, match="This is not in the source that generated files show: 'gone'"):
        without("here", "gone")
