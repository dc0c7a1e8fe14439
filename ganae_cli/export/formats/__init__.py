"""Formats of exported networks, one file each: `write` and `read`.

file_name(name): of the file or folder that a network of this name is written to.
write(model, path, …): write a plain Keras model with dicts of inputs and outputs, for batches of any size.
read(path): the written file as a function, from dict of inputs to dict of outputs, run by the format's own runtime.
"""
