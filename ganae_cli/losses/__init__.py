"""Losses by name: adversarial, reconstruction, penalties. Functions of tensors that know no network and no config."""
