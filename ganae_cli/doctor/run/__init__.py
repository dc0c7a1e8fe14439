"""Checks of a run folder, in the order of their names."""
