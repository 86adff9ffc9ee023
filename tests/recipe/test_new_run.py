import pytest

from blockwright.recipe.defaults import BATCH_SIZE, DATA, VALIDATION_SHARE
from blockwright.recipe.new_run import NEW_RUN, completed, new_run
from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import part_counts, share_counts

CONSTANT = Settings().document()["schedule"]


def test_nothing_chosen_gives_the_defaults_of_a_new_run():
    assert Settings.read(new_run({})) == NEW_RUN
    assert Settings.read(completed({})) == NEW_RUN


def test_what_was_chosen_stays():
    chosen = {"epochs": 2, "learning_rate": 0.5, "optimizer": "sgd:momentum=0.5"}
    settings = new_run(chosen)
    assert {name: settings[name] for name in chosen} == chosen


@pytest.mark.parametrize("optimizer", ["sgd", "sgd:momentum=0.5", {"name": "muon"}])
def test_another_optimizer_has_its_earlier_rate_and_schedule(optimizer):
    settings = new_run({"optimizer": optimizer})
    assert settings["learning_rate"] == Settings().learning_rate
    assert settings["schedule"] == CONSTANT
    assert settings["batch_size"] == NEW_RUN.batch_size


@pytest.mark.parametrize("optimizer", ["adam", "adam:beta_1=0.8", {"name": "adam"}])
def test_adam_by_name_has_the_defaults(optimizer):
    assert new_run({"optimizer": optimizer})["learning_rate"] == NEW_RUN.learning_rate


@pytest.mark.parametrize("callback", ["reduce_lr_on_plateau:patience=1", {"name": "reduce_lr_on_plateau"}])
def test_a_callback_that_sets_the_rate_has_a_constant_schedule_beside_it(callback):
    settings = new_run({"callbacks": [callback]})
    assert settings["schedule"] == CONSTANT
    Settings.read(settings)


def test_other_callbacks_leave_the_schedule():
    assert new_run({"callbacks": ("csv_logger",)})["schedule"] == NEW_RUN.document()["schedule"]


def test_a_draft_of_an_earlier_version_keeps_what_it_meant():
    assert Settings.read(completed({"epochs": 7})) == Settings(epochs=7)
    assert Settings.read(completed({"optimizer": "sgd", "momentum": 0.5})) == Settings.read(
        {"optimizer": {"name": "sgd", "momentum": 0.5}}
    )


def test_a_chosen_data_set_alone_is_no_training_setting():
    assert Settings.read(completed({"data": {"name": "shapes"}, "outputs": {}})) == NEW_RUN.model_copy(
        update={"data": Settings(data={"name": "shapes"}).data}
    )


def test_the_first_page_tells_the_time_of_an_epoch_of_a_new_run():
    assert (NEW_RUN.batch_size, NEW_RUN.data) == (BATCH_SIZE, {"name": DATA})
    assert part_counts(NEW_RUN, 1437, 360) == share_counts(1437, VALIDATION_SHARE) == (1293, 144)
