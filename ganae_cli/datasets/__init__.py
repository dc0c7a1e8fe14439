"""Datasets by name, one function each that returns `base.Data`: arrays, or rows that are read when they are needed.

They are split for training and test. Images are uint8 (N, height, width, channels), points float32 (N, D). `scaling`
maps images to the range [-1, 1] of the networks, `batches` makes the stream of training batches, `files` reads NumPy
files, `pictures` and `sounds` the files of a folder.

To add a dataset: a function declared by `@register("dataset", NAME)` in a file of this folder, with its options as
parameters with defaults, and `conf/dataset/NAME.yaml` with the same options. It is deterministic, and training and test
rows are apart. A file that is missing or of the wrong layout raises UserError, which names the config key. What it
holds is stated in its YAML, or by a function beside it, so that a model that suits it is known before it is read:
`outline`.
`tests/contracts/test_datasets_contract.py` tests each dataset that is declared.
"""
