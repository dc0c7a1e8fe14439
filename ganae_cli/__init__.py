"""ganae: train and compare GANs, autoencoders and their hybrids from composable config files."""

from ganae_cli.version import __version__ as __version__


def load(run, **options):
    """Open a finished or running run folder: `.sample(count, seed)`, `.encode(images)`, `.reconstruct(images)`.

    run: a folder, a unique beginning of its name, or "latest". See `ganae_cli.evaluation.trained.Trained`.
    """
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()  # which `import ganae_cli` must not
    from ganae_cli.evaluation.trained import Trained

    return Trained.open(run, **options)
