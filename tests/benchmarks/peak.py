"""The matrix product that speeds are compared with: `python -m tests.benchmarks.peak` prints its GFLOP/s as JSON.

The fastest of many products of two 2048x2048 matrices in float32, by TensorFlow under XLA, the threads as ganae's.
"""

import json
import time

SIDE, PRODUCTS = 2048, 30


def main() -> None:
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    tf = import_tensorflow()
    product = tf.function(tf.matmul, jit_compile=True, autograph=False)
    a, b = (tf.random.normal((SIDE, SIDE)) for _ in range(2))
    product(a, b).numpy()
    took = []
    for _ in range(PRODUCTS):
        began = time.perf_counter()
        product(a, b)[0, 0].numpy()
        took.append(time.perf_counter() - began)
    print(json.dumps({"gflops": 2 * SIDE**3 / min(took) / 1e9}))


if __name__ == "__main__":
    main()
