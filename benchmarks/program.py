"""
Runs a Pulumi program before an engine that answers at once, and prints the
objects that it registers. Run: ``python -m benchmarks.program FOLDER``
"""

# ruff: noqa: T201 - a program that prints

import asyncio
import json
import runpy
import sys

from pathlib import Path
from typing import Any

from pulumi import runtime
from pulumi.runtime import mocks, stack
from pulumi.runtime.proto import resource_pb2


def run(folder: Path) -> None:
    """
    Run the program in *folder*, and print the objects that it registers.
    """
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


if __name__ == "__main__":
    run(Path(sys.argv[1]))
