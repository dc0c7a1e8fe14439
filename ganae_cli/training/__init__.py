"""A training run: set up, run, finish; its callbacks."""
