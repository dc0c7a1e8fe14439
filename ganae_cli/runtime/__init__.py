"""The machine: devices, threads, processes, random numbers, compiled programs."""
