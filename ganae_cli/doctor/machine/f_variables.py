"""Variables: of the environment, those that change what is computed or where it is written."""

import os
from collections.abc import Iterator

from ganae_cli.doctor.anonymous import shown
from ganae_cli.doctor.finding import Finding, ok, warning

PREFIXES = (
    *("GANAE_", "TF_", "XLA_", "KERAS_", "HYDRA_", "OMP_", "KMP_", "MKL_", "OPENBLAS_"),
    *("CUDA_", "NVIDIA_", "NCCL_"),
)
OTHERS = ("PYTHONPATH", "PYTHONOPTIMIZE", "PYTHONHASHSEED", "LD_PRELOAD", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME")
RESULTS = ("XLA_FLAGS", "TF_XLA_FLAGS", "TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS", "NVIDIA_TF32_OVERRIDE")


def check() -> Iterator[Finding]:
    """Yield each variable that is set; a warning for those that change the last bits of results."""
    names = sorted(name for name in os.environ if name.startswith(PREFIXES) or name in OTHERS)
    for name in names:
        if name in RESULTS:
            yield warning(f"{name}={shown(name, os.environ[name])}", "numbers may differ from those without it")
        else:
            yield ok(f"{name}={'(set)' if name == 'TF_CONFIG' else shown(name, os.environ[name])}")
    if not names:
        yield ok("none is set")
