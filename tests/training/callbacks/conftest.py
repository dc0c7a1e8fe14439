"""The recorder of `tests/trackers`, for trainings that are tracked."""

from tests.trackers.conftest import recorder

__all__ = ["recorder"]
