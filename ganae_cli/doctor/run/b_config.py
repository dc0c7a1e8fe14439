"""Config: can it be read, is it valid, and is the code of its parts there?"""

from collections.abc import Iterator
from typing import Any, cast

from ganae_cli.config import chosen, completed, declared, schema
from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder

MEND = "mend it by hand; every setting is a line KEY: VALUE"


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield the first fault of the config."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        config = folder.read_config()
    except UserError as error:
        yield problem(str(error), f"{MEND}; a run of the same settings has the same file")
        return
    try:
        plain = cast(dict[str, Any], OmegaConf.to_container(config, resolve=True))
    except OmegaConfBaseException as error:
        what = str(error.msg or error).splitlines()[0]
        yield problem(f"{error.full_key}: {what}", "set the variable that it names before you resume")
        return
    try:
        declared.check_code(plain, "plugins=[PACKAGE]")
    except UserError as error:
        yield warning(str(error), "as in `ganae resume RUN plugins=[PACKAGE]`")
        return
    try:
        merged = OmegaConf.to_container(OmegaConf.merge(plain, completed.missing(plain)))
        schema.check(cast(dict[str, Any], merged))
    except UserError as error:
        yield problem(str(error), MEND)
        return
    train = plain["train"]
    length = f"{train['steps']} steps" if train.get("budget") is None else f"train.budget={train['budget']}"
    yield ok(f"{chosen.title(plain)}, {length}")
