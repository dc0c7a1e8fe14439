"""Callbacks: everything that happens beside the training steps, one Keras callback per file."""
