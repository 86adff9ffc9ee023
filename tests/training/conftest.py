import pytest

from blockwright.runs.store import RunStore


@pytest.fixture
def store(home):
    opened = RunStore()
    yield opened
    opened.close()
