"""Use of a trained model: opening a run, samples as files and images, measures of what a run has learned.

trained: `Trained`, a model opened from its run folder, which samples, encodes and reconstructs.
classes: those that are asked for, and the grid of a row for each.
summary: the measures at the end of a training, which go to `status.json`. channel_modes: those of images whose channels
are images of their own. classifier_cache: the classifier that some of them need.
collapse, drawn_modes, row_watch: what is warned of while a model trains, by samples and by rows of the history.
images, scatter: arrays to pictures, without TensorFlow. sounds: images of sound to WAV files. export: samples to files.

evaluate: all `measures`, of a subject: samples, beside compared_rows of the data, and model_on_rows. of_run, of_sweep,
of_files, at_end: whose. scores, scorecard: what was measured, and its page. verdicts: in words.

To add a measure to a run's summary: a function in `metrics/`, and its call in `summary.measure`.
"""
