"""The forker that the tests of a file share, and the small disk."""

import pytest

from tests.faults.harness import Forker


@pytest.fixture(scope="module")
def forker():
    with Forker() as started:
        yield started
