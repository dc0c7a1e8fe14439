"""Pictures in files: found in a folder or a .zip, decoded to uint8, brought to one size, split, labelled and cached.

`tree` finds the files, `kinds` tells what they are, `decode` turns the bytes of one into pixels (`fit` changes its
size, `sixteen_bit` reads what Pillow does not), `look` reads what all their headers say, `source` is the array of all
pictures, decoded when they are asked for, `cache` keeps it, and `splits` tells training pictures from test pictures.
"""
