"""ReLUs that give 0 for every example."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

SHARE = 0.8


class DeadRelus(Diagnosis):
    """A unit whose ReLU is 0 for every example has no gradient and never learns again."""

    cause = "dead_relus"
    title = "Most ReLUs of a layer are dead"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        for relu in evidence.network.relus if evidence.network else ():
            if relu.units >= 4 and relu.dead >= SHARE * relu.units:
                return (
                    f'{relu.dead:,} of the {relu.units:,} ReLUs in "{relu.node}" are dead: they are 0 for every '
                    "example that was tried, and do not learn. Use a lower learning rate, batch normalization, or "
                    "an activation such as leaky_relu or gelu."
                )
        return None
