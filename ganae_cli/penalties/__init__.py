"""Penalties by name: terms of a loss that look at the gradients, weights or codes of a network."""
