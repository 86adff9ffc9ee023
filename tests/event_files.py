"""Reading event files of TensorBoard."""

from pathlib import Path

import tensorflow as tf


def summaries(folder: Path, part: str) -> list[tuple[str, float]]:
    """What the event files of a part hold: each tag, and its value; of a histogram the sum of its counts, of images
    how many there are."""
    (path,) = (folder / part).iterdir()
    values = []
    for record in tf.data.TFRecordDataset(str(path)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            array = tf.make_ndarray(value.tensor)
            number = array if array.ndim == 0 else len(array) - 2 if array.ndim == 1 else array[:, 2].sum()
            values.append((value.tag, float(number)))
    return values


def graphs(folder: Path) -> list[list[str]]:
    """The names of the nodes of each graph in the event files of the training part."""
    (path,) = (folder / "train").iterdir()
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(path))]
    return [
        [node.name for node in tf.compat.v1.GraphDef.FromString(event.graph_def).node]
        for event in events
        if event.graph_def
    ]
