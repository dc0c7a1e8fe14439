"""TensorFlow: its build and the devices that it sees."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from ganae_cli.doctor import tensorflow_facts
from ganae_cli.doctor.finding import Finding, ok, problem
from ganae_cli.sweeps.endings import how_it_ended

IS_SLOW = True
SECONDS = 300  # after which an import hangs


def check() -> Iterator[Finding]:
    """Yield what a process of its own finds: a broken build ends that one, not this."""
    command = [sys.executable, "-P", "-m", "ganae_cli.doctor.tensorflow_facts"]
    variables = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "0"}
    try:
        run = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        yield problem(f"the import of TensorFlow does not end within {SECONDS} seconds", "install it anew")
        return
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [""])[-1]
        yield problem(f"TensorFlow cannot be imported: {how_it_ended(run.returncode)}: {last}", "install it anew")
        return
    facts = json.loads(run.stdout.splitlines()[-1])
    cuda = f"CUDA {facts['cuda']}" if facts["cuda"] else "no CUDA"
    onednn = "oneDNN on" if "oneDNN custom operations are on" in run.stderr else "oneDNN off"
    yield ok(f"TensorFlow {facts['version']}, built with {cuda}, {onednn}; imported in {facts['seconds']} s")
    unused = tensorflow_facts.unused_instructions(run.stderr)
    if unused:
        yield ok(f"the processor also has {' '.join(unused)}, which this build uses in compiled steps only")
    yield ok(f"devices: {', '.join(facts['devices'])}{''.join(f'; {gpu}' for gpu in facts['gpus'])}")
