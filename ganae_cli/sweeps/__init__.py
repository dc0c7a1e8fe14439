"""Sweeps: their jobs, the live overview, the table of results. Imports no TensorFlow."""
