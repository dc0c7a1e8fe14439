"""What a run will cost: parameters, floating-point operations, time and memory."""
