"""Feature spaces by name: what samples and real rows are turned into before they are compared.

Measures such as FID, KID or precision compare vectors of features, and their values mean something beside the name of
the feature space only. So each space tells, in `facts`, everything that its numbers depend on.

    base.py                 Embedded and FeatureSpace, the interface of all
    pixels.py               pixel values, or the coordinates of points
    random_conv.py          a convolutional network of fixed random weights
    classifier.py           a network that was trained once on the labels of the dataset
    encoder.py              the codes of the model's own encoder
    auto.py                 the space for a dataset where none is named
    reference.py            features of real rows, which are kept between runs
    kept_arrays.py          files of plain arrays in the user's cache
    convnet.py              the network of `classifier` and its training; learned_rows.py: what it learns
    blocks.py               images through a network, block by block
    shrink.py               large images as means of areas
    efficientnet_lite0.py   a network of photographs, of a package: lite0_network.py; torch_file.py reads its weights
    inception.py            Keras' InceptionV3, of a file of weights: inception_weights.py
    pretrained.py           what these two share; resizing.py: images as they take them
    random_numbers.py       random numbers and projections that are the same everywhere

To add one: a subclass of `FeatureSpace` in a file of this folder, declared by `@register("features", NAME)`, whose
constructor's arguments, all with defaults, are its options; the first line of the file's docstring is its help.
`prepare` is called once, then `embed` as often as wanted: the features of a row depend on this row alone, are the same
each time, and are float32 whatever Keras' dtype policy is. What a space cannot be used for, `refusal` says in words.
`tests/contracts/test_features_contract.py` tests each space that is declared.
"""
