"""README.md of an export: a model card, with the YAML at its head that the Hugging Face hub reads.

https://huggingface.co/docs/hub/model-cards says which keys there are. The licence of the model is its owner's to
choose, so it is left open.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ganae_cli.config import chosen
from ganae_cli.evaluation.trained import Trained
from ganae_cli.export import card_code, card_metrics
from ganae_cli.export.exportable import DRAWS, ENCODES, Exportable
from ganae_cli.export.known_data import KNOWN, licence_of
from ganae_cli.export.verify import Difference
from ganae_cli.terminal import one_line
from ganae_cli.version import __version__

PICTURE, EXAMPLE, SAMPLER = "samples.png", "example.npz", "sampler.npz"
CONFIG, CLASSES, EVALUATION = "config.yaml", "classes.json", "evaluation.json"
LIBRARIES = {"keras": "keras", "saved_model": "tensorflow", "onnx": "onnx", "litert": "tflite"}
TASK = "unconditional-image-generation"
_FILES = {
    PICTURE: "samples, seed 0",
    EXAMPLE: "inputs, and the outputs that ganae computed from them",
    SAMPLER: "the density from which latent codes are drawn: a mixture of Gaussians",
    CONFIG: "the complete config of the training",
    CLASSES: "names of the classes: label k is the k-th",
    EVALUATION: "all that was measured of these weights, with the protocol of each number",
    "export.json": "inputs, outputs, checksums",
}


@dataclass(frozen=True)
class Card:
    """What a card tells of.

    file: of the network. files: beside it. density: names of the arrays of sampler.npz. differences: of the file from
    ganae's own numbers, None if it was not read again. entries: what was evaluated of these weights. quantized: what
    int8 costs, in words; "" for float32.
    """

    trained: Trained
    exported: Exportable
    form: str
    file: str
    files: Collection[str]
    density: Collection[str]
    differences: list[Difference] | None
    entries: list[dict[str, Any]]
    quantized: str = ""


def text(card: Card) -> str:
    """Return the card."""
    head = yaml.safe_dump(_front_matter(card), sort_keys=False, allow_unicode=True)
    body = [
        *_title(card),
        *_use(card),
        *_data(card),
        *_training(card),
        *card_metrics.section(card.entries),
        *_files(card),
    ]
    return f"---\n{head}---\n\n" + "\n".join(body) + "\n"


def _front_matter(card: Card) -> dict[str, Any]:
    config = card.trained.config
    name, data = chosen.name(config, "model"), config.dataset.name
    known = KNOWN.get(data)
    is_image = card.exported.ends.name == "images"
    head: dict[str, Any] = {"library_name": LIBRARIES[card.form]}
    if is_image and card.exported.does == DRAWS and card.trained.sound is None:
        head["pipeline_tag"] = TASK
    head["tags"] = ["ganae", one_line(name), LIBRARIES[card.form], "generative-model"]
    if known and known.hub:
        head["datasets"] = [known.hub]
    scores, _ = card_metrics.chosen_ones(card.entries)
    results = [{"type": one["metric"], "value": one["value"], "name": one["metric"]} for one in scores]
    if results:
        dataset = {"name": known.title if known else data, "type": (known and known.hub) or data}
        one = {"task": {"type": TASK if is_image else "other"}, "dataset": dataset, "metrics": results}
        head["model-index"] = [{"name": f"{one_line(name)} on {data}", "results": [one]}]
    return head


def _title(card: Card) -> Iterator[str]:
    config, exported = card.trained.config, card.exported
    does = {DRAWS: f"draws {exported.ends.name} from latent codes", ENCODES: "gives the latent codes of data"}
    yield f"# {chosen.title(config)}: {exported.name}"
    yield ""
    yield (
        f"A network that {does.get(exported.does, 'is one of the networks of this model')}, trained with ganae "
        f"{__version__} and exported as {card.form}. Nothing of ganae is needed to run it."
    )
    yield ""
    if exported.kept:
        kept = ", ".join(exported.kept)
        yield f"These layers are not built into Keras, and are in the graph as they are: {kept}."
        yield ""
    if PICTURE in card.files:
        yield f"![samples]({PICTURE})"
        yield ""


def _use(card: Card) -> Iterator[str]:
    exported = card.exported
    yield "## How to use it"
    yield ""
    yield "| | name | type | shape | |"
    yield "| --- | --- | --- | --- | --- |"
    for side, name, kind, shape in exported.tensors:
        yield f"| {side} | `{name}` | {kind} | ({', '.join(['N', *map(str, shape)])}) | {_meaning(card, name)} |"
    yield ""
    yield f"`pip install {card_code.INSTALL[card.form]}`. N is any number of rows."
    yield ""
    yield from _block(card_code.load(exported, card.form, card.file))
    yield _compared(card)
    yield ""
    drawn = card_code.draw(exported, card.density, card.trained.classes)
    if drawn:
        yield f'New codes, in place of `example["z"]`{" and `labels`" if card.trained.classes else ""}:'
        yield ""
        yield from _block(drawn)


def _meaning(card: Card, name: str) -> str:
    ends, trained = card.exported.ends, card.trained
    if name == "images":
        sound = ", mel spectrograms of sound" if trained.sound is not None else ""
        return ("0 to 255" if ends.in_uint8 else "-1 to 1") + sound
    if name == "points":
        return "in the units of the data"
    if name == "z":
        return f"latent codes ({trained.source.name})" if card.exported.does == DRAWS else "latent codes, their means"
    if name == "labels":
        few = one_line(", ".join(trained.classes[:10])).replace("|", "/")  # which ends a cell
        return f"number of the class: {few}{' …' * (len(trained.classes) > 10)}"
    return {"logits": "above 0: it takes the row for data", "class_logits": "of the classes"}.get(name, "")


def _compared(card: Card) -> str:
    if card.quantized:
        return card.quantized
    if card.differences is None:
        return "The file was not compared with the network that it was made from."
    told = ", ".join(f"{one.output} {one.largest:.1e} (largest number: {one.scale:.3g})" for one in card.differences)
    return f"Largest difference from the network in ganae, on {card.exported.told}: {told}."


def _block(code: str) -> Iterator[str]:
    yield from ("```python", code, "```", "")


def _data(card: Card) -> Iterator[str]:
    name = card.trained.config.dataset.name
    known = KNOWN.get(name)
    yield "## Data"
    yield ""
    yield f"- dataset: {known.title if known else name} (`dataset={name}`)" + (f", {known.source}" if known else "")
    yield f"- shape of a row: {' x '.join(map(str, card.trained.game.shape))}"
    yield f"- licence of the data: {licence_of(name)}"
    yield ""


def _training(card: Card) -> Iterator[str]:
    trained = card.trained
    config, step = trained.config, trained.checkpoint.step
    weights = "averaged over the training (EMA)" if trained.game.averages.are_taken else "as trained"
    yield "## Training"
    yield ""
    yield f"- `model={chosen.name(config, 'model')}`, z_dim {trained.game.z_dim}, seed {config.seed}; {CONFIG} says all"
    yield f"- step {step:,} of {config.train.steps:,}, batches of {config.train.batch_size}; weights {weights}"
    yield f"- networks inside: {', '.join(card.exported.roles)}, {card.exported.model.count_params():,} numbers"
    if config.hardware.precision != "float32":
        yield f"- trained in {config.hardware.precision}; here everything computes in float32"
    yield ""


def _files(card: Card) -> Iterator[str]:
    yield "## Files"
    yield ""
    yield f"- `{card.file}`: the network"
    yield from (f"- `{name}`: {told}" for name, told in _FILES.items() if name in card.files)
    yield "- `README.md`: this card. The licence of the model is yours to choose: add `license:` at its head."
