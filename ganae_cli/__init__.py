"""ganae: train and compare GANs, autoencoders and their hybrids from composable config files."""

__version__ = "0.1.0"


def load(run, **options):
    """Open a finished or running run folder: `.sample(count, seed)`, `.encode(images)`, `.reconstruct(images)`.

    run: a folder, a unique beginning of its name, or "latest". See `ganae_cli.evaluation.trained.Trained`.
    """
    from ganae_cli.quiet import import_tensorflow

    import_tensorflow()  # which `import ganae_cli` must not
    from ganae_cli.evaluation.trained import Trained

    return Trained.open(run, **options)
