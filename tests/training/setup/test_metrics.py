import numpy as np
import pytest

from blockwright import train
from blockwright.runs.history import fold
from tests.training.graphs import dense, graph


def test_the_losses_of_several_outputs_count_every_example_alike(store, tmp_path):
    """65 examples in batches of 32, 32 and 1 train, 32 + 5 validate."""
    generator = np.random.default_rng(0)
    targets = generator.standard_cauchy((102, 2)) * 30
    np.savez(
        tmp_path / "own.npz",
        x_train=generator.normal(size=(102, 3)).astype("float32"),
        y_train_first=targets[:, 0],
        y_train_second=targets[:, 1],
        x_test=generator.normal(size=(7, 3)).astype("float32"),
        y_test_first=targets[:7, 0],
        y_test_second=targets[:7, 1],
    )
    made = graph({"values": (3,)}, [dense("first", 1), dense("second", 1, None, "values")], "first", "second")
    result = train(
        made,
        dataset=tmp_path / "own.npz",
        epochs=2,
        batch_size=32,
        validation_share=0.36,
        loss="mean_absolute_error",
        outputs={"second": {"weight": 0.25}},
    )
    history = fold(store.events(result["run"]))
    assert (history.started["train_examples"], history.started["validation_examples"]) == (65, 37)
    for epoch in history.epochs:
        for part in ("", "val_"):
            first, second = epoch["outputs"]["first"], epoch["outputs"]["second"]
            assert first[f"{part}loss"] == pytest.approx(first[f"{part}mae"], rel=1e-5)
            assert second[f"{part}loss"] == pytest.approx(second[f"{part}mae"], rel=1e-5)
            total = first[f"{part}loss"] + 0.25 * second[f"{part}loss"]
            assert total == pytest.approx(epoch[f"{part}loss"], rel=1e-5)
