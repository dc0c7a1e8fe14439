"""The sets of pictures: on which defaults may be tuned, which are the proof, and how `ganae train` gets them."""

import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.atomic import replacing

ROOT = Path(__file__).parents[3]
TUNING, YOURS, PROOF = "tuning", "yours", "proof"  # in the order in which they are trained
FIRST_FIVE = ("airplane", "automobile", "bird", "cat", "deer")
LAST_FIVE = ("dog", "frog", "horse", "ship", "truck")
FEWER = {"mnist_10": 6000, "mnist_1": 600}  # 10 % and 1 % of the training digits of MNIST
PARTS = dict.fromkeys(("mnist", "five", "digits", *FEWER, *FIRST_FIVE), TUNING)
PARTS |= dict.fromkeys(("cifar10", "fashion", "others", *LAST_FIVE), PROOF)
OF_CIFAR = {"cifar10": (*FIRST_FIVE, *LAST_FIVE), "five": FIRST_FIVE, "others": LAST_FIVE}
OF_CIFAR |= {name: (name,) for name in (*FIRST_FIVE, *LAST_FIVE)}
ALONE = {"mnist": "mnist", "fashion": "fashion_mnist"}  # set -> dataset of ganae, and of Keras
LONGEST = 1800  # seconds that a download may take


@dataclass(frozen=True)
class PictureSet:
    """A set of pictures. words: of `ganae train`. part: TUNING, PROOF, or YOURS for pictures of the user's."""

    name: str
    words: tuple[str, ...]
    part: str

    @property
    def has_classes(self) -> bool:
        """Return True for sets of which a small network knows the classes well."""
        return self.words[0].partition("=")[2] in (*ALONE.values(), "digits")


@dataclass(frozen=True)
class Sources:
    """Files of data, None: Keras' own. folder: where files are made, and kept. yours: name -> path and more words."""

    folder: Path
    mnist: Path | None = None
    fashion: Path | None = None
    cifar: Path | None = None
    yours: dict[str, tuple[str, ...]] | None = None


def names(sources: Sources, wanted: Iterable[str] | None = None) -> list[str]:
    """Return the names of sets in the order in which they are trained. wanted: of them; None: all.

    Raises UserError for one that is not known.
    """
    known = PARTS | dict.fromkeys(sources.yours or {}, YOURS)
    chosen = list(known if wanted is None else dict.fromkeys(wanted))
    for name in chosen:
        if name not in known:
            raise UserError(f"no set '{name}'{did_you_mean(name, known)} (sets: {', '.join(known)})")
    return sorted(chosen, key=lambda name: (TUNING, YOURS, PROOF).index(known[name]))


def made(name: str, sources: Sources) -> PictureSet:
    """Return a set, its files made. Raises UserError if its pictures cannot be had."""
    if name in (sources.yours or {}):
        path, *more = sources.yours[name]
        _refuse_missing(Path(path), f"--pictures {name}={path}")
        return PictureSet(name, ("dataset=image_folder", f"dataset.path={Path(path).resolve()}", *more), YOURS)
    if name == "digits":
        return PictureSet(name, ("dataset=digits",), PARTS[name])
    if name in OF_CIFAR:
        path = _of_cifar(name, sources)
        return PictureSet(name, ("dataset=image_folder", f"dataset.path={path}"), PARTS[name])
    source = "fashion" if name == "fashion" else "mnist"
    given = getattr(sources, source)
    path = given or _of_keras(ALONE[source], sources.folder / f"{ALONE[source]}.npz")
    _refuse_missing(path, f"--{source} {path}")
    fewer = (f"train.examples={FEWER[name]}",) if name in FEWER else ()
    return PictureSet(name, (f"dataset={ALONE[source]}", f"dataset.path={path.resolve()}", *fewer), PARTS[name])


def _of_cifar(name: str, sources: Sources) -> Path:
    """Return the .zip of a set of CIFAR-10's classes, which is made where only the .zip of all is there."""
    whole = sources.cifar or _of_keras("cifar10", sources.folder / "cifar10.zip")
    _refuse_missing(whole, f"--cifar {whole}")
    if name == "cifar10":
        return whole.resolve()
    path = sources.folder / f"{name}.zip"
    if not path.exists():
        write_classes(whole, path, OF_CIFAR[name])
    return path.resolve()


def write_classes(whole: Path, path: Path, classes: tuple[str, ...]) -> None:
    """Write the pictures of some classes, each in a folder of its name; of a single class without a folder.

    whole: a .zip in which each picture lies in the folder of its class. Raises UserError for a class without pictures.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(whole) as source, replacing(path) as temporary:
        entries = [PurePosixPath(entry) for entry in source.namelist() if not entry.endswith("/")]
        missing = set(classes) - {entry.parent.name for entry in entries}
        if missing:
            raise UserError(f"{whole} has no folder of pictures {sorted(missing)[0]}")
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as target:
            for entry in entries:
                if entry.parent.name in classes:
                    place = entry.name if len(classes) == 1 else f"{entry.parent.name}/{entry.name}"
                    target.writestr(zipfile.ZipInfo(place), source.read(str(entry)))


def _of_keras(dataset: str, path: Path) -> Path:
    """Return Keras' copy of a dataset as a file of ganae's, made once by a process of its own; perhaps downloaded."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", f"{__package__}.keras_data", dataset, str(path)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise UserError(f"Keras did not download {dataset} within {LONGEST // 60} minutes") from None
    if done.returncode:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        raise UserError(f"no file is given, and Keras has no copy of {dataset}: {last}")
    return path


def _refuse_missing(path: Path, what: str) -> None:
    if not path.exists():
        raise UserError(f"{what}: no such file or folder")
