"""
A recorder in place of Pulumi's engine: it keeps all that a program asks for.
"""

import asyncio

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pulumi
import pytest

from google.protobuf import json_format
from pulumi.runtime import mocks, rpc, stack
from pulumi.runtime.settings import (
    SETTINGS,
    _shutdown_callbacks,
    reset_options,
)

from .engine import engine_fixture, pulumi_environment_fixture


__all__ = ["engine_fixture", "pulumi_environment_fixture"]

PROJECT = "shop"
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PICKED_PORT = 31234
STACK_OUTPUTS = {
    "acme/data/prod": {"host": "db.example.com", "port": 5432.0},
    "acme/vault/prod": {"token": "t0ken", "region": "eu"},
}
SECRET_OUTPUTS = {"acme/vault/prod": ["token"]}


@attrs.frozen
class Secret:
    """
    A value that Pulumi encrypts.
    """

    value: Any


@attrs.frozen(kw_only=True)
class Registered:
    """
    What a program said about one resource.
    """

    type: str
    name: str
    parent: str
    dependencies: frozenset[str]
    provider: str
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool
    aliases: frozenset[str]
    before_create: tuple[str, ...]
    version: str
    inputs: Mapping[str, Any]
    urn: str
    request: Any
    outputs: dict[str, Any] = attrs.field(factory=dict)


def _plain(node: Any) -> Any:
    """
    *node* as Python data, with secrets marked where they are.
    """
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if not isinstance(node, dict):
        return node
    if node.get(rpc._special_sig_key) == rpc._special_secret_sig:
        return Secret(_plain(node["value"]))
    return {key: _plain(value) for key, value in node.items()}


def _properties(message: Any) -> Any:
    return _plain(json_format.MessageToDict(message))


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _urn(urn: str) -> str:
    """
    The name that the engine gives, which leaves out the stack's type.
    """
    return urn.replace("pulumi:pulumi:Stack$", "")


def _alias(alias: Any) -> str:
    """
    The name that a resource had.
    """
    return str(alias.spec.name) or _name(alias.urn)


class Cluster(pulumi.runtime.Mocks):
    """
    Answers as a cluster and as other stacks would.
    """

    def __init__(self, status: Mapping[str, Any]) -> None:
        self.status = status

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """
        No function of any provider is called.
        """
        raise AssertionError(args.token)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        """
        What was asked for, and what only the cluster knows.
        """
        state = dict(args.inputs)
        if args.typ == "pulumi:pulumi:StackReference":
            state["outputs"] = STACK_OUTPUTS[args.name]
            state["secretOutputNames"] = SECRET_OUTPUTS.get(args.name, [])
        if args.typ == "kubernetes:core/v1:Service" and state.get("spec"):
            port = {"nodePort": PICKED_PORT, **state["spec"]["ports"][0]}
            state["spec"] = {**state["spec"], "ports": [port]}
            state["status"] = self.status
        return f"{args.name}-id", state


class Recorder(mocks.MockMonitor):
    """
    Keeps what Pulumi's own mocks forget.
    """

    def __init__(self, status: Mapping[str, Any]) -> None:
        super().__init__(Cluster(status))
        self.registered: dict[str, Registered] = {}
        self.read: list[str] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """
        Keep the request of a resource.
        """
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            assert request.name not in self.registered, request.name
            self.registered[request.name] = Registered(
                type=request.type,
                name=request.name,
                parent=_name(request.parent),
                dependencies=frozenset(map(_name, request.dependencies)),
                # A provider is its URN and its id.
                provider=_name(request.provider.rpartition("::")[0]),
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                delete_before_replace=request.deleteBeforeReplace,
                before_create=tuple(request.hooks.before_create),
                # Classes of Kubernetes have other versions of their types.
                aliases=frozenset(filter(None, map(_alias, request.aliases))),
                version=request.version,
                inputs=_properties(request.object),
                urn=_urn(response.urn),
                request=request,
            )
        return response

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """
        Keep the name of another stack.
        """
        self.read.append(request.name)
        return super().ReadResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """
        Keep the outputs of a component.
        """
        name = _name(request.urn)
        if name in self.registered:
            outputs = self.registered[name].outputs
            assert not outputs, f"{name} has its outputs registered twice"
            outputs.update(_properties(request.outputs))
        return super().RegisterResourceOutputs(request)


@attrs.frozen
class Deployment:
    """
    What came of a program.

    Attributes:
        resources: Resources by name.

        result: What the program returned, with its outputs known.

        read: Names of the stacks that were read.
    """

    resources: Mapping[str, Registered]
    result: Any
    read: list[str]

    def __getitem__(self, name: str) -> Registered:
        return self.resources[name]


async def _run(program: Callable[[], Any]) -> Any:
    try:
        result = program()
        await stack.wait_for_rpcs()

        return await pulumi.Output.from_input(result).future()
    finally:
        # Where the engine would ask the hooks of resources.
        await _shutdown_callbacks()


@pytest.fixture(name="key")
def _key() -> str:
    """
    The stack's key.
    """
    return KEY


@pytest.fixture(name="monitor")
def _monitor() -> Recorder:
    ingress = [{"hostname": "shop.example.com"}, {"ip": "192.0.2.1"}]
    return Recorder({"loadBalancer": {"ingress": ingress}})


@pytest.fixture(name="loop")
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """
    An event loop whose threads have loops, as Pulumi's mocks need them, and
    which leaves nothing behind.
    """
    loops = []

    def new_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    new_loop()
    loop = loops[0]
    loop.set_default_executor(ThreadPoolExecutor(2, initializer=new_loop))

    yield loop

    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    for each in loops:
        each.close()


@pytest.fixture(name="deploy")
def _deploy(
    monitor: Recorder, loop: asyncio.AbstractEventLoop
) -> Iterator[Callable[..., Deployment]]:
    """
    Runs a program in the stack ``dev`` of the project ``shop``. Its secret
    configuration holds the stack's key unless told otherwise.
    """

    def deploy(
        program: Callable[[], Any],
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> Deployment:
        if secrets is None:
            secrets = {f"{PROJECT}:stackKey": KEY}
        everything = {**(config or {}), **secrets}
        pulumi.runtime.set_all_config(everything, list(secrets))
        pulumi.runtime.set_mocks(
            monitor.mocks, project=PROJECT, stack="dev", monitor=monitor
        )
        result = loop.run_until_complete(_run(program))

        return Deployment(monitor.registered, result, monitor.read)

    yield deploy

    SETTINGS.outputs.clear()
    SETTINGS.rpc_manager.clear()
    pulumi.runtime.set_all_config({}, [])
    reset_options()


@pytest.fixture(name="kubectl")
def _kubectl(tmp_path, monkeypatch):
    """
    A program in the place of kubectl, which writes down what it is asked
    and answers with an exit code.
    """
    said = tmp_path / "asked"

    def kubectl(code=0):
        path = tmp_path / "kubectl"
        path.write_text(
            f'#!/bin/sh\necho "$@" >>{said}\necho only dynamic ones >&2\n'
            f"exit {code}\n"
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return said

    return kubectl
