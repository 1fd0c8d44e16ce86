"""
Measures the program part of ``pulumi preview``: an app by mizzen against the
same objects written by hand with pulumi_kubernetes.

Both programs run as whole processes in turn, before an engine that answers
at once, so that nothing but the programs is measured. What counts is
processor time, which other processes disturb least.
Run: ``python -m benchmarks.preview``
"""

# ruff: noqa: S603, T201 - a program that runs programs and prints

import argparse
import asyncio
import json
import resource
import runpy
import subprocess
import sys
import tempfile

from pathlib import Path
from typing import Any

from .processes import compared, environment


ROOT = Path(__file__).parents[1]
# Most that mizzen may take, as a multiple of the time by hand.
TARGET = 1.1
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


def run(folder: Path) -> None:
    """
    Run the program in *folder*, and print the objects that it registers.
    """
    from pulumi import runtime  # noqa: PLC0415 - in the measured process
    from pulumi.runtime import mocks, stack  # noqa: PLC0415 - the same
    from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415 - the same

    registered: list[tuple[str, str]] = []

    class Engine(mocks.MockMonitor):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802
            registered.append((request.type, request.name))
            urn = self.make_urn(request.parent, request.type, request.name)
            return resource_pb2.RegisterResourceResponse(
                urn=urn, id=request.name, object=request.object
            )

    class Program(runtime.Mocks):
        def call(self, args: Any) -> Any:
            raise NotImplementedError

        def new_resource(self, args: Any) -> Any:
            raise NotImplementedError

    async def main() -> None:
        runpy.run_path(str(folder), run_name="__main__")
        await stack.wait_for_rpcs()

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    runtime.set_all_config({"shop:stackKey": "key"}, ["shop:stackKey"])
    monitor = Engine(Program())
    runtime.set_mocks(Program(), "shop", "dev", monitor=monitor)
    loop.run_until_complete(main())
    print(json.dumps(sorted(r for r in registered if r[0][:6] == "kubern")))


def process(folder: Path) -> tuple[float, str]:
    """
    Processor time of a program, and what it prints.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.preview", "--run", folder],
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


def main() -> int:
    """
    Print the table; the exit code says whether the target was met.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "services",
        type=int,
        nargs="*",
        default=list(RUNS),
        metavar="N",
        help=f"one of {', '.join(map(str, RUNS))}",
    )
    arguments = parser.parse_args()
    if arguments.run:
        run(arguments.run)
        return 0
    print(
        "| services | objects | by hand, s | by mizzen, s | ratio | at most |"
        "\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        met = [measure(Path(folder), count) for count in arguments.services]

    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
