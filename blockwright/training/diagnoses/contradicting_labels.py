"""Equal examples with different labels."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

from blockwright.data.prepared import Prepared
from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

ROWS = 20_000
BYTES = 100_000_000
SHARE = 0.01


class ContradictingLabels(Diagnosis):
    """Of equal examples with different labels no network can get all right."""

    cause = "contradicting_labels"
    title = "Labels contradict each other"
    stage = "data"

    def check(self, evidence: Evidence) -> str | None:
        prepared = evidence.prepared
        outputs = [entry for entry in evidence.objectives if entry.task.kind in ("classes", "tags")]
        if not outputs:
            return None
        width = sum(array[:1].nbytes for array in prepared.inputs.values())
        rows = prepared.train[: max(1, min(ROWS, BYTES // max(1, width)))]
        keys = list(_keys(prepared, rows))
        for objective in outputs:
            labels: dict[bytes, Counter[bytes]] = defaultdict(Counter)
            for key, label in zip(keys, prepared.targets[objective.output][rows], strict=True):
                labels[key][np.asarray(label).tobytes()] += 1
            wrong = sum(counts.total() - max(counts.values()) for counts in labels.values())
            if wrong >= max(2, SHARE * len(rows)):
                alike = sum(counts.total() for counts in labels.values() if len(counts) > 1)
                return (
                    f'The labels of "{objective.target.name}" contradict each other: {alike:,} of {len(rows):,} '
                    "training examples are equal to another one with a different label, so that "
                    f"{wrong / len(rows):.1%} cannot be learned. Check these labels, or add a feature that tells the "
                    "examples apart."
                )
        return None


def _keys(prepared: Prepared, rows: np.ndarray) -> Iterator[bytes]:
    arrays = list(prepared.inputs.values())
    for row in rows:
        digest = blake2b(digest_size=16)
        for array in arrays:
            example = array[row]
            digest.update(repr(example.tolist()).encode() if array.dtype.kind == "O" else example.tobytes())
        yield digest.digest()
