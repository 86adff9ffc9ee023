import numpy as np
import pytest

from blockwright.evaluation.reconstruction import reconstruction_report
from blockwright.runs.files.home import run_folder
from tests.ui import synthetic
from tests.ui.evaluate.reports import evaluation, with_basics, worst
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_reconstructions_are_shown_worst_and_best():
    images = np.linspace(0, 1, 4 * 16, dtype=np.float32).reshape(4, 4, 4, 1)
    found = with_basics("reconstruction", "image", reconstruction_report(images, images * 0.5))
    pictures = (images * 255).astype(np.uint8)
    run = synthetic.kinds(
        store(),
        MINE,
        evaluation(again=found),
        **worst(
            images=pictures,
            reconstructions=pictures // 2,
            columns=np.zeros(0, "U1"),
            texts=np.zeros((4, 0), "U1"),
        ),
    )
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    app = visit("evaluate")
    assert len(app.get("image")) == 8
    said = words(app)
    assert "Worst reconstructions" in said
    assert "Best reconstructions" in said
