"""How many threads TensorFlow computes with: as many as the run has cores, also where several runs share them."""

import tensorflow as tf

from blockwright.runs.machine import usable_cores
from blockwright.runs.records import TRAINING
from blockwright.runs.store import RunStore

LEAST = 2


def threads_of_run(cores: int, runs: int) -> int:
    """The threads of one of several runs that train at once.

    The cores are divided among the runs, but no run has fewer than `LEAST` threads, if there are so many cores: other
    runs end and leave their cores to it, while its threads cannot become more. TensorFlow by itself would start one
    for each core of the machine, also in a container that may use two of them.
    """
    return max(min(cores, LEAST), cores // max(1, runs))


def use_threads(store: RunStore, more: int = 0) -> None:
    """Compute with the threads of one of the runs that train now, and `more` that will.

    No effect where this process has computed before.
    """
    runs = sum(run.status in TRAINING for run in store.active()) + more
    threads = threads_of_run(usable_cores(), runs)
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        return
