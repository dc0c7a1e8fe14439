"""Trackers: programs that keep and compare the numbers of many runs; `none`, MLflow, Weights & Biases.

A tracker works in a process of its own (`child`), which a thread of the training process talks to (`link`, `sender`):
whatever its library does, it takes no time of a training step, changes no number, and ends no training.

To add one: a subclass of `base.Tracker` in a file of this folder, declared by `@register("tracker", NAME)`, and
`conf/tracker/NAME.yaml` with the options of its constructor. It imports its library only when it is opened.
"""
