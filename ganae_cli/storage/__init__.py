"""Files on disk: run folders and their checkpoints, and how users name a run. Imports no TensorFlow."""
