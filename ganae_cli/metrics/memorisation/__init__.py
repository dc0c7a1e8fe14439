"""Measures of memorisation and privacy: have samples, or the networks, kept rows of the training set?

All compare what was learned with held-out rows of the same data, which no one can have memorised; a number without that
comparison says nothing. They take features float (N, D), one row a sample, or scores that were made elsewhere, and find
what their features see: copies in pixels, near copies in the features of a classifier.

data_copying: are samples nearer to the training set than held-out rows are, region by region (C_T). authenticity: is a
sample nearer to its training row than that is to any other. neighbour_ratio: distances to the nearest training row
beside those of held-out rows, and the share of samples that are suspiciously near. lone_neighbour: copies, which have
one training row much nearer than all others. adversarial_accuracy: can neighbours
tell samples from real rows, of training and of held-out data. membership: can an attacker tell who was in the training.
"""
