"""Facts that only TensorFlow knows, as one line of JSON: `python -m ganae_cli.doctor.tensorflow_facts`."""

import json
import re
import sys
import time
from typing import Any

_INSTRUCTIONS = re.compile(r"To enable the following instructions: ([\w ]+), in other operations")


def facts() -> dict[str, Any]:
    """Return what TensorFlow says of its build and of the devices that it sees."""
    began = time.perf_counter()
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    tf = import_tensorflow()
    seconds = time.perf_counter() - began
    build, logical = tf.sysconfig.get_build_info(), tf.config.list_logical_devices()
    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    return {
        "version": tf.__version__,
        "seconds": round(seconds, 1),
        "cuda": build.get("cuda_version") if build.get("is_cuda_build") else None,
        "devices": [device.name.removeprefix("/device:") for device in logical],
        "gpus": [str(gpu.get("device_name", "GPU")) for gpu in gpus],
    }


def unused_instructions(chatter: str) -> list[str]:
    """Return the processor's instructions that this build does not use everywhere, from TensorFlow's own words.

    >>> unused_instructions("To enable the following instructions: AVX2 FMA, in other operations, rebuild")
    ['AVX2', 'FMA']
    """
    found = _INSTRUCTIONS.search(chatter)
    return found[1].split() if found else []


if __name__ == "__main__":
    print(json.dumps(facts()))
    sys.stdout.flush()
