"""Evaluation of images, or points, that another program made: a folder, .zip, arrays or a table, beside a dataset."""

import zipfile
from pathlib import Path

import numpy as np
from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.config import chosen
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.pictures import decode
from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.errors import UserError
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation import inputs, point_inputs, scorecard
from ganae_cli.evaluation.bar import shown
from ganae_cli.evaluation.of_run import protocol
from ganae_cli.evaluation.subject import Subject
from ganae_cli.evaluation.verdicts import court
from ganae_cli.evaluation.verdicts.base import Evidence
from ganae_cli.terminal import tell

FLAG = "--samples"


def evaluate(path: str, config: DictConfig, plugins: list[str], form: str) -> str:
    """Measure the images or points of a path beside the dataset of a config; return the page.

    form: text, json, csv or md.
    """
    from_config.import_parts(plugins)
    settings = protocol(config)
    evaluating.check(settings.metrics)
    data = from_config.build_data(config)
    rows = _read(path, data, config.dataset.get("resize", "crop"))
    name = chosen.name(config, "dataset")
    with shown(name) as at:
        subject = Subject(data, settings, given=rows, say=tell, facts={"samples": path})
        found = evaluating.evaluate(subject, at=at)
    judged = court.verdicts(Evidence(found))
    return scorecard.written(
        found, f"{len(rows):,} {data.kind} of {path}, beside {name}", form, court.lines(judged.values(), found)
    )


def _read(path: str, data: Data, how: str) -> np.ndarray:
    """Return the rows of a path as networks see those of the data. Raises UserError for what does not fit.

    how: pictures of another size are fitted, as the dataset's own are. Points are in the units of the data.
    """
    taker = f"dataset '{data.name}' has"
    if data.kind == "images":
        _tell_of_another_size(Path(path).expanduser(), data.shape, how)
        return inputs.read_images(path, data.shape, how=how, flag=FLAG, taker=taker)[0]
    rows = np.asarray(point_inputs.read(path, data.shape[0], data.columns, FLAG, taker).rows)
    return data.standard.apply(rows) if data.standard else rows


def _tell_of_another_size(path: Path, shape: tuple[int, ...], how: str) -> None:
    """Say that pictures are fitted to the size of the data, which changes what is measured; the first one is looked at.

    A folder or .zip that cannot be read is refused later.
    """
    if not (path.is_dir() or (path.suffix.lower() not in inputs.ARRAYS and zipfile.is_zipfile(path))):
        return
    try:
        tree = FolderTree(path) if path.is_dir() else ZipTree(path)
        sides = [decode.header(tree, entry).size for entry in tree.entries[:1]]
    except (Unreadable, UserError, OSError):
        return
    for height, width in sides:
        if (height, width) != shape[:2]:
            tell(f"pictures of {height}x{width}, as the first is, are fitted to {shape[0]}x{shape[1]} ({how})")
