"""Builders of data, games and optimizers from a config. No module below this floor sees a config."""
