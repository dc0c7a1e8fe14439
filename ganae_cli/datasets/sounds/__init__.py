"""Sounds in files: found in a folder or a .zip, cut into clips, and shown as images that can be made sound again.

`kinds` tells which files are sounds, `recording` opens one and reads stretches of it, `headers` reads what all their
headers say, `sound` is the scale of the images, `settle` chooses it, `spectrogram` turns a clip into an image, `clips`
is the array of all of them, and `griffin_lim` turns images into sound. Files, splits, threads and the cache are those
of `pictures`.
"""
