"""Checks of the installation and of the machine, in the order of their names."""
