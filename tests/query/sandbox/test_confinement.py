"""What the system itself keeps a process from, whatever the engine thinks of it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wavehouse.query.sandbox.landlock import landlock_version

pytestmark = pytest.mark.skipif(not landlock_version(), reason="this system has no Landlock")

# Gives up, and then tries: the names of what it could do.
_PROGRAM = """
import json, os, socket, sys, threading
from pathlib import Path
from wavehouse.query.sandbox.confinement import give_up

told = json.loads(sys.argv[1])
folder, scratch, secret = Path(told["folder"]), Path(told["scratch"]), Path(told["secret"])
assert give_up(100_000_000, [str(folder)], scratch, network=told["network"])
tries = {
    "read the lake": lambda: (folder / "data").read_bytes(),
    "list the lake": lambda: [*folder.iterdir()],
    "write scratch": lambda: (scratch / "new").write_bytes(b"x"),
    "remove scratch": lambda: (scratch / "new").unlink(),
    "read beside": secret.read_bytes,
    "read through a link": (folder / "link").read_bytes,
    "list beside": lambda: [*secret.parent.iterdir()],
    "write the lake": lambda: (folder / "new").write_bytes(b"x"),
    "change the lake": lambda: (folder / "data").open("r+b").write(b"x"),
    "truncate the lake": lambda: os.truncate(folder / "data", 0),
    "remove from the lake": (folder / "data").unlink,
    "rename in the lake": lambda: (folder / "data").rename(folder / "other"),
    "move out of the lake": lambda: (folder / "data").rename(scratch / "other"),
    "make a folder": lambda: (folder / "made").mkdir(),
    "read /etc/passwd": Path("/etc/passwd").read_bytes,
    "read the environment of others": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "start a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "end its parent": lambda: os.kill(os.getppid(), 0),
    "connect": lambda: socket.create_connection(("127.0.0.1", told["port"]), 5),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "take memory": lambda: bytearray(8_000_000_000),
}
could = []

def attempt():
    for name, trial in tries.items():
        try:
            trial()
        except (OSError, MemoryError):
            continue
        could.append(name)

# What holds for one thread must hold for those that it starts.
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
print(json.dumps(could))
"""


@pytest.mark.parametrize("network", [False, True])
def test_what_it_can_do_still(network: bool, tmp_path: Path) -> None:
    folder, scratch = tmp_path / "lake", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    (folder / "data").write_bytes(b"rows")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = {
            "folder": str(folder),
            "scratch": str(scratch),
            "secret": str(tmp_path / "secret"),
            "network": network,
            "port": server.getsockname()[1],
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, json.dumps(told)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    could = ["read the lake", "list the lake", "write scratch", "remove scratch"]
    assert json.loads(done.stdout) == [*could, *(["connect", "listen"] if network else [])]
    assert (folder / "data").read_bytes() == b"rows"
