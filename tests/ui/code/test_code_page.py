"""The page Code: ways of writing, lines and blocks, verification, the files, and the way back into the app."""

import base64
import threading
from types import SimpleNamespace

import pytest

from blockwright.design.parse import read_design
from blockwright.runs.files import proof_progress
from blockwright.runs.files.proof_progress import ProofCancelled, ProofProgress
from blockwright.schema.service_calls import PROVE
from blockwright.ui.code import code_downloads, code_view, proof_panel
from blockwright.ui.code.highlight import coloured
from blockwright.ui.code.line_owners import defined_for, definitions, own_lines, owners
from blockwright.ui.reactive import background_calls
from tests.browser.driving import wait_for
from tests.ui import synthetic
from tests.ui.code.code_answers import code, notebook
from tests.ui.find_widget import widget
from tests.ui.page_harness import MINE, keys, store, visit, words

TEXT = '''class Add:
    """Say "it's <b>".

    More."""

    def call(self, x):
        return print(f"{x:>3}", 1.5)  # twice


@keras.register()
def merge(x):
    return self.print(x)
'''


@pytest.fixture
def page(designing):
    return designing.switch_page("pages/code.py").run()


def branched():
    return read_design(
        {
            "format": 1,
            "name": "Branch",
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "one", "block": "ReLU"},
                {"id": "two", "block": "ReLU", "inputs": ["image"]},
                {"id": "sum", "block": "Add", "inputs": ["one", "two"]},
            ],
        }
    )


def test_the_pieces_of_coloured_code_give_the_text_again():
    assert "\n".join("".join(text for _, text in line) for line in coloured(TEXT)) + "\n" == TEXT


def test_code_is_coloured_by_what_it_is():
    lines = coloured(TEXT)
    assert lines[0] == (("keyword", "class"), ("", " "), ("name", "Add"), ("", ":"))
    assert lines[3] == (("string", '    More."""'),)
    assert ("builtin", "print") in lines[6]
    assert ("number", "1.5") in lines[6]
    assert lines[6][-1] == ("comment", "# twice")
    assert lines[9][0] == ("decorator", "@keras")
    assert ("builtin", "print") not in lines[11]


@pytest.mark.parametrize("text", ["", "\n", "x = '''", "  if\n x", "a\x0cb\n", "é = 'ü' # ß\n", "x = (\n"])
def test_text_that_is_no_python_is_kept_as_it_is(text):
    kept = "\n".join("".join(piece for _, piece in line) for line in coloured(text))
    assert kept == text.removesuffix("\n")


def test_lines_are_found_for_blocks_and_blocks_for_lines():
    lines = [
        {"node": "a", "start": 2, "end": 3},
        {"node": "b", "start": 4, "end": 4},
        {"node": "a", "start": 6, "end": 6},
    ]
    assert owners(lines, 6) == [None, "a", "a", "b", None, "a"]
    assert own_lines(lines, "a") == [2, 3, 6]
    assert own_lines(lines, None) == []


def test_a_definition_leads_to_the_first_block_of_its_kind():
    known = definitions(TEXT)
    assert known == {"Add": (1, 7), "merge": (10, 12)}
    assert defined_for(branched(), known, 12) == ["sum"] * 7 + [None] * 5
    assert definitions("class (") == {}


def test_the_view_marks_the_lines_of_the_selected_block_and_its_definition():
    shown = code_view.view(
        "T", "f", code(branched().document()), SimpleNamespace(design=branched(), chosen="two")
    )
    assert shown["strong"] == [9]
    assert shown["soft"] == [1, 2]
    assert shown["owners"][:10] == ["two", "two", None, "sum", "sum", None, None, "one", "two", "sum"]
    assert shown["selected"] == "two"


def test_without_a_selected_block_nothing_is_marked():
    shown = code_view.view(
        "T", "f", code(branched().document()), SimpleNamespace(design=branched(), chosen=None)
    )
    assert (shown["strong"], shown["soft"], shown["owners"][0]) == ([], [], "one")


def test_many_findings_leave_room_for_the_code(page):
    document = branched().document()
    for node in document["nodes"]:
        node["inputs"] = ["nowhere"]
    page.session_state["history"] = page.session_state["history"].push(read_design(document), "Break")
    page.run()
    assert "Fix 3 problems first." in words(page)
    assert [one.label for one in page.expander] == ["1 more"]


def test_an_empty_design_is_led_back_to_the_page_design(app):
    app.switch_page("pages/code.py").run()
    assert "no blocks yet" in words(app)


@pytest.mark.parametrize("api", ["subclassing", "functional", "sequential"])
def test_each_way_says_what_it_can_and_cannot(page, api):
    page.button_group(key="code_api").set_value(api).run()
    said = words(page)
    assert "**Can**" in said
    assert "**Cannot**" in said
    assert {one.proto.label for one in page.get("download_button")} == {"Python file", "Notebook"}


def test_all_ways_stand_side_by_side(page):
    page.button_group(key="code_api").set_value("all").run()
    assert len(page.get("download_button")) == 6
    assert not page.exception


def test_the_service_is_asked_for_the_chosen_way_and_loop_with_the_sessions_settings(designing, service):
    asked = []
    service.answers["code"] = lambda **args: asked.append(args) or code(**args)
    designing.session_state["settings"] = {"epochs": 7}
    page = designing.switch_page("pages/code.py").run()
    page.button_group(key="code_api").set_value("functional").run()
    page.button_group(key="code_loop").set_value("custom").run()
    assert (asked[-1]["api"], asked[-1]["loop"], asked[-1]["settings"]["epochs"]) == (
        "functional",
        "custom",
        7,
    )


def test_the_loop_is_that_of_the_settings_until_another_is_chosen(designing, service):
    asked = []
    service.answers["code"] = lambda **args: asked.append(args) or code(**args)
    designing.session_state["settings"] = {"loop": "train_step"}
    page = designing.switch_page("pages/code.py").run()
    assert asked[-1]["loop"] == "train_step"
    page.button_group(key="code_loop").set_value("fit").run()
    assert asked[-1]["loop"] == "fit"
    page.session_state["settings"] = {"loop": "custom"}
    page.run()
    assert asked[-1]["loop"] == "custom"


def test_exactly_as_trained_is_off_until_it_is_asked_for_and_a_proof_needs_no_asking(designing, service):
    asked, proven = [], []
    service.answers["code"] = lambda **args: asked.append(args) or code(**args)
    service.answers["prove"] = lambda **args: proven.append(args) or {"equal": True, "checks": []}
    page = designing.switch_page("pages/code.py").run()
    assert asked[-1]["exact"] is False
    page.toggle(key="code_exact").set_value(True).run()
    assert asked[-1]["exact"] is True
    page.button(key="prove").click().run()
    wait_for(lambda: not background_calls.is_running(PROVE), 10, "the proof is over")
    assert "exact" not in proven[0]


def test_settings_that_cannot_be_used_are_named_and_the_code_is_still_there(designing):
    designing.session_state["settings"] = {"epochs": 0}
    page = designing.switch_page("pages/code.py").run()
    assert "`epochs` must be at least 1" in page.warning[0].value
    assert len(page.get("download_button")) == 2


def test_a_branched_network_is_refused_as_a_stack_and_the_block_is_named(page):
    page.session_state["history"] = page.session_state["history"].push(branched(), "Branch")
    page.run()
    page.button_group(key="code_api").set_value("sequential").run()
    assert '"sum" reads several things' in page.info[0].value
    assert page.get("download_button") == []
    page.button(key="code_blame_sequential").click().run()
    assert page.session_state["selection"] == ["sum"]


def test_code_without_a_training_part_says_why(page):
    text = branched().inputs[0].model_copy(update={"dtype": "string"})
    reads_text = branched().model_copy(update={"inputs": (text,)})
    page.session_state["history"] = page.session_state["history"].push(reads_text, "Text")
    page.run()
    assert "without training" in page.info[0].value
    assert '"image" takes text' in page.info[0].value


def test_findings_to_mend_come_first_and_the_code_is_still_shown(page):
    broken = branched().model_copy(update={"outputs": ("nowhere",)})
    page.session_state["history"] = page.session_state["history"].push(broken, "Break")
    page.run()
    assert "first.**" in words(page)
    assert page.error
    assert len(page.get("download_button")) == 2
    assert page.button(key="prove").disabled


def test_choosing_a_block_selects_it_in_the_design(page):
    widget(page.selectbox, "code_node").set_value("mix3").run()
    assert page.session_state["selection"] == ["mix3"]


def test_while_the_service_starts_the_page_says_so(designing, service):
    service.starting = True
    page = designing.switch_page("pages/code.py").run()
    assert "The design service is starting" in page.info[0].value


def test_the_verification_shows_what_was_compared(page, service):
    checks = [
        {
            "what": "Parameters",
            "expected": 586730,
            "received": 586730,
            "difference": 0.0,
            "tolerance": 0.0,
            "equal": True,
        },
        {
            "what": "Loss",
            "expected": 1.2,
            "received": 1.2,
            "difference": 2e-7,
            "tolerance": 1e-4,
            "equal": True,
        },
    ]
    service.answers["prove"] = lambda **args: {"equal": True, "checks": checks}
    page.button(key="prove").click().run()
    wait_for(lambda: not background_calls.is_running(PROVE), 10, "the proof is over")
    page.run()
    assert "Verified identical" in page.success[0].value
    assert "largest difference 2.0e-07, allowed 1e-04" in words(page).replace("\\", "")


def test_a_proof_under_way_is_told_and_not_asked_twice(page, service):
    go_on, asked = threading.Event(), []

    def prove(**args):
        asked.append(args)
        go_on.wait(20)
        return {
            "equal": False,
            "checks": [
                {
                    "what": "Outputs",
                    "expected": 1,
                    "received": 2,
                    "difference": None,
                    "tolerance": None,
                    "equal": False,
                }
            ],
        }

    service.answers["prove"] = prove
    page.button(key="prove").click().run()
    assert page.button(key="prove").disabled
    assert "Waiting for a free process" in page.get("progress")[0].proto.text
    key = asked[0]["progress_key"]
    proof_progress.report(key, ProofProgress(0))
    page.run()
    assert "1 of 5: Writing the file" in page.get("progress")[0].proto.text
    proof_progress.report(key, ProofProgress(3, 7, 20))
    page.run()
    assert "4 of 5: The file trains its network, 7 of 20 batches" in page.get("progress")[0].proto.text
    page.button(key="prove_cancel").click().run()
    with pytest.raises(ProofCancelled):
        proof_progress.check_cancelled(key)
    page.button_group(key="code_api").set_value("functional").run()
    assert "Another verification of yours is running." in words(page)
    page.button_group(key="code_api").set_value("subclassing").run()
    go_on.set()
    wait_for(lambda: not background_calls.is_running(PROVE), 10, "the proof is over")
    page.run()
    assert "Not identical: Outputs" in page.error[0].value
    assert len(asked) == 1


def test_a_comparison_without_a_number_says_what_was_expected():
    check = {"what": "The file runs", "expected": "to the last batch", "received": "ValueError: *x*"}
    said = proof_panel.row({**check, "difference": None, "tolerance": None, "equal": False})
    assert "expected to the last batch, received ValueError" in said
    assert "\\*x\\*" in said


@pytest.mark.usefixtures("service", "workspace_store")
def test_the_code_of_a_run_has_the_runs_design_and_settings(service):
    asked = []
    service.answers["code"] = lambda **args: asked.append(args) or code(**args)
    run = synthetic.finished(store(), MINE)
    page = visit("code", active_run=run.id, code_of="run")
    assert asked[-1]["design"]["name"] == "Small net"
    assert asked[-1]["settings"]["epochs"] == 5
    assert "Finished net" in words(page)
    assert "prove" in keys(page)


@pytest.mark.parametrize(
    ("name", "stem"),
    [("My net!", "my_net"), ("3 layers", "network_3_layers"), ("../../x", "x"), ("", "design")],
)
def test_files_are_named_so_that_python_can_import_them(name, stem):
    assert code_downloads.stem(name) == stem


def generated(format):
    asked = {"design": branched().document(), "settings": {"epochs": 7}}
    return (
        base64.b64decode(notebook(**asked)["base64"]) if format == "ipynb" else code(**asked)["text"].encode()
    )


def opened(app, name, content):
    app = app.switch_page("pages/start.py").run()
    app.button(key="open").click().run()
    return app.file_uploader(key="open_file").upload(name, content).run()


@pytest.mark.parametrize("format", ["py", "ipynb"])
def test_a_generated_file_opens_again_with_design_and_settings(designing, format):
    app = opened(designing, f"branch.{format}", generated(format))
    assert app.session_state["history"].current == branched()
    assert app.session_state["settings"]["epochs"] == 7
    assert not app.error


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("mine.py", b"print(1)", "contains no design"),
        ("mine.ipynb", b"{broken", "not valid JSON"),
        ("mine.py", b"\xff\xfe", "not UTF-8 text"),
        ("mine.py", generated("py").replace(b'"epochs": 7', b'"epochs": 0'), "`epochs` must be at least 1"),
        ("mine.py", generated("py").replace(b'"block": "ReLU"', b'"block": 7'), "block"),
    ],
)
def test_a_file_that_holds_no_design_is_refused_and_nothing_is_lost(designing, name, content, sentence):
    before = designing.session_state["history"].current
    app = opened(designing, name, content)
    assert app.session_state["history"].current == before
    assert any(sentence in one.value for one in app.error)
