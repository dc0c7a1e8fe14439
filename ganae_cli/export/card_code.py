"""The code of a model card: five lines that load the network and run it on the example, and four that draw new codes.

Each block stands by itself, needs no ganae, and is run by the tests.
"""

from collections.abc import Collection

from ganae_cli.export.exportable import DRAWS, Exportable

INSTALL = {
    "keras": "keras tensorflow",
    "saved_model": "tensorflow",
    "onnx": "onnxruntime numpy",
    "litert": "ai-edge-litert numpy",
}


def load(exported: Exportable, form: str, file: str) -> str:
    """Return the block that runs the network on `example.npz`, and prints how far it is from what ganae computed."""
    given = {name: f'example["{name}"]' for name in exported.model.input}
    out, several = next(iter(exported.model.output)), len(exported.model.output) > 1
    as_dict = "{" + ", ".join(f'"{name}": {row}' for name, row in given.items()) + "}"
    rows = next(iter(given.values())) if len(given) == 1 else as_dict
    of_output = f'["{out}"]'
    named = ", ".join(f"{name}={row}" for name, row in given.items())
    tensors = ", ".join(f"{name}=tf.constant({row})" for name, row in given.items())
    head, run = {
        "keras": (
            f'import keras, numpy as np\nmodel = keras.models.load_model("{file}")',
            f"np.array(model({rows}){of_output if several else ''})",
        ),
        "saved_model": (
            f'import numpy as np, tensorflow as tf\nrun = tf.saved_model.load("{file}").signatures["serving_default"]',
            f"run({tensors}){of_output}.numpy()",
        ),
        "onnx": (
            f'import numpy as np, onnxruntime\nsession = onnxruntime.InferenceSession("{file}")',
            f'session.run(["{out}"], {as_dict})[0]',
        ),
        "litert": (
            "import numpy as np; from ai_edge_litert.interpreter import Interpreter\n"
            f'interpreter = Interpreter("{file}")',
            f"interpreter.get_signature_runner()({named}){of_output}",
        ),
    }[form]
    shown = f'print({out}.shape, abs({out}.astype(float) - example["{out}"]).max())'
    return f'{head}\nexample = np.load("example.npz")\n{out} = {run}\n{shown}'


def draw(exported: Exportable, density: Collection[str], classes: tuple[str, ...]) -> str:
    """Return the block that draws 16 codes `z` as the run's sampler does, with `labels` of a conditional model.

    density: names of the arrays of sampler.npz; none for a prior. "" where the network does not draw.
    """
    if exported.does != DRAWS:
        return ""
    size = exported.model.input["z"].shape[1]
    lines = ["import numpy as np", "random = np.random.default_rng(0)"]
    lines += [f"labels = np.arange(16, dtype=np.int32) % {len(classes)}  # the class of each"] if classes else []
    if not density:
        return "\n".join([*lines, f"z = random.standard_normal((16, {size}), dtype=np.float32)"])
    lines += ['density, names = np.load("sampler.npz"), ("weights", "means", "cholesky")']
    if "weights" in density:
        lines += [
            "weights, means, cholesky = (density[name] for name in names)",
            "k = random.choice(len(weights), 16, p=weights)",
            f"noise = random.standard_normal((16, {size}), dtype=np.float32)",
            'z = means[k] + np.einsum("nij,nj->ni", cholesky[k % len(cholesky)], noise)',
        ]
        return "\n".join(lines)
    lines += [
        f"z = np.empty((16, {size}), np.float32)",
        "for i, label in enumerate(labels):",
        '    weights, means, cholesky = (density[f"class_{label}_{name}"] for name in names)',
        "    k = random.choice(len(weights), p=weights)",
        f"    z[i] = means[k] + cholesky[k % len(cholesky)] @ random.standard_normal({size})",
    ]
    return "\n".join(lines)
