"""The only code that starts Hydra: to compose configs, to run a job, and to run Hydra's own application."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from hydra import compose, initialize_config_dir
from hydra import main as hydra_main
from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.config_loader import ConfigLoader
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.core.singleton import Singleton
from hydra.core.utils import configure_log, run_job
from hydra.plugins.search_path_plugin import SearchPathPlugin
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from ganae_cli.command_line.request import Request
from ganae_cli.config.conf_tree import conf_dir
from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables

VERSION_BASE = "1.3"
Result = TypeVar("Result")


class UserFolders(SearchPathPlugin):
    """The user's config folders, searched after ganae's own."""

    folders: tuple[Path, ...] = ()

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        for folder in self.folders:
            search_path.append(provider="ganae", path=f"file://{folder.absolute()}")


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables for the time of a block; those that are set already stay as they are."""
    added = [name for name in variables if name not in os.environ]
    os.environ.update({name: variables[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextlib.contextmanager
def state_kept() -> Iterator[None]:
    """Leave Hydra's global state as it was, for a program that uses Hydra itself."""
    before = Singleton.get_state()
    try:
        yield
    finally:
        Singleton.set_state(before)


class HydraApp:
    """A Hydra application: its job name, its primary config and the folders in which configs are searched."""

    def __init__(self, name: str, request: Request, folders: list[Path]):
        hide_variables()
        self.name, self.request = name, request
        self.config_name = str(request.flags.get("--config-name", name))
        self.config_path = Path(str(request.flags.get("--config-path", conf_dir()))).expanduser().absolute()
        UserFolders.folders = tuple(folders)
        Plugins.instance().register(UserFolders)

    @contextlib.contextmanager
    def composing(self) -> Iterator[ConfigLoader]:
        """Make `compose` work for the time of a block; give Hydra's config loader."""
        GlobalHydra.instance().clear()
        with initialize_config_dir(config_dir=str(self.config_path), job_name=self.name, version_base=VERSION_BASE):
            yield _hydra().config_loader
        GlobalHydra.instance().clear()

    def compose(self, overrides: list[str]) -> DictConfig:
        """Return the whole config, with its section `hydra`."""
        return compose(self.config_name, overrides, return_hydra_config=True)

    def enter_job(self, config: DictConfig, number: int = 0) -> None:
        """Let `${hydra:…}` in a config be resolved as in a job. The config itself stays as Hydra composed it."""
        HydraConfig.instance().set_config(config)
        section: Any = HydraConfig.get()  # a copy; Hydra's annotation names its class, not the DictConfig that it is
        with read_write(section), open_dict(section):
            section.job.num, section.runtime.output_dir = number, "."

    def run(self, config: DictConfig, folder: Path, task: Callable[[], Result]) -> Result:
        """Run a task as Hydra runs a single job once it has composed the config; nothing is composed here.

        Hydra gives its jobs a copy of the config. The task takes no config: it uses the one that was checked, so that
        callbacks can read the config but not change what is trained.

        config: with its section `hydra`. folder: of the run, the value that `hydra.run.dir` gets.
        """
        failures: list[Exception] = []

        def job(_: DictConfig) -> Result:
            try:
                return task()
            except (
                Exception
            ) as error:  # reported to Hydra's callbacks, and raised again below without Hydra's own report
                failures.append(error)
                raise

        with self.composing() as loader:
            with read_write(config.hydra), open_dict(config.hydra):
                config.hydra.mode, config.hydra.job.num, config.hydra.run.dir = RunMode.RUN, 0, str(folder)
            configure_log(config.hydra.hydra_logging, config.hydra.verbose)
            callbacks = Callbacks(config)
            callbacks.on_run_start(config=config, config_name=self.config_name)
            done = run_job(
                task_function=job,
                config=config,
                job_dir_key="hydra.run.dir",
                job_subdir_key=None,
                hydra_context=HydraContext(config_loader=loader, callbacks=callbacks),
            )
            callbacks.on_run_end(config=config, config_name=self.config_name, job_return=done)
        if failures:
            raise failures[0]
        return done.return_value

    def print_config(self, config: DictConfig) -> None:
        """Print what --cfg, --package and --resolve ask for, byte for byte as Hydra does.

        config: with its section `hydra`, which is taken out of it for `--cfg job`.
        """
        flags = self.request.flags
        HydraConfig.instance().set_config(config)
        OmegaConf.set_readonly(config.hydra, None)
        with self.composing():
            shown = _hydra().get_sanitized_cfg(config, str(flags["--cfg"]))
        package = flags.get("--package", "_global_")
        if package != "_global_":
            shown = OmegaConf.select(shown, str(package))
        if shown is None:
            raise UserError(f"--package {package}: the config that --cfg {flags['--cfg']} shows has no such section")
        if not OmegaConf.is_config(shown):
            print(shown)
            return
        if package != "_global_":
            print(f"# @package {package}")
        if "--resolve" in flags:
            OmegaConf.resolve(shown)
        sys.stdout.write(OmegaConf.to_yaml(shown))

    def print_info(self) -> None:
        """Let Hydra print what --info or --hydra-help ask for; no job runs."""
        self._start(self.request.overrides, lambda config: None)

    def multirun(self, overrides: list[str], task: Callable[[DictConfig], Result], is_plain: bool = True) -> None:
        """Let Hydra's sweeper and launcher call a task with the config of each job; the sweeper gets its result.

        is_plain: sweeper and launcher are Hydra's basic ones, so an exception of a task is raised when all jobs have
        run. Others learn of it as Hydra tells them, as the task may run in another process.
        """
        self._start(overrides, task, is_plain)

    def _start(self, overrides: list[str], task: Callable[[DictConfig], Result], is_plain: bool = True) -> None:
        """Do what `@hydra.main` does, with the flags of the request; Hydra's exceptions are raised as they are."""
        is_asked = "HYDRA_FULL_ERROR" in os.environ
        failures: list[Exception] = []

        def job(config: DictConfig) -> Result | None:
            sys.argv = before
            if not is_asked:  # ours is not for the processes that a job starts
                os.environ.pop("HYDRA_FULL_ERROR", None)
            try:
                return task(config)
            except Exception as error:  # raised again below, without Hydra's own report
                if not is_plain:
                    raise
                failures.append(error)
                return None

        job.__module__ = task.__module__
        before = sys.argv
        GlobalHydra.instance().clear()
        try:
            sys.argv = [before[0], *self.request.for_hydra(), *overrides]
            with environment(HYDRA_FULL_ERROR="1"):
                hydra_main(str(self.config_path), self.config_name, VERSION_BASE)(job)()
        finally:
            sys.argv = before
        for error in failures:
            raise error


def _hydra() -> Hydra:
    """Return the Hydra that is initialised at the moment."""
    hydra = GlobalHydra.instance().hydra
    assert hydra is not None
    return hydra
