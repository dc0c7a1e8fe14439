"""Layers of ganae as built-in layers and operations of Keras, which compute the same numbers in float32.

ganae's own layers are forms of standard ones that train faster; in a file, the standard ones can be read anywhere. A
layer that has no rule here and is not built into Keras, as of a plugin, stays as it is: see `Plain.kept`.
"""

from ganae_cli.export import plain_blocks, plain_images  # declare the rules
from ganae_cli.export.plain_rules import FLOAT, RULES, Plain, Tensor, is_built_in

__all__ = ["FLOAT", "RULES", "Plain", "Tensor", "is_built_in", "plain_blocks", "plain_images"]
