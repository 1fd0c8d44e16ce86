"""
Measures ``mizzen render`` against ``helm template`` of the same objects.

Whole processes are run in turn, and both outputs are parsed and compared
first. Run: ``python -m benchmarks.render``
"""

# ruff: noqa: S603, T201 - a program that runs programs and prints

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

from pathlib import Path
from typing import Any

import attrs
import click
import yaml

from .processes import compared, environment, services


HERE = Path(__file__).parent
# Most that mizzen may take, as a multiple of Helm's time.
TARGETS = {3: 7.0, 300: 2.0, 3000: 1.2}
RUNS = {3: 21, 300: 11, 3000: 5}
GROUP = 3

PYPROJECT = """\
[tool.mizzen]
apps = ["app:app"]
environments = "app"
"""
APP = """\
from mizzen import App, Environment, Image, Service

parts: list[Service] = []
for number in range({count}):
    parts.append(
        Service(
            f"part-{{number}}",
            image=Image(f"acme/part-{{number}}:v5"),
            port=8000,
            health="/healthz",
            env={{"LOG_LEVEL": "info"}},
            uses=parts[-1:] if number % {group} else [],
        )
    )
app = App("shop", edition="2026", parts=parts)
DEV = Environment("dev")
"""


def helm() -> Path:
    """
    Helm, built from its pinned module when it is not in the cache.
    """
    module = HERE / "helm"
    pins = (module / "go.mod").read_bytes() + (module / "go.sum").read_bytes()
    key = hashlib.sha256(pins).hexdigest()[:12]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    program = base / "mizzen" / "tools" / f"helm-{key}"
    if not program.is_file():
        print(f"Building Helm into {program.parent} …", file=sys.stderr)
        unfinished = program.with_suffix(".part")
        subprocess.run(
            [
                shutil.which("go") or "go",
                "build",
                "-mod=readonly",
                "-trimpath",
                f"-o={unfinished}",
                "helm.sh/helm/v3/cmd/helm",
            ],
            cwd=module,
            env={**os.environ, "CGO_ENABLED": "0"},
            check=True,
        )
        unfinished.rename(program)

    return program


def project(folder: Path, count: int) -> Path:
    """
    A project of *count* services, of which chains of three use each other.
    """
    folder.mkdir()
    for name, text in {
        "pyproject.toml": PYPROJECT,
        "app.py": APP.format(count=count, group=GROUP),
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
    }.items():
        (folder / name).write_text(text)

    return folder


def chart(folder: Path, count: int) -> Path:
    """
    A chart whose values describe the same services.
    """
    shutil.copytree(HERE / "chart", folder)
    services: list[dict[str, Any]] = []
    for number in range(count):
        name = f"part-{number}"
        uses = [services[-1]] if number % GROUP else []
        for used in uses:
            used["usedBy"].append(name)
        services.append(
            {
                "name": name,
                "image": f"acme/{name}",
                "tag": "v5",
                "port": 8000,
                "health": "/healthz",
                "env": {"LOG_LEVEL": "info"},
                "uses": [
                    {"name": used["name"], "port": used["port"]}
                    for used in uses
                ],
                "usedBy": [],
            }
        )
    (folder / "values.yaml").write_text(yaml.safe_dump({"services": services}))

    return folder


@attrs.frozen
class Command:
    """
    A command, and where and how it runs.
    """

    arguments: list[str]
    folder: Path
    environment: dict[str, str]

    def output(self) -> str:
        """
        What it prints.
        """
        return subprocess.run(
            self.arguments,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        ).stdout

    def seconds(self) -> float:
        """
        How long the whole process takes.
        """
        start = time.perf_counter()
        subprocess.run(
            self.arguments,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - start


def commands(folder: Path, count: int) -> tuple[Command, Command]:
    """
    ``helm template`` and ``mizzen render`` of *count* services.
    """
    variables = environment(folder)
    templates = chart(folder / f"chart-{count}", count)
    source = project(folder / f"project-{count}", count)
    mizzen = [sys.executable, "-m", "mizzen.cli", "render", "dev"]

    return (
        Command(
            [str(helm()), "template", "shop-dev", "."], templates, variables
        ),
        Command(mizzen, source, variables),
    )


def objects(output: str) -> dict[tuple[str, str], Any]:
    """
    All objects in a stream of YAML, by kind and name.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        (body["kind"], body["metadata"]["name"]): body
        for body in yaml.load_all(output, Loader=loader)
    }


def compare(helm: Command, mizzen: Command) -> int:
    """
    Number of objects, which have to be the same on both sides.
    """
    expected, actual = objects(helm.output()), objects(mizzen.output())
    if expected != actual:
        wrong = [
            f"{kind} {name}"
            for kind, name in expected.keys() | actual.keys()
            if expected.get((kind, name)) != actual.get((kind, name))
        ]
        sys.exit(f"Not the same objects: {', '.join(sorted(wrong)[:9])}")

    return len(actual)


def measure(folder: Path, count: int) -> bool:
    """
    Print a row of the table; says whether the target was met.
    """
    helm, mizzen = commands(folder, count)
    number = compare(helm, mizzen)
    runs = [(helm.seconds(), mizzen.seconds()) for _ in range(RUNS[count])]
    theirs, ours, ratio = compared(runs)
    most = TARGETS[count]
    print(
        f"| {count} | {number} | {theirs:.3f} | {ours:.3f} | {ratio:.2f} | "
        f"{most} |",
        flush=True,
    )
    return ratio <= most


@click.command(help=__doc__)
@services(TARGETS)
def main(services: tuple[int, ...]) -> None:
    """
    Print the table; the exit code says whether all targets were met.
    """
    print(
        "| services | objects | helm template, s | mizzen render, s | ratio | "
        "at most |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        met = [measure(Path(folder), count) for count in services]

    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
