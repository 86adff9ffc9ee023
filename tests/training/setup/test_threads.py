"""The threads of a run."""

import subprocess
import sys

import pytest

from blockwright.runs.store import RunStore
from blockwright.training.setup.threads import threads_of_run, use_threads


@pytest.mark.parametrize(
    ("cores", "runs", "threads"),
    [(1, 1, 1), (1, 3, 1), (2, 1, 2), (2, 2, 2), (16, 1, 16), (16, 2, 8), (16, 8, 2), (16, 16, 2), (6, 0, 6)],
)
def test_cores_are_divided_among_the_runs_that_train(cores, runs, threads):
    assert threads_of_run(cores, runs) == threads


def test_threads_stay_as_they_are_once_tensorflow_has_computed(home):
    import tensorflow as tf

    tf.constant(1.0)
    before = tf.config.threading.get_intra_op_parallelism_threads()
    use_threads(RunStore(), more=3)
    assert tf.config.threading.get_intra_op_parallelism_threads() == before


def test_tensorflow_computes_with_the_threads_of_the_run(home):
    code = (
        "import tensorflow as tf; from blockwright.training.setup import threads; "
        "from blockwright.runs.store import RunStore; "
        "threads.usable_cores = lambda: 12; threads.use_threads(RunStore(), 3); tf.constant(1.0); "
        "print(tf.config.threading.get_intra_op_parallelism_threads(), "
        "tf.config.threading.get_inter_op_parallelism_threads())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4", "4"]
