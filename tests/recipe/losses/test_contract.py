"""Every loss of Keras that fits a target is declared, is built, is written as code, and is read from its text."""

import inspect

import keras
import pytest

from blockwright.recipe.losses import AUTO, LOSSES, loss_text, read_loss
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.tasks import TASKS

ELSEWHERE = {"Loss", "CTC", "Circle"}
"""The base class; the losses of sequences without alignment, and of pairs of embeddings."""
OF_OUTPUT = {"self", "from_logits", "label_smoothing", "axis", "reduction", "name", "dtype", "ignore_class"}
DECLARED = [pytest.param(declared, id=name) for name, declared in LOSSES.items()]


def keras_class(declared):
    return getattr(keras.losses, declared.keras_class.removeprefix("losses."))


def test_every_loss_of_keras_that_fits_a_target_is_declared():
    classes = {name for name, value in vars(keras.losses).items() if inspect.isclass(value)}
    assert {keras_class(declared).__name__ for declared in LOSSES.values()} == classes - ELSEWHERE


@pytest.mark.parametrize("declared", DECLARED)
def test_arguments_and_defaults_are_those_of_keras(declared):
    parameters = inspect.signature(keras_class(declared).__init__).parameters
    assert {name: info.default for name, info in declared.fields().items()} == {
        name: value.default for name, value in parameters.items() if name not in OF_OUTPUT
    }
    assert declared.takes_logits == ("from_logits" in parameters)
    assert declared.smooths_labels == ("label_smoothing" in parameters)


@pytest.mark.parametrize("declared", DECLARED)
def test_every_loss_is_explained_and_belongs_to_the_tasks_that_offer_it(declared):
    assert declared.title
    assert declared.help.endswith(".")
    assert declared.axis_title.startswith("Loss (")
    assert set(declared.kinds) == {kind for kind, task in TASKS.items() if declared().name in task.losses}
    for name, info in declared.fields().items():
        assert info.title, name
        assert info.description.endswith("."), name


@pytest.mark.parametrize("declared", DECLARED)
def test_the_code_makes_the_object_of_the_run_and_the_text_the_same_loss(declared):
    values = {
        name: (not info.default if isinstance(info.default, bool) else info.default * 0.5)
        for name, info in declared.fields().items()
    }
    loss = declared(**values)
    assert eval(loss.expression(), {"keras": keras}).get_config() == loss.keras_object().get_config()
    assert read_loss(loss_text(loss)) == loss
    assert loss_text(declared()) == loss.name
    assert Settings.read({"loss": loss_text(loss)}).loss == loss_text(loss)


@pytest.mark.parametrize("declared", DECLARED)
def test_a_name_alone_stands_for_the_loss_where_it_says_so(declared):
    if not declared.has_short_name:
        with pytest.raises(ValueError, match="Could not interpret loss identifier"):
            keras.losses.get(declared().name)
        return
    parameters = list(inspect.signature(keras.losses.get(declared().name)).parameters.values())[2:]
    assert all(param.default is not inspect.Parameter.empty for param in parameters)


def test_the_loss_of_one_output_separates_arguments_by_semicolons():
    settings = Settings.read({"outputs": {"mask": {"loss": "tversky:alpha=0.3;beta=0.7"}}})
    assert settings.outputs["mask"].loss == "tversky:alpha=0.3,beta=0.7"
    assert Settings.read({"loss": {"name": "huber", "delta": 2}}).loss == "huber:delta=2"
    assert read_loss(AUTO) is None


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        ("nothing", "`loss` must be 'auto', .* or '.*'. Received: loss='nothing'."),
        (
            "huber:delta=0",
            "`loss` has an argument of huber that does not fit: `delta` must be greater than 0.",
        ),
        ("huber:gamma=1", "`loss` gives huber the argument 'gamma'; it has delta."),
        ("hinge:gamma=1", "`loss` gives hinge the argument 'gamma'; it has none."),
        ("huber:delta", "`loss` has 'delta' without a value"),
        (3, "`loss` must be 'auto'"),
        (["huber"], "`loss` must be 'auto'"),
    ],
)
def test_a_wrong_loss_is_refused_in_a_sentence(loss, sentence):
    with pytest.raises(SettingsError, match=sentence):
        Settings.read({"loss": loss})
