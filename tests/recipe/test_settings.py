import pytest

from blockwright.recipe.settings import OutputSettings, Settings, SettingsError


def test_the_defaults_are_those_of_the_page():
    assert Settings.read({}).document() == {
        "optimizer": {
            "name": "adam",
            "beta_1": 0.9,
            "beta_2": 0.999,
            "epsilon": 1e-7,
            "amsgrad": False,
            "weight_decay": None,
            "clipnorm": None,
            "clipvalue": None,
            "global_clipnorm": None,
            "use_ema": False,
            "ema_momentum": 0.99,
            "ema_overwrite_frequency": None,
            "gradient_accumulation_steps": None,
        },
        "learning_rate": 1e-3,
        "schedule": {"name": "constant"},
        "loss": "auto",
        "label_smoothing": 0.0,
        "batch_size": 32,
        "epochs": 5,
        "validation": "share",
        "validation_share": 0.1,
        "validation_examples": 10_000,
        "train_share": 1.0,
        "random_labels": False,
        "seed": 0,
        "precision": "auto",
        "from_logits": "auto",
        "loop": "fit",
        "compiled": True,
        "log_every": 0,
        "scaling": "auto",
        "preprocessing": "network",
        "data": {"name": "digits"},
        "data_version": 3,
        "live": True,
    }


def test_settings_survive_their_document():
    settings = Settings.read(
        {"optimizer": "sgd", "learning_rate": 1e9, "data": {"name": "shapes", "size": 32}}
    )
    assert Settings.read(settings.document()) == settings


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"epochs": 0}, "`epochs` must be at least 1. Received: epochs=0."),
        ({"epochs": 1e5}, "`epochs` must be a whole number. Received: epochs=100000.0."),
        ({"batch_size": True}, "`batch_size` must be a whole number. Received: batch_size=True."),
        ({"learning_rate": 0}, "`learning_rate` must be greater than 0. Received: learning_rate=0."),
        (
            {"learning_rate": float("inf")},
            "`learning_rate` must be a finite number. Received: learning_rate=inf.",
        ),
        (
            {"learning_rate": float("nan")},
            "`learning_rate` must be a finite number. Received: learning_rate=nan.",
        ),
        ({"learning_rate": "fast"}, "`learning_rate` must be a number. Received: learning_rate='fast'."),
        (
            {"learning_rate": 2e12},
            "`learning_rate` must be at most 1e+12. Received: learning_rate=2000000000000.0.",
        ),
        ({"validation_share": 1}, "`validation_share` must be at most 0.9. Received: validation_share=1."),
        (
            {"optimizer": "sgd", "momentum": 1},
            "`optimizer.momentum` must be less than 1. Received: optimizer.momentum=1.",
        ),
        (
            {"optimizer": {"name": "adam", "momentum": 0.5}},
            "`optimizer.momentum` is not an argument of Adam; remove it. Valid names:",
        ),
        ({"optimizer": "sdg"}, "`optimizer` must be one of adadelta, adafactor, adagrad, adam, "),
        ({"optimizer": {"name": []}}, "`optimizer` must be one of adadelta"),
        ({"optimizer": {"beta_1": 0.5}}, "`optimizer` must be one of adadelta"),
        (
            {"optimizer": 7},
            '`optimizer` must be a name or an object such as {"name": "sgd", ',
        ),
        (
            {"optimizer": {"name": "adam", "clipnorm": 1, "clipvalue": 2}},
            "`optimizer` clips gradients in 2 ways; keep one of clipnorm, clipvalue.",
        ),
        (
            {"optimizer": {"name": "adam", "weight_decay": float("inf")}},
            "`optimizer.weight_decay` must be a finite number. Received: optimizer.weight_decay=inf.",
        ),
        ({"label_smoothing": -0.1}, "`label_smoothing` must be at least 0."),
        ({"seed": -1}, "`seed` must be at least 0. Received: seed=-1."),
        ({"precision": "float64"}, "`precision` must be 'auto', 'float32' or 'bfloat16'."),
        ({"loop": "while"}, "`loop` must be 'fit', 'train_step' or 'custom'. Received: loop='while'."),
        ({"compiled": 0}, "`compiled` must be true or false. Received: compiled=0."),
        ({"live": 1}, "`live` must be true or false. Received: live=1."),
        ({"data": {"name": "imagenet"}}, "There is no data set called 'imagenet'."),
        ({"data": 7}, "`data` must be an object"),
        ({"speed": 1}, "`speed` is not a training setting; remove it."),
        ([], "Training settings are an object of names and values."),
    ],
)
def test_bad_settings_are_refused_with_a_sentence(document, sentence):
    with pytest.raises(SettingsError) as refusal:
        Settings.read(document)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("earlier", "optimizer"),
    [
        ({"optimizer": "adam", "momentum": 0.5, "weight_decay": 0.1}, {"name": "adam"}),
        ({"optimizer": "sgd", "momentum": 0.5, "weight_decay": 0.1}, {"name": "sgd", "momentum": 0.5}),
        ({"optimizer": "sgd"}, {"name": "sgd", "momentum": 0.9}),
        (
            {"optimizer": "adamw", "momentum": 0.5, "weight_decay": 0.1},
            {"name": "adamw", "weight_decay": 0.1},
        ),
        ({"optimizer": "rmsprop", "momentum": 0.5}, {"name": "rmsprop", "momentum": 0.0}),
        ({"momentum": 0.5}, {"name": "adam"}),
    ],
)
def test_settings_of_earlier_versions_keep_their_optimizer(earlier, optimizer):
    assert Settings.read(earlier).optimizer == Settings.read({"optimizer": optimizer}).optimizer
    assert Settings.read(Settings.of_stored_run(earlier)).optimizer.name == optimizer["name"]


def test_an_optimizer_beside_settings_of_earlier_versions_is_not_guessed_at():
    with pytest.raises(SettingsError, match="`momentum` is not a training setting"):
        Settings.read({"optimizer": {"name": "sgd"}, "momentum": 0.5})


def test_outputs_say_only_what_is_chosen_for_them():
    settings = Settings.read({"outputs": {"price": {"loss": "huber", "target": "cost"}, "kind": {}}})
    assert settings.document()["outputs"] == {
        "price": {"loss": "huber", "weight": 1.0, "target": "cost"},
        "kind": {"loss": "auto", "weight": 1.0},
    }
    assert Settings.read(settings.document()) == settings
    assert settings.output("price").loss == "huber"
    assert settings.output("another") == OutputSettings()


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        ({"a": {"weight": -1}}, "`outputs.a.weight` must be at least 0. Received: outputs.a.weight=-1."),
        ({"a": {"label_smoothing": 1}}, "`outputs.a.label_smoothing` must be less than 1."),
        ({"a": {"weight": True}}, "`outputs.a.weight` must be a number."),
        ({"a": {"weight": float("nan")}}, "`outputs.a.weight` must be a finite number."),
        ({"a": {"loss": "triplet"}}, "`outputs.a.loss` must be 'auto', 'binary_crossentropy', "),
        ({"a": {"target": ""}}, "`outputs.a.target` must be a name of 1 to 120 characters."),
        ({"a": {"target": 3}}, "`outputs.a.target` must be text. Received: outputs.a.target=3."),
        ({"a": {"metric": "x"}}, "`outputs.a.metric` is not a setting of an output; remove it."),
        ({"a": 5}, "`outputs.a` must be an object such as"),
        (["a"], "`outputs` must be an object of outputs, such as"),
        ({str(n): {} for n in range(20)}, "`outputs` has 20 entries; a design has at most 16 outputs."),
    ],
)
def test_bad_settings_of_outputs_are_refused_with_a_sentence(outputs, sentence):
    with pytest.raises(SettingsError) as refusal:
        Settings.read({"outputs": outputs})
    assert sentence in str(refusal.value)


def test_all_problems_are_told_at_once_with_their_places():
    with pytest.raises(SettingsError) as refusal:
        Settings.read({"epochs": 0, "learning_rate": -1, "data": {"name": "x"}})
    assert sorted(refusal.value.fields) == ["data", "epochs", "learning_rate"]
    assert len(refusal.value.sentences) == 3


def test_a_class_that_is_weighed_twice_is_refused():
    with pytest.raises(SettingsError, match="names the class 'cat' twice"):
        Settings.read({"outputs": {"kind": {"class_weight": "cat: 1, dog: 2, cat: 3"}}})
