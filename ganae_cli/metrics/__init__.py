"""Measures of samples: NumPy arrays in, floats by name out. They know no model, no config and no TensorFlow.

modes: for mixtures of Gaussians with known modes, and for classes. classifier: for labelled images; channel_classifier:
for images whose channels are images of their own. intrinsic_dimension: of data. novelty: for any images. variation:
for any data. ssim: of two images. distribution: FID, KID, precision and recall and the like, of features.

intervals: what is written beside a number, so that nobody takes noise for a difference.

To add a measure: one file with a function of samples and real data that returns name -> float. Its docstring states the
protocol: the number of samples, what each number means, its unit, and what a perfect sampler scores.
`evaluation/summary.py` calls it at the end of a training. Its keys then appear in `status.json`, so they should not be
renamed later.
"""
