"""Layers and initial weights that several networks use."""
