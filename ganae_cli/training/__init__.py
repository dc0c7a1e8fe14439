"""A training run: set up, begin, run, finish; its callbacks."""
