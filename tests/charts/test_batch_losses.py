import math

import numpy as np
import pytest

from blockwright.charts.batch_losses import POINTS, batch_losses_document

LOSSES = np.array([4.0, 3.0, 2.0, 1.0], "f4")


@pytest.mark.parametrize(
    ("epoch", "x", "y", "title"),
    [
        (None, [0.5, 1.0, 1.5, 2.0], [4.0, 3.0, 2.0, 1.0], "Epochs"),
        (2, [1.0, 2.0], [2.0, 1.0], "Batch"),
        (3, [None], [None], "Batch"),
    ],
)
def test_all_epochs_or_one_are_drawn(epoch, x, y, title):
    document = batch_losses_document(LOSSES, 2, epoch)
    (trace,) = document["data"]
    assert (trace["x"], trace["y"], document["layout"]["xaxis"]["title"]["text"]) == (x, y, title)


def test_of_many_batches_the_extremes_are_still_drawn():
    losses = np.ones(20_000, "f4")
    losses[7_777], losses[12_345] = 50.0, 0.01
    (trace,) = batch_losses_document(losses, 1_000)["data"]
    assert len(trace["x"]) <= POINTS
    assert (max(trace["y"]), min(trace["y"])) == (50.0, 0.01)
    assert trace["x"] == sorted(trace["x"])


def test_a_loss_that_is_no_number_is_a_gap():
    (trace,) = batch_losses_document(np.array([1.0, math.nan, 2.0], "f4"), 3)["data"]
    assert trace["y"] == [1.0, None, 2.0]


def test_a_logarithmic_axis_can_be_chosen():
    assert batch_losses_document(LOSSES, 2, logarithmic=True)["layout"]["yaxis"]["type"] == "log"


def test_batches_without_a_loss_hide_no_others():
    losses = np.ones(5_000, np.float32)
    losses[::7] = np.nan
    losses[1_234], losses[2_345] = 9.0, 0.0
    (curve,) = batch_losses_document(losses, 5_000)["data"]
    assert None not in curve["y"]
    assert max(curve["y"]) == 9.0
    assert min(curve["y"]) == 0.0
