"""Licences are stated of datasets that ganae names, and left open of those that it does not know."""

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.export.known_data import KNOWN, MADE, licence_of

OWN = {"arrays", "audio_folder", "image_folder", "tabular", "tfds"}  # whatever lies in the user's files


def test_every_dataset_is_known_made_or_the_users_own():
    assert set(ConfTree().options("dataset")) == set(KNOWN) | set(MADE) | OWN
    assert not (set(KNOWN) | set(MADE)) & OWN


def test_a_stranger_has_no_licence():
    assert "before you publish" in licence_of("image_folder")
    assert licence_of("fashion_mnist").startswith("MIT")
