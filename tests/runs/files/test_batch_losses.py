import numpy as np

from blockwright.runs.files.batch_losses import (
    BATCH_LOSSES,
    batch_losses_csv,
    read_batch_losses,
    write_batch_losses,
)


def test_losses_are_read_in_the_order_of_the_batches(tmp_path):
    write_batch_losses(tmp_path, 0, np.array([3.0, 2.0]))
    write_batch_losses(tmp_path, 2, np.array([1.5]))
    assert read_batch_losses(tmp_path).tolist() == [3.0, 2.0, 1.5]


def test_batches_that_are_trained_again_replace_what_came_after_them(tmp_path):
    write_batch_losses(tmp_path, 0, np.array([3.0, 2.0, 1.0, 9.0]))
    write_batch_losses(tmp_path, 2, np.array([1.5]))
    assert read_batch_losses(tmp_path).tolist() == [3.0, 2.0, 1.5]


def test_batches_without_a_loss_are_gaps(tmp_path):
    write_batch_losses(tmp_path, 1, np.array([2.0]))
    assert batch_losses_csv(read_batch_losses(tmp_path), 2) == "epoch,batch,loss\n1,1,\n1,2,2\n"


def test_a_number_that_was_cut_off_is_left_out(tmp_path):
    write_batch_losses(tmp_path, 0, np.array([3.0, 2.0]))
    path = tmp_path / BATCH_LOSSES
    path.write_bytes(path.read_bytes()[:-1])
    assert read_batch_losses(tmp_path).tolist() == [3.0]


def test_a_run_without_the_file_has_none(tmp_path):
    assert read_batch_losses(tmp_path).tolist() == []


def test_the_table_counts_epochs_and_batches_from_one():
    table = batch_losses_csv(np.array([0.5, 0.25, 0.125], "f4"), 2)
    assert table == "epoch,batch,loss\n1,1,0.5\n1,2,0.25\n2,1,0.125\n"
