"""Jobs of a sweep that run at once, as Hydra's launcher decides, share the processors of the machine."""

from omegaconf import DictConfig, OmegaConf

from ganae_cli.runtime import process


def jobs_at_once(launcher: DictConfig, sweeper: DictConfig, count: int | None) -> int:
    """Return how many jobs run at the same time: 1 unless the launcher has an `n_jobs`, as `joblib` has.

    A negative `n_jobs` leaves processors free, as joblib counts them: -1 none, -2 one. count: of all jobs; None where
    the sweeper makes them up, `n_jobs` of its own at a time.
    """
    asked = launcher.get("n_jobs") or 1
    if asked < 0:
        asked = max(1, process.processors() + 1 + asked)
    most = count or sweeper.get("n_jobs") or asked
    return min(asked, most)


def share_threads(config: DictConfig, at_once: int) -> None:
    """Give a job its part of the processors, at least one thread, unless `hardware.threads` says how many it has."""
    if at_once > 1 and config.hardware.threads is None:
        OmegaConf.update(config, "hardware.threads", max(1, process.processors() // at_once))
