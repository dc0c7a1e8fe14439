"""Models by name, one page per algorithm: the citation, the networks, and one loss method per player.

A page is a final subclass of `engine.Game`, declared by `@register("model", NAME)` in NAME.py. The constructor requests
networks and losses from `Parts`; its other arguments are the options. Methods named `<player>_loss` return the loss
terms by name, `forward` returns what they share, `generate` and `encode` use the trained networks. `engine/game.py`
lists all that a page may declare.

To add a model: its page, and `conf/model/NAME.yaml` with its networks, options and weights of loss terms; a variant
that differs only in options, losses or penalties is a YAML file over an existing page. `ganae list models` shows it,
and `tests/contracts` tests every model that is declared: routing of gradients, shapes, resume, all losses and networks.
`shared/` has what several pages use.
"""
