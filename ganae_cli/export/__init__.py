"""Trained networks as files for programs without ganae: Keras, TensorFlow, ONNX Runtime, LiteRT.

    plain_layers.py   each layer of ganae as built-in layers of Keras, which compute the same; plain_rules.py says how,
                      plain_images.py and plain_blocks.py hold the rules
    plain_game.py     what a model does with its networks (generate, encode), made of such layers
    exportable.py     what is exported: a plain Keras model with named inputs and outputs, and a batch to compare on
    formats/          one file for each format: write, and read again with the format's own runtime
    graph.py          operations that a format cannot hold, and the layers that they come from
    verify.py         largest difference between the network and the file, on a real batch
    density.py        sampler.npz: the density of an autoencoder's codes, as arrays that NumPy draws from
    card.py           README.md, a model card as the Hugging Face hub reads it, with card_code.py and card_metrics.py
    outside.py        images and points as they look outside: float or uint8, in the units of the data
    new_folder.py     a folder that appears whole or not at all
    write.py          all of it, one after another: `export(run, …)`

All formats are written from the same plain model, in float32, so a file holds nothing that only ganae can read.
"""
