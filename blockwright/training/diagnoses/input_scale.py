"""Inputs that are not of the scale that networks learn well from."""

import numpy as np

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

LARGE, SMALL = 10.0, 0.005
EXAMPLES = 500


class InputScale(Diagnosis):
    """The usual initial weights suit inputs of about 1; others make the first steps far too large or too small.

    Batch normalization brings the values to scale, so a network with it is not meant.
    """

    cause = "input_scale"
    title = "Inputs are not scaled"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        network = evidence.network
        if network is None or network.normalizes_batches:
            return None
        prepared = evidence.prepared
        for name in evidence.raw_inputs:
            examples = (
                prepared.inputs[name][prepared.train[:EXAMPLES]].astype(np.float64) * prepared.scales[name]
            )
            size = float(np.sqrt(np.mean(examples**2)))
            if size > LARGE:
                return (
                    f'The input "{name}" has values of about {size:.3g} (from {examples.min():.4g} to '
                    f"{examples.max():.4g}), and networks learn best from values of about 1. Set the scaling to "
                    "auto, or begin the network with a Rescaling or Normalization layer."
                )
        first = network.first_input
        if first is not None and 0 < first < SMALL:
            return (
                f"The first layer with weights receives values of about {first:.2g}, and networks learn best from "
                "values of about 1. Perhaps the values are scaled twice: by the scaling of the run and by a layer "
                "of the network."
            )
        return None
