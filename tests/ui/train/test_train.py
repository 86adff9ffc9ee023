import io
import json
import re

import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.optimizers.sgd import SGD
from blockwright.recipe.settings import Settings
from blockwright.runs.files.home import run_folder
from blockwright.ui.shell import state
from blockwright.ui.train import training_time
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, keys, links, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(**changes):
    """A session whose current design is the small net, with some nodes or its input changed."""
    document = {**synthetic.DESIGN, **changes}
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(document))
    return app.run()


def npz(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def test_an_empty_design_is_sent_to_the_gallery():
    app = visit("train")
    assert app.button(key="train_start").disabled
    assert "The design has no blocks yet." in words(app)


def test_the_data_set_shows_what_is_in_it():
    said = words(designed())
    assert "1,797 real handwritten digits" in said
    assert "8 × 8 × 1 pixels and channels · 10 classes · 1,500 training and 297 test images" in said
    assert "Classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("iris", "features: 4 values · target species: one of 3 classes · 120 training and 30 test rows"),
        ("diabetes", "features: 10 values · target progression: a number · 354 training and 88 test rows"),
        (
            "tickets",
            "title: text · body: text · tags: 12 tags · target priority: a number · target department: one of 4",
        ),
        ("reviews", "text: text · target opinion: one of 2 classes"),
    ],
)
def test_a_data_set_of_another_kind_says_what_goes_in_and_what_is_told(name, said):
    app = designed()
    app.selectbox(key="train_set_data").set_value(name).run()
    assert said in words(app)


def test_a_data_set_that_needs_a_download_says_so():
    app = designed()
    app.selectbox(key="train_set_data").set_value("mnist").run()
    assert "MNIST is downloaded when it is first trained on." in words(app)
    assert not app.button(key="train_start").disabled
    app.button(key="train_fetch").click().run()
    said = words(app).replace("\\", "")
    assert "there is no way to the internet. Digits and Shapes need no download." in said


def test_starting_makes_a_run_of_this_workspace_with_the_settings_shown():
    app = designed()
    app.number_input(key="train_set_epochs").set_value(3).run()
    app.number_input(key="train_set_learning_rate").set_value(0.01).run()
    app.selectbox(key="train_set_optimizer").set_value("sgd").run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    chosen = {key: run.settings[key] for key in ("epochs", "learning_rate", "data", "seed")}
    assert run.settings["optimizer"] == Settings.read({"optimizer": "sgd"}).document()["optimizer"]
    assert chosen == {
        "epochs": 3,
        "learning_rate": 0.01,
        "data": {"name": "digits"},
        "seed": 0,
    }
    assert (run.design_name, run.name, run.status) == ("Small net", "Small net", "queued")
    assert store().get(run.id).design == synthetic.DESIGN
    assert "Queued: 1st of 1. This machine trains 2 runs at a time; yours starts by itself." in words(app)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("epochs", 0, "`epochs` must be at least 1. Received: epochs=0."),
        ("learning_rate", -1.0, "`learning\\_rate` must be greater than 0"),
        ("validation_share", 0.95, "must be at most 0.9"),
        ("batch_size", 10**9, "must be at most 65,536"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_nothing_is_lost(name, value, sentence):
    app = designed()
    app.number_input(key="train_set_seed").set_value(7).run()
    app.number_input(key=f"train_set_{name}").set_value(value).run()
    assert sentence.replace("\\", "") in words(app).replace("\\", "")
    assert app.button(key="train_start").disabled
    assert app.number_input(key="train_set_seed").value == 7
    assert app.number_input(key=f"train_set_{name}").value == value


def test_the_data_sets_are_one_list_by_kind():
    titles = designed().selectbox(key="train_set_data").options
    kinds = [title.partition(" · ")[0] for title in titles[:-1]]
    assert kinds == sorted(kinds)
    assert {"Images · Digits", "Tables · Iris", "Texts · Reviews"} <= set(titles)
    assert titles[-1].startswith("Your own file")


def test_an_error_is_shown_once_and_the_button_only_points_to_it():
    app = designed(inputs=[{"id": "image", "shape": [8, 8, 2]}])
    (error,) = app.error
    assert words(app).count(error.value) == 1
    assert "The data does not fit the design; see above." in words(app)


@pytest.mark.parametrize("name", ["epochs", "momentum", "clipnorm"])
def test_what_is_wrong_with_a_setting_stands_below_its_field(name):
    app = designed()
    argument = {"optimizer": {"name": "sgd", name: -1}}
    app.session_state[state.SETTINGS] = {name: -1} if name == "epochs" else argument
    app.run()
    main = list(app.main)
    field = next(
        index for index, one in enumerate(main) if one.type == "number_input" and name in (one.key or "")
    )
    assert name in main[field + 1].value
    assert len(app.error) == 1
    assert (
        name != "clipnorm" or next(one for one in app.expander if one.label == "More settings").proto.expanded
    )


def test_the_loop_is_chosen_and_explained_and_the_run_has_it():
    app = designed()
    app.selectbox(key="train_set_loop").set_value("custom").run()
    assert "A training loop from scratch: epochs, batches, `tf.GradientTape`" in words(app)
    app.toggle(key="train_set_compiled").set_value(False).run()
    app.number_input(key="train_set_log_every").set_value(200).run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert [run.settings[key] for key in ("loop", "compiled", "log_every")] == ["custom", False, 200]


def test_the_arguments_of_the_optimizer_stand_below_it():
    app = designed()
    assert not [field for field in app.number_input if field.key == "train_set_optimizer_adam_momentum"]
    app.number_input(key="train_set_optimizer_adam_clipnorm").set_value(1.0).run()
    app.number_input(key="train_set_optimizer_adam_beta_1").set_value(0.8).run()
    app.selectbox(key="train_set_optimizer").set_value("sgd").run()
    app.number_input(key="train_set_optimizer_sgd_momentum").set_value(0.5).run()
    app.toggle(key="train_set_optimizer_sgd_nesterov").set_value(True).run()
    chosen = {"name": "sgd", "momentum": 0.5, "nesterov": True, "clipnorm": 1.0}
    assert app.session_state[state.SETTINGS]["optimizer"] == chosen
    app.number_input(key="train_set_optimizer_sgd_clipnorm").set_value(None).run()
    app.number_input(key="train_set_optimizer_sgd_momentum").set_value(0.9).run()
    assert app.session_state[state.SETTINGS]["optimizer"] == {"name": "sgd", "nesterov": True}
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert Settings.read(run.settings).optimizer == SGD(nesterov=True)


def test_a_schedule_is_chosen_with_its_arguments_and_drawn():
    app = designed()
    assert "learning_rate_figure" in str(app.main)
    app.selectbox(key="train_set_schedule").set_value("constant").run()
    assert "learning_rate_figure" not in str(app.main)
    app.selectbox(key="train_set_schedule").set_value("piecewise").run()
    app.text_input(key="train_set_schedule_piecewise_boundaries").set_value("0.25, 0.5").run()
    chosen = {"name": "piecewise", "boundaries": [0.25, 0.5]}
    assert app.session_state[state.SETTINGS]["schedule"] == chosen
    app.text_input(key="train_set_schedule_piecewise_boundaries").set_value("half").run()
    assert "`schedule.boundaries.0` must be a number. Received: schedule.boundaries.0='half'." in words(
        app
    ).replace("\\", "")
    app.text_input(key="train_set_schedule_piecewise_boundaries").set_value("0.5, 0.75").run()
    assert app.session_state[state.SETTINGS]["schedule"] == {"name": "piecewise"}
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert run.settings["schedule"] == {
        "name": "piecewise",
        "boundaries": [0.5, 0.75],
        "factors": [0.1, 0.01],
    }


def test_settings_of_an_earlier_version_show_their_optimizer():
    app = designed()
    app.session_state[state.SETTINGS] = {"optimizer": "sgd", "momentum": 0.25, "weight_decay": 0.1}
    app.run()
    assert app.number_input(key="train_set_optimizer_sgd_momentum").value == 0.25
    app.number_input(key="train_set_epochs").set_value(3).run()
    earlier = Settings(optimizer=SGD(momentum=0.25), epochs=3)
    assert Settings.read(app.session_state[state.SETTINGS]) == earlier


def test_a_learning_rate_of_a_billion_may_be_tried():
    app = designed()
    app.number_input(key="train_set_learning_rate").set_value(1e9).run()
    assert not app.button(key="train_start").disabled


@pytest.mark.parametrize(
    "junk", [{"epochs": "many"}, {"optimizer": 7}, {"data": {"name": "nothing"}}, {"data": 3}]
)
def test_settings_of_a_hostile_link_are_refused_with_a_sentence(junk):
    app = designed()
    app.session_state[state.SETTINGS] = junk
    app.run()
    assert app.button(key="train_start").disabled
    assert len(app.error) == 1
    app.button(key="train_defaults").click().run()
    app.selectbox(key="train_set_data").set_value("digits").run()
    assert not app.button(key="train_start").disabled


CHOICE = "train_size_28x28x1_8x8x1"
LARGER = [{"id": "image", "shape": [28, 28, 1]}]


def test_where_sizes_differ_the_cheaper_way_is_the_default_and_both_have_their_costs(monkeypatch):
    monkeypatch.setattr(training_time, "estimate", lambda macs, *_: macs / 1000)
    app = designed(inputs=LARGER)
    assert "The data is 8 × 8 × 1; the design expects 28 × 28 × 1." in words(app)
    choice = app.radio(key=CHOICE)
    assert choice.options == ["Change the input to 8 × 8 × 1", "Resize the images to 28 × 28 × 1"]
    assert choice.value == "input"
    for caption in choice.proto.captions:
        assert re.match(r"About \d+ \w+ per epoch: .* multiply-adds per example", caption)
    assert "Images are resized from 8 x 8 to 28 x 28 pixels" in choice.proto.captions[1].replace("\\", "")


def test_a_run_changes_the_input_as_a_step_of_the_history():
    app = designed(inputs=LARGER)
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert store().get(run.id).design["inputs"][0]["shape"] == [8, 8, 1]
    history = app.session_state[state.HISTORY]
    assert history.current.inputs[0].shape == (8, 8, 1)
    assert history.undo().current.inputs[0].shape == (28, 28, 1)


def test_the_data_is_resized_where_that_is_chosen_and_when_such_a_run_is_repeated():
    app = designed(inputs=LARGER)
    app.radio(key=CHOICE).set_value("data").run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert store().get(run.id).design["inputs"][0]["shape"] == [28, 28, 1]
    assert not app.session_state[state.HISTORY].can_undo
    store().end(run.id, "stopped", "Stopped.")
    again = designed(inputs=LARGER)
    again.query_params["run"] = run.id
    again.run()
    again.button(key="run_again").click().run()
    assert again.radio(key=CHOICE).value == "data"


def test_an_input_with_which_the_design_can_be_built_is_the_default():
    nodes = [{"id": f"down{n}", "block": "DownsampleBlock"} for n in range(2)] + synthetic.DESIGN["nodes"]
    app = designed(nodes=nodes, inputs=[{"id": "image", "shape": [4, 4, 1]}])
    assert app.radio(key="train_size_4x4x1_8x8x1").value == "input"
    assert not app.button(key="train_start").disabled


def test_an_input_to_which_the_design_cannot_be_changed_is_not_offered():
    nodes = [{"id": f"down{n}", "block": "DownsampleBlock"} for n in range(3)] + synthetic.DESIGN["nodes"]
    app = designed(nodes=nodes, inputs=LARGER)
    assert not app.radio
    assert "With an input of 8 × 8 × 1 it could not be built: " in words(app)
    assert not app.button(key="train_start").disabled


def test_a_design_with_an_error_does_not_start_and_offers_the_fix():
    nodes = [{"id": f"down{n}", "block": "DownsampleBlock"} for n in range(4)] + synthetic.DESIGN["nodes"]
    app = designed(nodes=nodes)
    assert app.button(key="train_start").disabled
    assert "needs at least 3 x 3 pixels" in words(app)
    fixes = [key for key in keys(app) if key.startswith("train_fix_")]
    before = len(app.session_state[state.HISTORY].current.nodes)
    app.button(key=fixes[0]).click().run()
    assert len(app.session_state[state.HISTORY].current.nodes) == before - 1


def test_while_the_service_starts_the_page_says_so(service):
    service.starting = True
    app = designed()
    assert app.button(key="train_start").disabled
    assert "The design service is starting" in words(app)


def test_an_uploaded_file_is_checked_kept_and_trained_on():
    images = np.zeros((30, 8, 8), np.uint8)
    app = designed()
    app.selectbox(key="train_set_data").set_value("upload").run()
    content = npz(x_train=images, y_train=np.arange(30) % 3)
    app.file_uploader(key="train_set_upload").upload("my *images*.npz", content).run()
    choice = app.session_state[state.SETTINGS]["data"]
    assert (choice["name"], choice["title"]) == ("upload", "my *images*.npz")
    assert "8 × 8 × 1" in words(app)
    app.button(key="train_start").click().run()
    assert store().runs(MINE)[0].settings["data"] == choice


@pytest.mark.parametrize(
    "content", [b"no zip at all", npz(x_train=np.zeros((30, 8, 8), np.uint8)), npz(y_train=np.zeros(3, int))]
)
def test_a_file_that_is_no_data_set_is_refused_and_the_choice_stays(content):
    app = designed()
    app.selectbox(key="train_set_data").set_value("upload").run()
    app.file_uploader(key="train_set_upload").upload("bad.npz", content).run()
    assert "bad.npz: " in words(app).replace("\\", "")
    assert app.session_state[state.SETTINGS]["data"] == {"name": "upload"}
    assert app.button(key="train_start").disabled


def test_an_upload_of_another_workspace_cannot_be_trained_on(tmp_path):
    stolen = tmp_path / "secret.npz"
    stolen.write_bytes(npz(x_train=np.zeros((30, 8, 8), np.uint8), y_train=np.arange(30) % 3))
    app = designed()
    app.session_state[state.SETTINGS] = {"data": {"name": "upload", "path": str(stolen)}}
    app.run()
    assert "a file of another workspace" in words(app)
    assert app.button(key="train_start").disabled


def test_a_running_run_is_found_again_and_shows_its_numbers():
    synthetic.running(store(), MINE)
    said = words(visit("train"))
    assert "Running net" in said
    assert "Epoch 3 of 5" in said
    assert [line for line in said.splitlines() if line.startswith(("Epochs done", "Examples", "Memory"))] == [
        "Epochs done: 2 of 5",
        "Examples/s: 1,500",
        "Memory: 412 MB",
    ]


def test_until_the_first_batch_is_done_the_page_says_what_it_waits_for():
    synthetic.running(store(), MINE, done=0)
    assert "Compiling the first step" in words(visit("train"))


def test_a_cause_of_a_poor_result_is_shown_while_it_holds():
    run = synthetic.running(store(), MINE)
    store().add_events(run.id, [synthetic.diagnosis()])
    assert "The training loss has risen." in words(visit("train"))
    store().add_events(run.id, [synthetic.diagnosis(resolved=True)])
    assert "The training loss has risen." not in words(visit("train"))


def test_what_simple_models_reach_stands_below_the_numbers():
    run = synthetic.running(store(), MINE)
    store().add_events(run.id, synthetic.baselines())
    assert (
        "A linear model reaches 90.0 % on the same data. Always predicting the most frequent class reaches 12.0 %."
        in words(visit("train", run.id))
    )


def test_stop_is_asked_once_and_shown_until_it_is_honoured():
    run = synthetic.running(store(), MINE)
    app = visit("train")
    app.button(key="run_stop").click().run()
    assert [command.kind for command in store().pending_commands(run.id)] == ["stop"]
    assert app.button(key="run_stop").disabled


def test_a_run_that_was_asked_to_stop_is_stopping_until_it_has_stopped():
    run = synthetic.running(store(), MINE)
    app = visit("train", run.id)
    app.button(key="run_stop").click().run()
    assert "Stopping in epoch 3 of 5" in words(app)
    store().honour(store().pending_commands(run.id)[0].id)
    app.run()
    assert "Stopping in epoch 3 of 5" in words(app)
    badges = [line for line in words(app).splitlines() if "-badge[" in line]
    assert any("Stopping" in badge for badge in badges)
    assert not any("Training" in badge for badge in badges)
    assert "run_pause" not in keys(app)
    app.button(key="run_stop").click().run()
    assert [command.kind for command in store().pending_commands(run.id)] == ["stop"]
    store().end(run.id, "stopped", "Stopped by request.")
    assert "Stopped after 2 of 5 epochs." in words(app.run())


@pytest.mark.parametrize("page", ["train", "evaluate"])
def test_the_test_of_a_run_stopped_in_its_first_epoch_is_explained(page):
    run = synthetic.running(store(), MINE, done=0.5)
    outputs = {"head": {"test_loss": 2.3, "test_accuracy": 0.098}}
    store().add_events(run.id, [("evaluated", {"test_loss": 2.3, "examples": 297, "outputs": outputs})])
    store().end(run.id, "stopped", "Stopped by request after 0 epochs.")
    assert "This run was stopped in its first epoch, after about 17 of 38 batches." in words(
        visit(page, run.id)
    )


def test_pause_and_resume_are_asked_of_the_run():
    run = synthetic.running(store(), MINE)
    app = visit("train")
    app.button(key="run_pause").click().run()
    store().honour(store().pending_commands(run.id)[0].id)
    store().transition(run.id, "running", "paused")
    app.run()
    assert "Paused in epoch 3 of 5." in words(app)
    app.button(key="run_resume").click().run()
    assert [command.kind for command in store().pending_commands(run.id)] == ["resume"]


def test_a_queued_run_shows_its_place_and_can_be_cancelled():
    synthetic.queued(store(), OTHER)
    run = synthetic.queued(store(), MINE)
    app = visit("train")
    assert "Queued: 2nd of 2. This machine trains 2 runs at a time, and workspaces take turns" in words(app)
    app.button(key="run_stop").click().run()
    assert store().get(run.id).status == "stopped"


def test_a_run_that_waits_for_a_limit_of_the_server_says_so(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_RUNS", "1")
    synthetic.running(store(), MINE)
    run = synthetic.queued(store(), MINE)
    assert "Queued. This server allows 1 run at once for each workspace" in words(visit("train", run.id))


def test_a_run_that_a_limit_stops_says_so():
    run = synthetic.running(store(), MINE)
    store().request(run.id, MINE, "stop", "This workspace has used its 10 minutes of training for today.")
    assert "10 minutes of training for today. Stopping in epoch 3 of 5" in words(visit("train", run.id))


def test_a_full_queue_of_the_workspace_refuses_the_next_run(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_QUEUE", "1")
    synthetic.queued(store(), MINE)
    app = designed()
    app.session_state["train_setup"] = True
    app.run()
    app.button(key="train_start").click().run()
    assert "1 of your runs are queued already" in words(app)
    assert len(store().runs(MINE)) == 1


def test_runs_that_take_all_of_their_space_refuse_the_next_one(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_RUN_MB", "1")
    run = synthetic.finished(store(), MINE)
    (run_folder(run.id) / "weights").write_bytes(bytes(1_500_000))
    app = designed()
    app.button(key="train_start").click().run()
    assert "of 1 MB. Delete some of them on the page Runs, or wait" in words(app)
    assert len(store().runs(MINE)) == 1


def test_an_upload_that_has_no_room_is_refused(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_UPLOAD_MB", "1")
    app = designed()
    app.selectbox(key="train_set_data").set_value("upload").run()
    app.file_uploader(key="train_set_upload").upload("large.npz", bytes(1_500_000)).run()
    assert "There is no room for this file of 1.5 MB: your uploads take 0.0 of 1 MB." in words(app)


@pytest.mark.parametrize(
    ("status", "kind"), [("failed", "error"), ("interrupted", "warning"), ("stopped", "info")]
)
def test_a_run_that_ended_early_says_why(status, kind):
    run = synthetic.ended(store(), MINE, status, "The loss became no number.")
    app = visit("train", run.id)
    assert [box.value for box in app.get(kind)] == ["The loss became no number."]
    assert f"{synthetic_word(status)} after 2 of 5 epochs." in words(app)
    assert "**See where it makes mistakes**" not in links(app)


def synthetic_word(status):
    return {"failed": "Failed", "interrupted": "Interrupted", "stopped": "Stopped"}[status]


def places_of_large_elements(app):
    """Where on the page the figures stand: the numbers of the blocks around them."""

    def inside(block, path):
        for number, child in block.children.items():
            if hasattr(child, "children"):
                yield from inside(child, (*path, number))
            elif "live_figure" in str(child.proto):
                yield (*path, number)

    return list(inside(app.main, ()))


def test_the_curves_stand_at_one_place_whatever_is_said_above_them():
    run = synthetic.running(store(), MINE)
    places = places_of_large_elements(visit("train", run.id))
    assert len(places) == 1
    store().add_events(run.id, [synthetic.diagnosis()])
    assert places_of_large_elements(visit("train", run.id)) == places
    for status in ("failed", "interrupted", "stopped"):
        run = synthetic.ended(store(), MINE, status, "The loss became no number.")
        assert places_of_large_elements(visit("train", run.id)) == places, status
    assert places_of_large_elements(visit("train", synthetic.finished(store(), MINE).id)) == places


def test_a_finished_run_offers_its_evaluation():
    run = synthetic.finished(store(), MINE)
    app = visit("train", run.id)
    assert "Test accuracy: 93.3 %" in words(app)
    assert "**See where it makes mistakes**" in links(app)


def test_training_again_takes_the_settings_of_the_run():
    run = synthetic.ended(store(), MINE, "stopped", "Stopped.")
    app = visit("train", run.id)
    app.button(key="run_again").click().run()
    assert app.session_state[state.SETTINGS] == run.settings
    assert app.number_input(key="train_set_epochs").value == 5


def test_another_run_can_be_set_up_while_one_goes_on():
    synthetic.running(store(), MINE)
    app = visit("train")
    app.button(key="run_setup").click().run()
    assert "train_start" in keys(app)
    app.button(key="run_watch").click().run()
    assert "run_stop" in keys(app)


def test_nobody_sees_anothers_run():
    run = synthetic.running(store(), OTHER)
    app = visit("train", run.id)
    assert "Running net" not in words(app)
    assert f'There is no run "{run.id}" here.' in words(app)
    assert "train_start" in keys(app)


def test_what_the_session_keeps_is_plain_data():
    app = designed()
    for key in ("settings", "document", "active_run"):
        if key in app.session_state:
            json.dumps(app.session_state[key], default=lambda design: design.document())
