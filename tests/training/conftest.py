import pytest

from blockwright.runs import RunStore


@pytest.fixture
def store(home):
    opened = RunStore()
    yield opened
    opened.close()
