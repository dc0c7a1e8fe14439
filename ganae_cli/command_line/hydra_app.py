"""The only code that starts Hydra: composing a config, and running a function as a Hydra application."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra import main as hydra_main
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, open_dict

from ganae_cli.command_line.request import Request
from ganae_cli.config.conf_tree import conf_dir

VERSION_BASE = "1.3"


class UserFolders(SearchPathPlugin):
    """The user's config folders, searched after ganae's own."""

    folders: tuple[Path, ...] = ()

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        for folder in self.folders:
            search_path.append(provider="ganae", path=f"file://{folder.absolute()}")


@contextlib.contextmanager
def environment(**variables: str):
    """Set environment variables that are not set yet, for the time of a block."""
    added = [name for name in variables if name not in os.environ]
    os.environ.update({name: variables[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


class HydraApp:
    """One Hydra application: a job name, a primary config and the folders in which configs are searched."""

    def __init__(self, name: str, request: Request, folders: list[Path]):
        self.name, self.request = name, request
        self.config_name = str(request.flags.get("--config-name", name))
        self.config_path = Path(str(request.flags.get("--config-path", conf_dir()))).absolute()
        UserFolders.folders = tuple(folders)
        Plugins.instance().register(UserFolders)

    @contextlib.contextmanager
    def composing(self):
        """A block in which `compose` works; it gives Hydra's config loader."""
        GlobalHydra.instance().clear()
        with initialize_config_dir(config_dir=str(self.config_path), job_name=self.name, version_base=VERSION_BASE):
            yield GlobalHydra.instance().config_loader()
        GlobalHydra.instance().clear()

    def compose(self, overrides: list[str]) -> DictConfig:
        """The whole config, `hydra` included."""
        return compose(self.config_name, overrides, return_hydra_config=True)

    def enter_job(self, config: DictConfig, number: int = 0) -> None:
        """Fill in what Hydra does only when a job starts, so that `${hydra:…}` in the config can be resolved."""
        with open_dict(config.hydra):
            config.hydra.job.num = number
            config.hydra.runtime.output_dir = "."
        HydraConfig.instance().set_config(config)

    def show(self, overrides: list[str]) -> int:
        """Let Hydra print what a flag such as --cfg asks for; no job runs."""
        self.run(overrides, lambda config: None)
        return 0

    def run(self, overrides: list[str], task: Callable[[DictConfig], None]) -> None:
        """What `@hydra.main` does, with the command line of the request and Hydra's exceptions as they are."""
        is_asked, failures = "HYDRA_FULL_ERROR" in os.environ, []

        def job(config: DictConfig) -> None:
            sys.argv = before
            if not is_asked:  # ours is not for the processes that a job starts
                os.environ.pop("HYDRA_FULL_ERROR", None)
            try:
                task(config)
            except Exception as error:  # raised again below, past Hydra's own report
                failures.append(error)

        job.__module__ = task.__module__
        flags = self.request.for_hydra() if "--config-path" not in self.request.flags else self._with_absolute_path()
        before = sys.argv
        GlobalHydra.instance().clear()
        try:
            sys.argv = [before[0], *flags, *overrides]
            with environment(HYDRA_FULL_ERROR="1"):
                hydra_main(str(self.config_path), self.config_name, VERSION_BASE)(job)()
        finally:
            sys.argv = before
        for error in failures:
            raise error

    def _with_absolute_path(self) -> list[str]:
        """Hydra takes a relative --config-path as relative to our source file."""
        flags = self.request.for_hydra()
        flags[flags.index("--config-path") + 1] = str(self.config_path)
        return flags
