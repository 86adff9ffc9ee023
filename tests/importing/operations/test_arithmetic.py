import keras
import pytest

from blockwright.importing import ImportProblem
from tests.importing.comparing import imported


def test_adding_tensors_of_unequal_rank_is_refused_where_layers_would_add_otherwise():
    wide, flat = keras.Input((4, 4)), keras.Input((4,))
    with pytest.raises(ImportProblem, match="3 and 2 dimensions"):
        imported(keras.Model([wide, flat], wide + flat))
