"""Every optimizer of Keras is declared with its arguments and defaults, is built, and is written as code."""

import inspect

import keras
import pytest

from blockwright.recipe.optimizers import OPTIMIZERS

NO_OPTIMIZER_OF_ITS_OWN = {"Optimizer", "OptimizerMap", "MultiOptimizer", "LossScaleOptimizer"}
ELSEWHERE = {"learning_rate", "name", "loss_scale_factor", "kwargs"}
DECLARED = [pytest.param(declared, id=name) for name, declared in OPTIMIZERS.items()]


def keras_class(declared):
    return getattr(keras.optimizers, declared.keras_class.removeprefix("optimizers."))


def config(optimizer):
    return {key: value for key, value in optimizer.get_config().items() if key != "name"}


def changed(declared):
    """A declaration in which every argument differs from its default, but for two of the three ways to clip."""
    values = {}
    for name, info in declared.fields().items():
        default = info.default
        if name in ("clipvalue", "global_clipnorm"):
            continue
        if isinstance(default, bool):
            values[name] = not default
        elif "int" in str(info.annotation):
            values[name] = 1 + (default or 2)
        else:
            values[name] = 0.5 * (default or 0.5)
    return declared(**values)


def test_every_optimizer_of_keras_is_declared():
    classes = {name for name, value in vars(keras.optimizers).items() if inspect.isclass(value)}
    declared = {keras_class(declared).__name__ for declared in OPTIMIZERS.values()}
    assert declared == classes - NO_OPTIMIZER_OF_ITS_OWN


@pytest.mark.parametrize("declared", DECLARED)
def test_arguments_and_defaults_are_those_of_keras(declared):
    parameters = inspect.signature(keras_class(declared).__init__).parameters
    # It names layers by their paths, which differ between the APIs of generated code.
    elsewhere = ELSEWHERE | {"self", "exclude_layers"}
    of_keras = {name: value.default for name, value in parameters.items() if name not in elsewhere}
    ours = {name: info.default for name, info in declared.fields().items()}
    assert {**ours, **declared.keras_defaults} == of_keras


@pytest.mark.parametrize("declared", DECLARED)
def test_every_argument_is_explained(declared):
    assert declared.title
    assert declared.help.endswith(".")
    for name, info in declared.fields().items():
        assert info.title, name
        assert info.description.endswith("."), name
    assert set(declared.usual) <= set(declared.fields())


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("make", [lambda declared: declared(), changed], ids=["defaults", "changed"])
def test_the_code_makes_the_object_of_the_run(declared, make):
    choice = make(declared)
    built = choice.keras_object(learning_rate=0.25)
    written = eval(choice.expression("0.25"), {"keras": keras})
    assert config(written) == config(built)
    assert {name: config(built)[name] for name in choice.arguments()} == choice.arguments()


@pytest.mark.parametrize("declared", DECLARED)
def test_settings_outside_their_range_are_refused_before_keras_sees_them(declared):
    for name, info in declared.fields().items():
        if isinstance(info.default, bool):
            continue
        for value in (float("nan"), float("inf"), "much", True):
            with pytest.raises(ValueError, match=name):
                declared(**{name: value})


def test_only_one_way_to_clip_gradients():
    with pytest.raises(ValueError, match="clips gradients in 2 ways; keep one of clipnorm, clipvalue"):
        OPTIMIZERS["adam"](clipnorm=1.0, clipvalue=0.5)


def test_only_these_defaults_differ_from_those_of_keras():
    assert {
        name: dict(declared.keras_defaults)
        for name, declared in OPTIMIZERS.items()
        if declared.keras_defaults
    } == {
        "adafactor": {"epsilon_1": 1e-30},
        "sgd": {"momentum": 0.0},
    }
    assert OPTIMIZERS["sgd"]().momentum == 0.9
