"""The README's promises: its example of a model works as it is printed."""

import re
import sys
from pathlib import Path

from ganae_cli.cli import main
from ganae_cli.storage.run_folder import RunFolder

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    return re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)```", README, re.DOTALL)[1]


def test_example_model_trains_samples_and_reconstructs(tmp_path, monkeypatch, capsys, parts):
    monkeypatch.setattr(parts, "_PARTS", {kind: dict(known) for kind, known in parts._PARTS.items()})
    package = tmp_path / "lab_of_readme"
    package.mkdir()
    (package / "__init__.py").write_text(block("ganae_cli/models/denoiser.py"))
    (tmp_path / "conf" / "model").mkdir(parents=True)
    (tmp_path / "conf" / "model" / "denoiser.yaml").write_text(block("conf/model/denoiser.yaml"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "outputs"))
    words = ["model=denoiser", "plugins=[lab_of_readme]", "--config-dir", str(tmp_path / "conf"), "debug=smoke"]
    code = main(["train", *words, "model.noise=0.5", "hardware.jit=false", "train.batch_size=16"])
    out, error = capsys.readouterr()
    assert code == 0, error
    folder = RunFolder(out.splitlines()[-1])
    assert [row["step"] for row in folder.history.read()] == ["2", "4"]

    from ganae_cli import load

    assert main(["train", *words, "model.noise=-1"]) == 2  # the range that the comment in its YAML states
    assert "model.noise must be at least 0, got -1" in capsys.readouterr().err
    run = load(folder.path, plugins=["lab_of_readme"])
    assert "lab_of_readme" in sys.modules
    assert run.reconstruct(run.sample(3, seed=0)).shape == (3, 8, 8, 1)
