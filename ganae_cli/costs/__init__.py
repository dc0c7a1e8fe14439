"""The cost of a run before it runs: parameters, floating-point operations, time and memory."""
