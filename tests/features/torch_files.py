"""Files of tensors as PyTorch wrote them before 1.6, put together instruction by instruction, without PyTorch.

The layout is that of `torch.save(…, _use_new_zipfile_serialization=False)`: five pickles (magic number, version, facts
of the machine, the dictionary, the keys of its storages), then of each storage the count and the numbers.
"""

import pickle
import struct
from collections.abc import Mapping

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
KINDS = {"<f4": "FloatStorage", "<i8": "LongStorage", "<f8": "DoubleStorage", "<f2": "HalfStorage"}


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word.encode())) + word.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def numbers(values) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def storage(key: str, kind: str, count: int) -> bytes:
    """Push the storage: the tuple that names it, then BINPERSID."""
    return (
        b"(" + text("storage") + b"ctorch\n" + kind.encode() + b"\n" + text(key) + text("cpu") + number(count) + b"NtQ"
    )


def tensor(place: bytes, offset: int, size, stride) -> bytes:
    """Push a tensor: a call of torch._utils._rebuild_tensor_v2."""
    hooks = b"ccollections\nOrderedDict\n)R"
    call = b"(" + place + number(offset) + numbers(size) + numbers(stride) + b"\x89" + hooks + b"t"
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + call + b"R"


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    return b"\x80\x02}(" + b"".join(text(name) + value for name, value in entries.items()) + b"u."


def file(entries: Mapping[str, bytes], storages: Mapping[str, np.ndarray], magic: int = MAGIC) -> bytes:
    """Return a file of a dictionary whose values are pushed by these instructions."""
    facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    head = b"".join(pickle.dumps(one, protocol=2) for one in (magic, 1001, facts))
    held = b"".join(struct.pack("<q", array.size) + array.tobytes() for array in storages.values())
    return head + dictionary(entries) + pickle.dumps(list(storages), protocol=2) + held


def of(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return a file of arrays, each in a storage of its own."""
    entries = {}
    for name, array in arrays.items():
        strides = [step // array.itemsize for step in array.strides]
        entries[name] = tensor(storage(name, KINDS[array.dtype.str], array.size), 0, array.shape, strides)
    return file(entries, arrays)
