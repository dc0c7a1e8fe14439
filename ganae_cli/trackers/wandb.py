"""Weights & Biases. Without a login: into `wandb/` of the outputs folder, for `wandb sync` to send at any time."""

import os
import secrets
from pathlib import Path
from typing import Any, Literal, cast

from ganae_cli.registry import register
from ganae_cli.trackers.base import About, Opened, Tracker

Mode = Literal["online", "offline", "disabled", "shared"]  # of wandb.init; ours are the first two


@register("tracker", "wandb")
class WandB(Tracker):
    """Runs in a project of Weights & Biases; the jobs of a sweep in one group."""

    extra, modules = "wandb", ("wandb",)

    def __init__(
        self,
        project: str = "ganae",
        entity: str | None = None,
        mode: str = "auto",
        checkpoints: bool = False,
        timeout: float = 60,
    ):
        super().__init__(checkpoints, timeout)
        self.project, self.entity, self.mode = project, entity, mode
        self.run: Any = None

    def open(self, about: About) -> Opened:
        folder = _own_folders(about.outputs.absolute())  # before the library is imported
        mode = self.mode_now()
        import wandb

        run = about.run or secrets.token_hex(4)
        self.run = wandb.init(
            project=self.project,
            entity=self.entity,
            id=run,
            name=about.name,
            group=about.group,
            mode=mode,
            resume="allow",
            dir=folder,
            notes=f"continues {about.continues}" if about.continues else None,
            settings=wandb.Settings(init_timeout=0.8 * self.timeout, **QUIET),
        )
        self.run.config.update(about.params, allow_val_change=True)
        return Opened(run, self.run.url if mode == "online" and self.run.url else f"{folder}/wandb ({mode})")

    def mode_now(self) -> Mode:
        """Return offline or online, as the option says, the variable WANDB_MODE, or whether there is a login."""
        named = os.environ.get("WANDB_MODE") if self.mode == "auto" else self.mode
        return cast(Mode, named or ("online" if _has_login() else "offline"))

    def row(self, step: int, values: dict[str, float], when: float) -> None:
        self.run.log(values, step=step)

    def picture(self, step: int, name: str, path: Path) -> None:
        import wandb

        self.run.log({name: wandb.Image(str(path))}, step=step)

    def file(self, path: Path, folder: str) -> None:
        import wandb

        artifact = wandb.Artifact(f"{folder}-{self.run.id}", type="model")
        artifact.add_file(str(path))
        self.run.log_artifact(artifact)

    def close(self, state: str, metrics: dict[str, float], words: dict[str, str], step: int) -> None:
        self.run.summary.update({f"end/{name}": value for name, value in metrics.items()} | words | {"state": state})
        self.run.finish(exit_code=int(state == "failed"))


# Nothing is shown, and nothing is sent but what ganae tells: no host, user, command line, commit, load of the machine.
QUIET: dict[str, Any] = {
    "silent": True,
    "host": "",
    "username": "",
    "console": "off",
    "disable_git": True,
    "save_code": False,
    "disable_code": True,
    "disable_job_creation": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
}


def _own_folders(outputs: Path) -> str:
    """Return the folder for `wandb/`; what the library keeps besides lies there, too, unless variables say where."""
    folder = Path(os.environ.get("WANDB_DIR") or outputs)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("CACHE", "DATA", "ARTIFACT"):
        os.environ.setdefault(f"WANDB_{name}_DIR", str(folder / "wandb" / name.lower()))
    os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
    return str(folder)


def _has_login() -> bool:
    """Return True if `wandb login` has left a key on this machine, or the variable WANDB_API_KEY has one."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    import wandb
    from wandb.sdk.lib import wbauth

    try:  # the library knows its server, and under which names of it a key may be kept
        return wbauth.read_netrc_auth(host=os.environ.get("WANDB_BASE_URL") or wandb.Settings().base_url) is not None
    except wandb.errors.AuthenticationError:  # a key that is torn: the library says so when it needs it
        return True
