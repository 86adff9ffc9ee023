from blockwright.runs.files.checkpoints import read_checkpoints


def test_checkpoints_are_listed_with_what_they_take(tmp_path):
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for name, size in {
        "epoch_0010.weights.h5": 3,
        "epoch_0002.weights.h5": 2,
        "last.weights.h5": 4,
        "best.weights.h5": 1,
        ".partial-7-best.weights.h5": 9,
        "other.weights.h5": 9,
    }.items():
        (folder / name).write_bytes(b"x" * size)
    assert read_checkpoints(tmp_path) == [
        {"file": "checkpoints/best.weights.h5", "which": "best", "epoch": None, "bytes": 1},
        {"file": "checkpoints/epoch_0002.weights.h5", "which": "epoch", "epoch": 2, "bytes": 2},
        {"file": "checkpoints/epoch_0010.weights.h5", "which": "epoch", "epoch": 10, "bytes": 3},
        {"file": "checkpoints/last.weights.h5", "which": "last", "epoch": None, "bytes": 4},
    ]


def test_a_run_without_checkpoints_has_none(tmp_path):
    assert read_checkpoints(tmp_path) == []
