"""What trains and validates, and what varies the images, on the page Train."""

import pytest

from tests.ui.page_harness import MINE, store, words
from tests.ui.train.test_train import designed

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_each_validation_has_its_own_number():
    app = designed()
    assert app.number_input(key="train_set_validation_share").value == 0.1
    app.selectbox(key="train_set_validation").set_value("first").run()
    keys = {field.key for field in app.number_input}
    assert "train_set_validation_examples" in keys
    assert "train_set_validation_share" not in keys
    said = words(app)
    assert "The first 10,000 examples are to validate, but there are only 1,500 training examples." in said
    assert app.button(key="train_start").disabled
    app.number_input(key="train_set_validation_examples").set_value(300).run()
    assert "About 1,200 training images" in words(app)
    assert not app.button(key="train_start").disabled


def test_a_part_of_the_file_is_offered_for_a_file_that_has_one():
    app = designed()
    assert "A part of the file" not in app.selectbox(key="train_set_validation").options
    assert "The test examples" in app.selectbox(key="train_set_validation").options


def test_a_callback_without_the_validation_that_it_monitors():
    app = designed()
    app.toggle(key="train_set_callback_early_stopping").set_value(True).run()
    app.selectbox(key="train_set_validation").set_value("none").run()
    said = words(app).replace("\\", "")
    assert "EarlyStopping monitors `val_loss`, which this run does not measure." in said
    assert "Curves with val_ need a validation part" in said
    assert app.button(key="train_start").disabled


def test_a_run_with_random_labels_says_so():
    app = designed()
    app.number_input(key="train_set_train_share").set_value(0.5).run()
    app.toggle(key="train_set_random_labels").set_value(True).run()
    assert "About 675 training images" in words(app)
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert (run.settings["train_share"], run.settings["random_labels"]) == (0.5, True)
    assert "Digits, 0.5 of it with random labels" in words(app)


def test_images_are_shown_before_and_after_augmentation():
    app = designed()
    app.toggle(key="train_set_augmentation_random_rotation").set_value(True).run()
    app.number_input(key="train_set_augmentation_random_rotation_factor").set_value(0.2).run()
    said = words(app)
    assert "in the input pipeline" in said
    assert "Training images before (above) and after augmentation." in said
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    (chosen,) = run.settings["augmentations"]
    assert (chosen["name"], chosen["factor"]) == ("random_rotation", 0.2)


def test_augmentations_are_for_images():
    app = designed()
    app.selectbox(key="train_set_data").set_value("wine").run()
    assert "train_set_augmentation_random_flip" not in {toggle.key for toggle in app.toggle}


def test_where_preprocessing_runs_is_asked_for_designs_that_begin_with_some():
    app = designed()
    assert "train_set_preprocessing" not in {box.key for box in app.selectbox}
    nodes = [{"id": "scaled", "block": "Rescaling"}, {"id": "flat", "block": "Flatten"}]
    nodes.append({"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}})
    app = designed(nodes=nodes)
    app.selectbox(key="train_set_preprocessing").set_value("pipeline").run()
    app.button(key="train_start").click().run()
    assert store().runs(MINE)[0].settings["preprocessing"] == "pipeline"
