"""
The container image, built and run as its file says: `make container`.

It takes minutes, and so is left out of `make test`. The base is made of Debian's packages, so that no registry of
images is needed; CONTAINER_BASE names another image, or an archive of a root file system.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "Containerfile"
ENOUGH = 2048
BUILD_SECONDS, RUN_SECONDS, STOP_SECONDS = 1800, 300, 30
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("CONTAINER"), reason="takes minutes: make container"),
]
BUILD_TOOLS = {"pip", "setuptools", "hatchling", "trove_classifiers", "editables"}


@dataclass(frozen=True)
class Engine:
    """Podman and Buildah with a place of their own for images, containers and volumes."""

    place: Path

    def run(self, tool: str, *arguments: str, seconds: int = RUN_SECONDS, check: bool = True) -> str:
        """Return what a command prints; fails the test with its complaint."""
        roots = ["--root", str(self.place / "images"), "--runroot", str(self.place / "running")]
        if tool == "podman":
            # Without a systemd of its own a machine has no other manager, and only runc takes its mixture of cgroups.
            roots += ["--cgroup-manager", "cgroupfs", *(["--runtime", "runc"] if shutil.which("runc") else [])]
        done = subprocess.run([tool, *roots, *arguments], capture_output=True, text=True, timeout=seconds)
        if check and done.returncode:
            pytest.fail(f"{tool} {' '.join(arguments[:3])}: {done.stderr.strip()[-1500:]}")
        return done.stdout.strip()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    missing = [tool for tool in ("buildah", "podman") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"not here: {', '.join(missing)}" if missing else "this is done as root")
    made = Engine(tmp_path_factory.mktemp("containers"))
    yield made
    for name in made.run("podman", "ps", "--all", "--quiet", check=False).split():
        made.run("podman", "rm", "--force", name, check=False)
    # What an image mounted is let go before its files are removed.
    made.run("buildah", "rm", "--all", check=False)
    made.run("buildah", "rmi", "--all", "--force", check=False)


@pytest.fixture(scope="module")
def base(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an image with Python, of Debian's packages where none is named."""
    named = os.environ.get("CONTAINER_BASE", "")
    if named and not Path(named).is_file():
        return named
    archive = Path(named) if named else tmp_path_factory.mktemp("base") / "debian.tar"
    if not named:
        if shutil.which("mmdebstrap") is None:
            pytest.skip("not here: mmdebstrap")
        packages = "--include=python3,python3-venv,python-is-python3,ca-certificates"
        command = ["mmdebstrap", "--variant=minbase", packages, "bookworm", str(archive)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS)
        if done.returncode:
            pytest.skip(f"Debian's packages cannot be had: {done.stderr.strip()[-300:]}")
    container = engine.run("buildah", "from", "scratch")
    engine.run("buildah", "add", "--quiet", container, str(archive), "/")
    engine.run("buildah", "commit", "--quiet", container, "localhost/python-base")
    engine.run("buildah", "rm", container)
    return "localhost/python-base"


@pytest.fixture(scope="module")
def image(engine: Engine, base: str) -> str:
    # The settings of pip and the certificates of this machine are lent to the build and stay out of the image.
    lent = [place for place in ("/etc/pip.conf", "/etc/ssl/certs") if Path(place).exists()]
    volumes = [argument for place in lent for argument in ("--volume", f"{place}:{place}:ro")]
    options = ["--format", "docker", "--isolation", "chroot", "--network", "host", "--build-arg", f"BASE={base}"]
    command = ["bud", *options, *volumes, "--file", str(FILE), "--tag", "mandategraph", str(ROOT)]
    engine.run("buildah", *command, seconds=BUILD_SECONDS)
    return "localhost/mandategraph"


@dataclass(frozen=True)
class Container:
    """A container that runs, its service on a port of this machine."""

    engine: Engine
    name: str
    port: int

    def inside(self, *command: str) -> str:
        """Return what a command prints in it."""
        return self.engine.run("podman", "exec", self.name, *command)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Return status and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): told for name, told in headers.items()}
            connection.request(method, path, body.encode(), sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def wait(self, path: str = "/readyz") -> None:
        """Wait until it answers at a path."""
        until = time.monotonic() + RUN_SECONDS
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", path)[0] == 200:
                    return
            time.sleep(0.3)
        pytest.fail(f"it is not ready: {self.engine.run('podman', 'logs', self.name, check=False)[-1500:]}")


@pytest.fixture(scope="module")
def container(engine: Engine, image: str) -> Container:
    """A container run with a root that nobody can write, no capability, and no way to get any."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    # The engine would ask for more by itself than a machine may grant.
    granted = [resource.getrlimit(one)[1] for one in limits.values()]
    hardest = [min(most, ENOUGH) if most >= 0 else ENOUGH for most in granted]
    command = ["run", "--detach", "--name", "mandategraph", "--network", "host", "--env", f"MANDATEGRAPH_PORT={port}"]
    command += ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges"]  # noqa: S108
    for name, most in zip(limits, hardest, strict=True):
        command.append(f"--ulimit={name}={most}:{most}")
    engine.run("podman", *command, "--volume", "mandategraph:/data", image)
    made = Container(engine, "mandategraph", port)
    made.wait("/healthz")
    return made


def test_only_what_runs_is_in_the_image(engine: Engine, image: str) -> None:
    (told,) = json.loads(engine.run("podman", "image", "inspect", image))
    print(f"\nimage {told['Size'] / 1e6:,.0f} MB")
    assert told["Config"]["User"] == "10001:10001"
    assert told["Healthcheck"]["Test"][0] == "CMD"
    made = engine.run("buildah", "from", image)
    place = Path(engine.run("buildah", "mount", made))
    (packages,) = place.glob("opt/mandategraph/lib/python3*/site-packages")
    names = {path.name for path in packages.iterdir()}
    print(f"of it {_megabytes(place / 'opt/mandategraph'):,.0f} MB of ours")
    assert {"mandategraph", "pyoxigraph"} <= names
    assert not names & BUILD_TOOLS
    lent = place / "etc" / "pip.conf"
    assert not lent.exists() or not lent.read_bytes(), "the settings of pip are baked in"
    assert "pip" not in json.dumps(told["Config"]["Env"])
    engine.run("buildah", "rm", made)


def test_it_runs_as_nobody_and_can_do_nothing(container: Container) -> None:
    told = container.inside("python", "-c", "print(open('/proc/1/status').read())")
    status = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    assert set(status["Uid"].split()) == {"10001"}
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"].strip() == "1"
    tried = "try: open('/opt/x', 'w')\nexcept OSError as problem: print(problem.strerror)"
    assert container.inside("python", "-c", tried) == "Read-only file system"


def test_it_serves_and_keeps_what_is_written(container: Container) -> None:
    container.engine.run("podman", "healthcheck", "run", container.name)
    assert container.ask("GET", "/readyz")[0] == 503, "there is nothing to read yet"
    container.inside("mandategraph", "load", "cam")
    container.wait()
    status, page = container.ask("GET", "/", Accept="text/html")
    assert (status, "Work Plan 2016-2017" in page) == (200, True)
    token = container.inside("mandategraph", "token", "create", "--scope", "write", "--name", "image").split()[-1]
    update = "INSERT DATA { GRAPH <urn:image> { <urn:a> <urn:b> 1 } }"
    assert container.ask("POST", "/update", update, Content_Type="application/sparql-update")[0] in {401, 403}
    writing = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {token}"}
    assert container.ask("POST", "/update", update, **writing)[0] == 204
    assert _is_there(container)
    engine = container.engine
    began = time.monotonic()
    engine.run("podman", "stop", "--time", str(STOP_SECONDS), container.name)
    stopped = time.monotonic() - began
    (told,) = json.loads(engine.run("podman", "inspect", container.name))
    print(f"\nstopped in {stopped:.1f} s with status {told['State']['ExitCode']}")
    assert told["State"]["ExitCode"] == 0, "it was killed, or stopped with a fault"
    assert stopped < STOP_SECONDS
    engine.run("podman", "start", container.name)
    container.wait()
    assert _is_there(container)
    again = update.replace("1", "2")
    assert container.ask("POST", "/update", again, **writing)[0] == 204, "the token holds"
    assert "Plan: Work Plan 2016-2017" in container.inside("mandategraph", "status")


def _is_there(container: Container) -> bool:
    query = urllib.parse.quote("ASK { GRAPH <urn:image> { <urn:a> <urn:b> 1 } }")
    status, told = container.ask("GET", f"/sparql?query={query}", Accept="application/sparql-results+json")
    return status == 200 and bool(json.loads(told)["boolean"])


def _megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6
