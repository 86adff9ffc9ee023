import pytest

from blockwright.design.presets import preset
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")
SENTENCE = "The tutorial by fit, on MNIST after 10 epochs: 99.02 % validation accuracy"


@pytest.fixture
def trained(monkeypatch):
    """The words of the page of a run of an example on a data set."""

    def page(key, data):
        design = preset(key).design.document() if key else synthetic.DESIGN
        monkeypatch.setattr(synthetic, "DESIGN", design)
        settings = {**synthetic.settings(), "data": {"name": data}}
        monkeypatch.setattr(synthetic, "settings", lambda epochs=5: settings)
        return words(visit("train", synthetic.finished(store(), MINE).id))

    return page


@pytest.mark.parametrize("data", ["mnist", "digits"])
def test_a_run_stands_beside_the_result_of_its_tutorial(trained, data):
    assert SENTENCE in trained("tutorial_inception", data)


@pytest.mark.parametrize(
    ("key", "data"), [("tutorial_inception", "shapes"), (None, "digits"), ("lenet5", "digits")]
)
def test_other_data_and_other_networks_have_none(trained, key, data):
    assert "The tutorial" not in trained(key, data)
