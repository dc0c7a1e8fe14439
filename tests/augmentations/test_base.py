"""What every augmentation promises is tested in tests/contracts; here, that `none` is none."""

from ganae_cli import registry


def test_none_is_no_augmentation(parts):
    assert registry.build("augmentation", "none") is None
