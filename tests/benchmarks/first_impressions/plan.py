"""What is trained, in which order, and with which words."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ganae_cli.errors import UserError
from tests.benchmarks.first_impressions.sets import PictureSet

MODELS = ("gan", "dcgan", "r3gan", "autoencoder", "vae", "vaegan", "aae", "aegan", "contractive_aegan")
YARDSTICKS = ("keras_dcgan", "keras_vae")  # plain Keras programs: see `yardstick`
UNTIL_TIME_IS_OVER = 99_999_999  # steps
LEAST_MINUTES = 0.02  # that are left to a run: with less, it ends where it is


@dataclass(frozen=True)
class Settings:
    """Settings of all runs of a label.

    minutes: of training. by_processor: as the processor's clock counts them, not the wall's. uses_budget: let
    `train.budget` set them, not `train.max_minutes`. words: more settings of `ganae train`. steps: set, model and seed
    -> steps that this run has instead.
    """

    label: str
    minutes: float = 10.0
    by_processor: bool = False
    uses_budget: bool = False
    words: tuple[str, ...] = ()
    steps: dict[tuple[str, str, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A training. place: of the label; there the run has a folder, and its files beside it."""

    pictures: PictureSet
    model: str
    seed: int
    place: Path

    @property
    def folder(self) -> Path:
        return self.place / self.pictures.name / self.model / str(self.seed)

    @property
    def row(self) -> Path:
        """Return the file of its row, which is there once all is done."""
        return self.beside("row.json")

    def beside(self, name: str) -> Path:
        return self.folder.with_name(f"{self.seed}.{name}")

    @property
    def key(self) -> tuple[str, str, int]:
        return self.pictures.name, self.model, self.seed

    @property
    def is_yardstick(self) -> bool:
        return self.model in YARDSTICKS

    def __str__(self) -> str:
        return "/".join(map(str, self.key))


def ordered(sets: Sequence[PictureSet], models: Iterable[str], seeds: Iterable[int], place: Path) -> list[Run]:
    """Return all runs: the first seed of everything before the second; of each, sets in the order given."""
    names = list(models)
    return [Run(one, model, seed, place) for seed in seeds for one in sets for model in names]


def words_to_train(run: Run, settings: Settings) -> list[str]:
    """Return the words of `ganae train` for a run that begins."""
    return [
        *(f"model={run.model}", *run.pictures.words, f"seed={run.seed}", "hardware.threads=1"),
        *limits(run, settings),
        *settings.words,
        f"hydra.run.dir={run.folder}",
    ]


def limits(run: Run, settings: Settings) -> list[str]:
    """Return the words that end a training."""
    if steps := settings.steps.get(run.key):
        return [f"train.steps={steps}"]
    if settings.uses_budget:
        return [f"train.budget={settings.minutes:g}m"]
    return [f"train.steps={UNTIL_TIME_IS_OVER}", f"train.max_minutes={settings.minutes:g}"]


def words_to_go_on(run: Run, settings: Settings, step: int, seconds: float) -> list[str]:
    """Return the words of `ganae resume` for a run that was interrupted. step, seconds: of its newest checkpoint.

    A limit of minutes holds for each process, so the minutes that are left are what is given.
    """
    if run.key in settings.steps or settings.uses_budget:
        return []
    left = settings.minutes - seconds / 60
    return [f"train.max_minutes={left:.3f}"] if left >= LEAST_MINUTES else [f"train.steps={max(1, step)}"]


def steps_of(path: Path) -> dict[tuple[str, str, int], int]:
    """Return set, model and seed -> steps, of the rows of a table that was written before."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {(row["set"], row["model"], int(row["seed"])): int(row["steps"]) for row in rows if row["steps"]}
    except FileNotFoundError:
        raise UserError(f"--steps-of {path}: no such file") from None
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise UserError(f"--steps-of {path} is no table of this program: {error}") from error
