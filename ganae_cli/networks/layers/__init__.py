"""Layers, initial weights and checks of options that several networks use.

Nothing here is declared by name: a network imports what it needs. A layer's class name and the names of its attributes
are part of the paths in weights files, so a saved run can be read only as long as they stay.
"""
