"""Datasets by name, each a function that returns `base.Data`: whole arrays in memory, split into training and test."""
