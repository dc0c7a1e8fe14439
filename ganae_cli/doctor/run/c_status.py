"""Status: what the run says of itself, and whether that is true."""

from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.storage.run_folder import STATUS, RunFolder


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield the state."""
    status, state = folder.status(), folder.state()
    if not status:
        yield warning(f"{STATUS} is missing or cannot be read", "`ganae resume` writes it anew")
        return
    step = f"step {status.get('step', 0)} of {status.get('steps', '?')}"
    if status.get("state") == "running" and state == "interrupted":
        yield warning(f"running at {step}, it says, but its process {status.get('pid')} is gone: it was killed")
    elif state == "failed":
        yield warning(f"failed at {step}: {status.get('error')}", f"the traceback is in {folder.log}")
    else:
        yield ok(f"{state} at {step}")
    sessions = folder.sessions()
    if not sessions and folder.checkpoints.list():
        yield warning("environment.json is missing or cannot be read", "whether the data are the same is not known")
    elif sessions:
        yield ok(f"begun with ganae {sessions[0].get('ganae', '?')}, trained by {len(sessions)} process(es)")
