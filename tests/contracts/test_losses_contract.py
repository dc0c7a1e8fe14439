"""Contract of every loss and penalty, by the checks of `ganae_cli.testing`: right sign, finite, differentiable."""

import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.testing import check_adversarial, check_penalty, check_reconstruction

from_config.import_parts()


@pytest.mark.parametrize("name", registry.names("adversarial"))
def test_adversarial_losses(name):
    check_adversarial(name)


@pytest.mark.parametrize("name", registry.names("reconstruction"))
def test_reconstruction_losses(name):
    check_reconstruction(name)


@pytest.mark.parametrize("name", registry.names("penalty"))
def test_penalties(name):
    check_penalty(name)
