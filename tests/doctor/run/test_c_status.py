"""What a run says of itself."""

import platform
import subprocess
import sys

from ganae_cli.doctor.run import c_status


def test_states(folder, seen):
    assert seen(c_status.check)[0][0] == "ok"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folder.write_status("running", pid=dead.pid, host=platform.node(), step=4)
    assert (
        seen(c_status.check)[0][1]
        == f"running at step 4 of 12, it says, but its process {dead.pid} is gone: it was killed"
    )
    folder.write_status("failed", error="NotFinite: x")
    assert seen(c_status.check)[0] == ("warning", "failed at step 4 of 12: NotFinite: x")
    (folder.path / "status.json").write_text("{")
    assert seen(c_status.check)[0] == ("warning", "status.json is missing or cannot be read")


def test_a_lost_environment(folder, seen):
    assert seen(c_status.check)[-1] == ("ok", "begun with ganae 0.2.0, trained by 1 process(es)")
    folder.environment.write_text("{")
    assert seen(c_status.check)[-1] == ("warning", "environment.json is missing or cannot be read")
