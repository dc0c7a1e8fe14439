"""The version of ganae, in one place: read by `ganae --version`, by run folders and by the build."""

__version__ = "0.2.0"
