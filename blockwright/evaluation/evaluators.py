"""The evaluator of every task."""

from blockwright.evaluation.classification import Classification
from blockwright.evaluation.evaluator import Evaluator
from blockwright.evaluation.multilabel import Multilabel
from blockwright.evaluation.reconstruction import Reconstruction
from blockwright.evaluation.regression import Regression
from blockwright.tasks import family

EVALUATORS: dict[str, Evaluator] = family([Classification(), Regression(), Multilabel(), Reconstruction()])
