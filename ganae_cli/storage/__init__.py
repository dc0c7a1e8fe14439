"""Files on disk: run folders, their checkpoints, and how users name a run. Imports no TensorFlow."""
