"""
The policy pack, asked as the engine asks it: over its Analyzer service.
"""

import contextlib
import copy
import json
import os
import shutil
import signal
import subprocess
import sys

import attrs
import grpc
import pytest
import yaml

from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc as services
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE
from tests.pulumi.engine import copied

from mizzen import load_project
from mizzen.checks import CHECKS
from mizzen.pulumi import AppComponent
from mizzen.stack import Version


DIGEST = "sha256:" + 64 * "1"
VERSIONS = {
    part: {"tag": "v5", "digest": DIGEST}
    for part in ("api", "client", "worker", "migrate")
}
SHRUNK = "postgres: disk 1Gi -> 512Mi"
MANDATORY = messages.EnforcementLevel.MANDATORY


@pytest.fixture(name="checkout")
def _checkout(root, tmp_path):
    """
    The example app and its policy pack under version control.
    """
    folders = ("apps", "infra", "policy", "stacks")
    found = copied(root, tmp_path / "checkout", *folders)
    who = ("-c", "user.name=Somebody", "-c", "user.email=a@example.com")
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message=Start"),
    ):
        subprocess.run(["git", *who, *words], cwd=found, check=True)

    return found


@pytest.fixture(name="prod")
def _prod(root):
    """
    The example app in production, with recorded versions.
    """
    project = load_project(root)
    stack = project.stack("prod")
    versions = {part: Version(**said) for part, said in VERSIONS.items()}

    return (
        project.app(),
        project.environment(stack),
        attrs.evolve(stack, versions=versions),
    )


@pytest.fixture(name="resources")
def _resources(deploy, prod):
    """
    What the program registers for an app, the example unless told
    otherwise, as the engine tells it.
    """

    def resources(app=prod[0]):
        _, environment, stack = prod
        found = deploy(
            lambda: (
                AppComponent(
                    app.name, app=app, environment=environment, stack=stack
                )
                and None
            )
        ).resources
        urns = {each.request.name: each.urn for each in found.values()}

        return [
            messages.AnalyzerResource(
                type=each.type,
                properties=each.request.object,
                urn=each.urn,
                name=each.name,
                parent=urns.get(each.parent, ""),
            )
            for each in found.values()
        ]

    return resources


def _interrupt(process):
    """
    Interrupt *process* until it has ended: one interrupt is lost while a call
    is answered.
    """
    while True:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=5)
            return


@pytest.fixture(name="pack_process")
def _pack_process(checkout, tmp_path):
    """
    Starts the policy pack as Pulumi's plugin for policies does, with some
    configuration of the stack.
    """
    started = []

    def pack_process(config):
        process = subprocess.Popen(
            [
                *(sys.executable, "-u", "-m", "pulumi.policy"),
                *("127.0.0.1:1", str(checkout / "policy")),
            ],
            cwd=checkout / "policy",
            env={
                **os.environ,
                "PULUMI_CONFIG": json.dumps(config),
                "PULUMI_DRY_RUN": "true",
                "PULUMI_PROJECT": "multi",
                "PULUMI_STACK": "prod",
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)

        return process

    yield pack_process

    for process in reversed(started):
        _interrupt(process)


@pytest.fixture(name="pack")
def _pack(checkout, pack_process):
    """
    The service of a policy pack that is started with more configuration of
    the stack.
    """
    channels = []

    def pack(**more):
        file = checkout / "stacks" / "Pulumi.prod.yaml"
        config = yaml.safe_load(file.read_text())["config"]
        config |= {f"multi:{key}": value for key, value in more.items()}
        config["multi:versions"] = VERSIONS
        words = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in config.items()
        }
        port = int(pack_process(words).stdout.readline())
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        channels.append(channel)

        return services.AnalyzerStub(channel)

    yield pack

    for channel in reversed(channels):
        channel.close()


def told(service, resources):
    """
    What the policies say: name, resource and message of each violation of
    those that refuse a deployment.
    """
    request = messages.AnalyzeStackRequest(resources=resources)
    return [
        (found.policyName, found.urn.rpartition("::")[2], found.message)
        for found in service.AnalyzeStack(request).diagnostics
        if found.enforcementLevel == MANDATORY
    ]


def changed(resources, name, change):
    """
    *resources* with another content of the one that is called *name*.
    """
    found = copy.deepcopy(resources)
    (resource,) = [each for each in found if each.name == name]
    content = json_format.MessageToDict(resource.properties)
    change(content)
    resource.properties.Clear()
    json_format.ParseDict(content, resource.properties)

    return found


class TestPolicies:
    def test_all(self, pack):
        """
        There is a policy for each check and each guard: errors refuse,
        warnings are told, and what is worth knowing is switched off.
        """
        levels = {
            "error": MANDATORY,
            "warning": messages.EnforcementLevel.ADVISORY,
            "info": messages.EnforcementLevel.DISABLED,
        }
        info = pack().GetAnalyzerInfo(empty_pb2.Empty())

        assert "mizzen" == info.name
        assert {
            **{check.id: levels[check.severity.value] for check in CHECKS},
            "not-acknowledged": MANDATORY,
            "not-judged": MANDATORY,
            "acknowledges-nothing": messages.EnforcementLevel.ADVISORY,
        } == {policy.name: policy.enforcementLevel for policy in info.policies}


class TestChecks:
    def test_example(self, pack, resources):
        """
        The example app is refused by nothing, though nothing of it is
        deployed yet.
        """
        assert [] == told(pack(), resources())

    def test_port(self, pack, resources):
        """
        What a program makes of the objects is judged, and the resource is
        named.
        """

        def elsewhere(content):
            content["spec"]["ports"][0]["targetPort"] = "metrics"

        bad = changed(resources(), "api-service", elsewhere)
        ((policy, resource, message),) = told(pack(), bad)

        assert ("target-port", "api-service") == (policy, resource)
        assert "Service 'api': " in message
        assert "'metrics'" in message

    def test_unknown(self, pack, resources):
        """
        What is known later refuses nothing.
        """

        def later(content):
            pod = content["spec"]["template"]["spec"]
            pod["containers"][0]["image"] = UNKNOWN_STRING_VALUE

        unknown = changed(resources(), "api-deployment", later)

        assert [] == told(pack(), unknown)


class TestGuards:
    def test_refused(self, pack, prod, resources):
        """
        Data that would be lost refuses the deployment, with the line that
        allows it.
        """
        app, _, _ = prod
        smaller = app.replace(app["postgres"], disk="512Mi")
        ((policy, _, message),) = told(pack(), resources(smaller))

        assert "not-acknowledged" == policy
        assert (
            "Data would be lost, or the app opened wider, and the stack's "
            "file does not acknowledge it.\n"
            f"Stack 'prod': data at risk, {SHRUNK} (not-acknowledged). If "
            "that is meant, acknowledge it in the stack's file: "
            f'"{SHRUNK}".'
        ) == message

    def test_acknowledged(self, pack, prod, resources):
        """
        With that line, nothing is refused.
        """
        app, _, _ = prod
        smaller = app.replace(app["postgres"], disk="512Mi")

        assert [] == told(pack(acknowledge=[SHRUNK]), resources(smaller))

    def test_way_in(self, pack, resources):
        """
        So does a way in that only the program makes.
        """

        def open_(content):
            content["spec"]["type"] = "LoadBalancer"

        opened = changed(resources(), "api-service", open_)
        found = told(pack(), opened)

        assert ["not-acknowledged"] == [policy for policy, _, _ in found]
        assert "api: reachable from the world outside" in found[0][2]

    def test_no_repository(self, checkout, pack, prod, resources):
        """
        Without version control, nobody knows what was before.
        """
        shutil.rmtree(checkout / ".git")
        app, _, _ = prod
        smaller = app.replace(app["postgres"], disk="512Mi")

        assert [] == told(pack(), resources(smaller))
