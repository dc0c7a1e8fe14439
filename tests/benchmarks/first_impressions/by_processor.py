"""`ganae` by the processor's clock: `python by_processor.py WORDS` is `ganae WORDS`, with other minutes.

Minutes, rates and seconds are those that the process has spent on the processor. With one thread that is what a quiet
machine's clock would show, whatever else runs on this one; so a night on a busy machine is worth as much.
"""

import runpy
import sys
import time

time.monotonic = time.perf_counter = time.process_time  # before anybody else takes them

if __name__ == "__main__":
    sys.argv = ["ganae", *sys.argv[1:]]
    runpy.run_module("ganae_cli", run_name="__main__")
