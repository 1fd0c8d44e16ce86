"""
Measures the program part of ``pulumi preview``: an app by mizzen against the
same objects written by hand with pulumi_kubernetes.

Both programs run as whole processes in turn, before an engine that answers
at once, so that nothing but the programs is measured. What counts is
processor time, which other processes disturb least.
Run: ``python -m benchmarks.preview``
"""

# ruff: noqa: S603, T201 - a program that runs programs and prints

import json
import resource
import subprocess
import sys
import tempfile

from pathlib import Path
from typing import Any

import click

from .processes import compared, environment, services


ROOT = Path(__file__).parents[1]
# Most that mizzen may take, as a multiple of the time by hand.
TARGET = 1.4
RUNS = {3: 21, 30: 11, 100: 7}

APP = """\
from mizzen import App, Environment, Image, Postgres, Service, Stack

db = Postgres("db", version=17, disk="1Gi")
parts: list[Service] = []
for number in range({count}):
    parts.append(
        Service(
            f"part-{{number}}",
            image=Image(f"acme/part-{{number}}:v5"),
            port=8000,
            health="/healthz",
            env={{"LOG_LEVEL": "info"}},
            uses=parts[-1:] if number % 3 else [db],
        )
    )
app = App("shop", edition="2026", parts=[*parts, db])
dev = Environment("dev")
stack = Stack("dev", environment="dev")
"""
BY_MIZZEN = """\
import pulumi
import pulumi_kubernetes as kubernetes

from app import app, dev, stack
from mizzen.pulumi import AppComponent

cluster = kubernetes.Provider("cluster", context="dev")
AppComponent(
    "shop",
    app=app,
    environment=dev,
    stack=stack,
    opts=pulumi.ResourceOptions(provider=cluster),
)
"""
BY_HAND = """\
import pulumi
import pulumi_kubernetes as kubernetes

cluster = kubernetes.Provider("cluster", context="dev")
password = pulumi.Config().require_secret("stackKey")
"""
OBJECT = """
{variable} = kubernetes.{module}.{kind}(
    "{name}",
    {arguments},
    opts=pulumi.ResourceOptions(
        provider=cluster, depends_on=[{depends_on}]
    ),
)
"""
MODULES = {
    "v1": "core.v1",
    "apps/v1": "apps.v1",
    "batch/v1": "batch.v1",
    "networking.k8s.io/v1": "networking.v1",
}
FIELDS = {
    "automountServiceAccountToken": "automount_service_account_token",
    "stringData": "string_data",
}


def by_hand(manifest: Any) -> str:
    """
    What somebody would write for one object: literals, and the namespace
    that all else waits for.
    """
    body = dict(manifest.body)
    module = MODULES[body.pop("apiVersion")]
    kind = body.pop("kind")
    name = f"{manifest.part or 'shop'}-{manifest.role}"
    arguments = ",\n    ".join(
        f"{FIELDS.get(field, field)}={value!r}"
        for field, value in body.items()
    )
    for secret in ("password", "url"):
        value = body.get("stringData", {}).get(secret)
        arguments = arguments.replace(repr(value), "password")

    return OBJECT.format(
        variable=name.replace("-", "_"),
        module=module,
        kind=kind,
        name=name,
        arguments=arguments,
        depends_on="" if kind == "Namespace" else "shop_namespace",
    )


def write(folder: Path, count: int) -> tuple[Path, Path]:
    """
    The two programs for *count* services.
    """
    from mizzen import compile_app  # noqa: PLC0415 - measured elsewhere

    source = APP.format(count=count)
    found: dict[str, Any] = {}
    exec(source, found)  # noqa: S102 - is a constant
    manifests = compile_app(found["app"], found["dev"], found["stack"])
    programs = {
        "hand": BY_HAND + "".join(map(by_hand, manifests)),
        "mizzen": BY_MIZZEN,
    }
    for name, text in programs.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "app.py").write_text(source)
        (folder / name / "__main__.py").write_text(text)

    return folder / "hand", folder / "mizzen"


def process(folder: Path) -> tuple[float, str]:
    """
    Processor time of a program, and what it prints.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.program", folder],
        check=True,
        cwd=ROOT,
        env=environment(folder.parent),
        stdout=subprocess.PIPE,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (
        after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    )
    return seconds, ran.stdout


def measure(folder: Path, count: int) -> bool:
    """
    Print a row of the table; says whether the target was met.
    """
    hand, mizzen = write(folder / str(count), count)
    (_, expected), (_, actual) = process(hand), process(mizzen)
    if expected != actual:
        sys.exit("The programs do not register the same objects.")
    runs = [(process(hand)[0], process(mizzen)[0]) for _ in range(RUNS[count])]
    theirs, ours, ratio = compared(runs)
    number = len(json.loads(actual))
    print(
        f"| {count} | {number} | {theirs:.2f} | {ours:.2f} | {ratio:.2f} | "
        f"{TARGET} |",
        flush=True,
    )
    return ratio <= TARGET


@click.command(help=__doc__)
@services(RUNS)
def main(services: tuple[int, ...]) -> None:
    """
    Print the table; the exit code says whether the target was met.
    """
    print(
        "| services | objects | by hand, s | by mizzen, s | ratio | at most |"
        "\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        met = [measure(Path(folder), count) for count in services]

    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
