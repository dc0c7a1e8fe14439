"""The forker that all tests here share."""

import pytest

from tests.faults.harness import Forker


@pytest.fixture(scope="session")
def forker():
    with Forker() as started:
        yield started
