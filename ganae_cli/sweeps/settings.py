"""How the jobs of a sweep are trained: a choice of the moment, which no folder holds."""

from dataclasses import dataclass, field


@dataclass
class SweepSettings:
    """The section `sweep` of a config. jobs: at the same time, or "auto". plugins: packages that the user named."""

    jobs: int | str = 1
    on_error: str = "continue"
    forks: bool = False
    plugins: list[str] = field(default_factory=list)

    @property
    def stops_on_error(self) -> bool:
        return self.on_error == "stop"

    def words(self) -> list[str]:
        """Return what is not the default, as words of a command line.

        >>> SweepSettings(jobs=2).words()
        ['sweep.jobs=2']
        """
        jobs = [f"sweep.jobs={self.jobs}"] if self.jobs != 1 else []
        on_error = [f"sweep.on_error={self.on_error}"] if self.on_error != "continue" else []
        return jobs + on_error + (["sweep.forks=true"] if self.forks else [])
