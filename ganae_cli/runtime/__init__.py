"""The machine that a run uses: devices, threads, processes, random numbers, compiled programs, the log.

Without TensorFlow: import_tensorflow (until it is called), preflight (is this process one of several, and is there
memory?), process (processors, memory, age and signals of this process), in_process (what a training puts back),
lifeline (a child ends with its parent), streams (standard output and error), log (lines for the user), workers (who
they are, their meeting, and a watch that tells when one is gone), user_cache (where caches lie, and whether a place can
be trusted), xla_cache and kept_programs (compiled programs on disk).
With TensorFlow: devices (precision, threads and the `tf.distribute` strategy), library_log (what its C++ code says),
rng and philox (random numbers as a pure function of seed and step).
"""
