"""The value of `--output-settings`."""

import pytest

from blockwright.cli.output_settings import parse_output_settings
from blockwright.recipe.settings import SettingsError


def test_values_become_the_settings_of_their_outputs():
    values = ["price: loss = huber , weight=0.2,label_smoothing=0.1", "a:b:target=red, green,weight=2"]
    assert parse_output_settings(values, ("price", "a", "a:b")) == {
        "price": {"loss": "huber", "weight": 0.2, "label_smoothing": 0.1},
        "a:b": {"target": "red, green", "weight": 2.0},
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            ["price"],
            "--output-settings must be NAME:KEY=VALUE, such as \"priority:loss=huber,weight=0.2\". Received: 'price'.",
        ),
        (
            ["cost:weight=1"],
            '--output-settings names "cost", which is not an output of the design. Its outputs: "price", "kind".',
        ),
        (
            ["price:weight"],
            "--output-settings \"price\" has 'weight' without a value. Its keys are loss, weight, target",
        ),
        (["price:"], "--output-settings \"price\" has '' without a value."),
        (["price:colour=red"], "--output-settings \"price\" has the unknown key 'colour'."),
        (["price:weight=1,weight=2"], '--output-settings "price" has weight twice.'),
        (["price:weight=1", "price:loss=huber"], '--output-settings names "price" twice.'),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_a_sentence(values, message):
    with pytest.raises(SettingsError) as refused:
        parse_output_settings(values, ("price", "kind"))
    assert message in str(refused.value)


def test_every_problem_is_reported_at_once():
    with pytest.raises(SettingsError) as refused:
        parse_output_settings(["nothing", "price:colour=red,size=2"], ("price",))
    assert len(refused.value.sentences) == 3
