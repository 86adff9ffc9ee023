import json

from keras import layers

from blockwright.importing import import_model
from tests.importing.comparing import model_of


def test_the_default_initializers_in_every_spelling_are_no_note():
    spellings = [
        "glorot_uniform",
        {"class_name": "GlorotUniform", "config": {"seed": 3}},
        {
            "class_name": "VarianceScaling",
            "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform"},
        },
    ]
    model = json.loads(model_of(layers.Dense(3, name="d"), 4).to_json())
    for spelling in spellings:
        model["config"]["layers"][1]["config"]["kernel_initializer"] = spelling
        got = import_model(json.dumps(model))
        assert (got.notes, got.design.nodes[0].params) == ([], {"units": 3})
