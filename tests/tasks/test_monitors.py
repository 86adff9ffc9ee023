from blockwright.recipe.settings import Settings
from blockwright.tasks.monitors import monitors, run_callbacks


def test_the_curves_of_one_output_have_its_names():
    assert monitors({"head": "mae"}) == {"val_loss": "min", "val_mae": "min", "loss": "min", "mae": "min"}


def test_the_curves_of_several_outputs_carry_their_ids():
    curves = monitors({"price": "mae", "kind": "accuracy"})
    assert {name: mode for name, mode in curves.items() if name.startswith("val_")} == {
        "val_loss": "min",
        "val_price_loss": "min",
        "val_price_mae": "min",
        "val_kind_loss": "min",
        "val_kind_accuracy": "max",
    }


def test_the_mode_follows_from_the_monitor_unless_it_is_chosen():
    settings = Settings.read(
        {"callbacks": ["early_stopping:monitor=val_kind_accuracy", "reduce_lr_on_plateau:mode=max"]}
    )
    chosen = run_callbacks(settings, {"price": "mae", "kind": "accuracy"})
    assert [callback.mode for callback in chosen] == ["max", "max"]
