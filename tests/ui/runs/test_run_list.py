import time

import pytest

from blockwright.runs.files.home import run_folder
from blockwright.runs.records import COMMAND_LINE
from blockwright.ui.runs.run_list import facts
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, keys, links, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_an_empty_list_invites_to_train():
    assert "No runs yet." in words(visit("runs"))


def test_the_list_holds_this_workspaces_runs_and_no_others():
    synthetic.finished(store(), MINE, "Net of mine")
    synthetic.finished(store(), OTHER, "Net of others")
    said = words(visit("runs"))
    assert "Net of mine" in said
    assert "Net of others" not in said


def test_a_row_says_what_became_of_the_run():
    run = synthetic.ended(store(), MINE, "stopped", "Stopped.")
    words_of_it = facts(run).split(" · ")
    assert words_of_it[:4] == ["Small net", "Digits", "2 of 5 epochs", "best validation accuracy 70.5 %"]


def test_a_queued_run_shows_its_place_in_the_line():
    synthetic.queued(store(), OTHER)
    synthetic.queued(store(), MINE)
    assert "2nd in the queue" in words(visit("runs"))


def asked(what):
    """The page Runs with one finished run, after `what` was chosen from its menu."""
    run = synthetic.finished(store(), MINE)
    return run, visit("runs", runs_dialog={"ask": what, "run": run.id})


def test_renaming_asks_for_a_name_and_keeps_it_as_text():
    run, app = asked("Rename")
    app.text_input(key="run_new_name").set_value("*Bold* <b>net</b>")
    app.button(key="run_rename_save").click().run()
    assert store().get(run.id).name == "*Bold* <b>net</b>"
    assert "<b>" not in words(app.run())


def test_an_empty_name_is_refused_and_the_old_one_stays():
    run, app = asked("Rename")
    app.text_input(key="run_new_name").set_value("   ")
    app.button(key="run_rename_save").click().run()
    assert "A run needs a name" in words(app)
    assert store().get(run.id).name == "Finished net"


def test_deleting_asks_first_and_then_removes_the_run_and_its_files():
    run, app = asked("Delete")
    assert store().get(run.id) is not None
    app.button(key="run_delete_sure").click().run()
    assert store().get(run.id) is None
    assert not run_folder(run.id).exists()
    assert "No runs yet." in words(app)


def test_keeping_it_keeps_it():
    run, app = asked("Delete")
    app.button(key="run_delete_not").click().run()
    assert store().get(run.id) is not None
    assert "run_delete_sure" not in keys(app)


def test_a_question_about_anothers_run_is_not_asked():
    run = synthetic.finished(store(), OTHER)
    app = visit("runs", runs_dialog={"ask": "Delete", "run": run.id})
    assert "run_delete_sure" not in keys(app)


def test_a_run_that_goes_on_cannot_be_deleted():
    run = synthetic.running(store(), MINE)
    menu = visit("runs").get_by_key(f"run_more_{run.id}")
    assert [option.split()[-1] for option in menu.options] == ["Rename", "design", "Stop"]


def test_a_run_of_the_command_line_is_opened_by_its_id():
    run = synthetic.finished(store(), COMMAND_LINE)
    app = visit("runs")
    app.text_input(key="runs_id").set_value(f" {run.id} ")
    app.button(key="runs_open_id").click().run()
    assert store().get(run.id).owner == MINE


@pytest.mark.parametrize("typed", ["", "no such run", "f" * 32, "../../etc", "'; drop table runs"])
def test_an_id_that_leads_nowhere_is_refused(typed):
    app = visit("runs")
    app.text_input(key="runs_id").set_value(typed)
    app.button(key="runs_open_id").click().run()
    assert "run" in words(app).lower()
    assert len(app.error) == 1


def test_anothers_run_is_not_opened_by_its_id():
    run = synthetic.finished(store(), OTHER)
    app = visit("runs")
    app.text_input(key="runs_id").set_value(run.id)
    app.button(key="runs_open_id").click().run()
    assert store().get(run.id).owner == OTHER
    assert len(app.error) == 1


def test_many_runs_come_in_pages():
    for number in range(12):
        synthetic.queued(store(), MINE, f"Net {number}")
    app = visit("runs")
    assert links(app).count("Open") == 10
    app.get_by_key("runs_page").set_value(2).run()
    assert links(app).count("Open") == 2


def test_the_list_of_runs_shows_the_score_of_each_output():
    synthetic.kinds(store(), MINE)
    assert "test error, price 12.5 euro, test accuracy, kind 90.0 %" in words(visit("runs"))


def many(number: int) -> None:
    for index in range(number):
        run = synthetic.queued(store(), MINE, f"Net {index}")
        store().end(run.id, "stopped", "Stopped before it started.")


def test_runs_beyond_the_latest_two_hundred_are_reached():
    first = synthetic.queued(store(), MINE, "The very first")
    store().end(first.id, "stopped", "Stopped before it started.")
    many(201)
    app = visit("runs")
    app.get_by_key("runs_page").set_value(21).run()
    assert links(app).count("Open") == 2
    assert "The very first" in words(app)


def test_runs_are_searched_by_name():
    many(11)
    app = visit("runs")
    app.text_input(key="runs_search").set_value("net 7").run()
    assert links(app).count("Open") == 1
    assert "**Net 7**" in words(app)
    app.text_input(key="runs_search").set_value("resnet").run()
    assert "No run matches." in words(app)


def test_a_few_runs_need_no_search():
    synthetic.finished(store(), MINE)
    app = visit("runs")
    assert not [field for field in app.text_input if field.key == "runs_search"]


def test_runs_that_will_be_deleted_are_announced_and_can_be_downloaded(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_DAYS", "30")
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_RUN_MB", "2000")
    kept, run = synthetic.finished(store(), MINE, "Kept"), synthetic.finished(store(), MINE, "Old")
    store().set_expiry(run.id, time.time() + 6 * 86_400)
    app = visit("runs")
    assert (
        "1 run will be deleted, the first in 6 days: this server keeps runs for 30 days, and while those of a "
        "workspace take no more than 2 GB. Download what you want to keep." in words(app)
    )
    assert "will be deleted in 6 days" in words(app)
    downloads = {button.key for button in app.get("download_button")}
    assert f"run_download_{run.id}" in downloads
    assert f"run_download_{kept.id}" not in downloads
    app.toggle(key="runs_expiring").set_value(True).run()
    assert "**Kept**" not in words(app)
    assert "**Old**" in words(app)


def test_a_run_of_the_command_line_that_was_killed_is_shown_as_interrupted():
    run = synthetic.queued(store(), MINE)
    store().claim(run.id, 2**22 + 1, "a start", "here")
    assert "Its process was ended" not in words(visit("runs"))
    assert store().get(run.id).status == "interrupted"
