"""Reading of tensors from a file that PyTorch wrote before its version 1.6, without PyTorch.

Such a file is a row of pickles, and a pickle can run any code. So this reader admits what a dictionary of tensors
consists of and nothing else: it knows few instructions, no class but an ordered dictionary, and no function but one
that notes where a tensor's numbers lie. Sizes, offsets and strides are checked against the numbers that are there.
"""

import io
import math
import pickle
import pickletools
import struct
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from ganae_cli.errors import UserError, in_one_line

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001
MOST_INSTRUCTIONS = 30_000  # of one pickle: 300 tensors have 11,000
TYPES = {  # name of a storage -> type of its numbers
    "HalfStorage": "<f2",
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "IntStorage": "<i4",
    "LongStorage": "<i8",
}
INSTRUCTIONS = frozenset(
    (
        *("PROTO", "STOP", "MARK", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1"),
        *("BINUNICODE", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_LIST", "APPEND", "APPENDS"),
        *("EMPTY_DICT", "SETITEM", "SETITEMS", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET"),
        *("GLOBAL", "REDUCE", "BUILD", "BINPERSID"),
    )
)
FAULTS = (  # what pickle, struct and NumPy raise for damaged files
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(MemoryError, RecursionError, ImportError, struct.error),
)


class _Storage(NamedTuple):
    """Numbers that tensors are views of. dtype: name of their type for NumPy."""

    key: str
    dtype: str
    length: int


class _Tensor(NamedTuple):
    """A view of a storage. offset, stride: counted in numbers."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


def tensors(data: bytes) -> dict[str, np.ndarray]:
    """Return name -> array of a file that holds a dictionary of tensors. Raises UserError for anything else."""
    try:
        return _tensors(io.BytesIO(data))
    except FAULTS as error:
        raise UserError(f"no file of tensors as PyTorch wrote them before 1.6: {in_one_line(error)}") from error


def _tensors(file: io.BytesIO) -> dict[str, np.ndarray]:
    head = [_load(file) for _ in range(3)]  # magic number, version, facts of the machine that wrote it
    if head[:2] != [MAGIC, VERSION] or head[2].get("little_endian") is not True:
        raise ValueError("it begins otherwise")
    named, keys = _load(file), _load(file)
    if type(named) not in (dict, OrderedDict) or type(keys) is not list:
        raise ValueError("it holds no dictionary")
    found = dict(OrderedDict.items(named) if isinstance(named, OrderedDict) else named.items())
    if not all(type(name) is str and type(tensor) is _Tensor for name, tensor in found.items()):
        raise ValueError("its dictionary has more than tensors")
    storages = {tensor.storage.key: tensor.storage for tensor in found.values()}
    if sorted(keys) != sorted(storages):
        raise ValueError("tensors and numbers do not belong together")
    numbers = {key: _numbers(file, storages[key]) for key in keys}
    return {name: _array(tensor, numbers[tensor.storage.key]) for name, tensor in found.items()}


def _load(file: io.BytesIO) -> Any:
    """Return the object of the pickle that begins here, and leave the file behind it."""
    start = file.tell()
    for count, (instruction, argument, _) in enumerate(pickletools.genops(file)):
        if instruction.name not in INSTRUCTIONS:
            raise ValueError(f"it has the instruction {instruction.name}")
        if count == MOST_INSTRUCTIONS:
            raise ValueError(f"it has more than {MOST_INSTRUCTIONS:,} instructions")
        # Python's table of objects to be used again is as long as the largest of their numbers says.
        if instruction.name == "LONG_BINPUT" and int(argument or 0) > MOST_INSTRUCTIONS:
            raise ValueError(f"it has an object numbered {argument:,}")
    file.seek(start)
    return _Unpickler(file).load()


class _Unpickler(pickle.Unpickler):
    """Builds dictionaries, lists, tuples, numbers, strings and `_Tensor`."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in TYPES:
            return TYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        word, dtype, key, _place, count, part = pid
        if word != "storage" or dtype not in TYPES.values() or type(key) is not str or part is not None:
            raise pickle.UnpicklingError("it has a storage of an unknown kind")
        return _Storage(key, dtype, _counted(count))


def _view(storage: Any, offset: Any, size: Any, stride: Any, _needs_gradient: Any, _hooks: Any) -> _Tensor:
    if type(storage) is not _Storage or len(size) != len(stride):
        raise ValueError("it has a tensor of an unknown kind")
    return _Tensor(storage, _counted(offset), tuple(map(_counted, size)), tuple(map(_counted, stride)))


def _counted(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 2**40:
        raise ValueError(f"{number!r} is no count")
    return number


def _numbers(file: io.BytesIO, storage: _Storage) -> np.ndarray:
    """Return the numbers of a storage, which the file is at; it is behind them then."""
    (count,) = struct.unpack("<q", file.read(8))
    held = file.read(storage.length * np.dtype(storage.dtype).itemsize) if count == storage.length else b""
    return np.frombuffer(held, storage.dtype, count=storage.length)  # which refuses too few


def _array(tensor: _Tensor, numbers: np.ndarray) -> np.ndarray:
    """Return a copy of a tensor's numbers. A view that uses a number twice, and so may be of any size, is refused."""
    last = tensor.offset + sum((n - 1) * step for n, step in zip(tensor.size, tensor.stride, strict=True))
    if 0 in tensor.size or math.prod(tensor.size) > len(numbers) or last >= len(numbers):
        raise ValueError(f"a tensor of shape {tensor.size} does not fit into {len(numbers):,} numbers")
    steps = [step * numbers.itemsize for step in tensor.stride]
    return np.lib.stride_tricks.as_strided(numbers[tensor.offset :], tensor.size, steps, writeable=False).copy()
