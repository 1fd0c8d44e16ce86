"""
Pulumi's own command, run for a stack.
"""

import contextlib

import attrs
import pytest

from mizzen import SpecError
from mizzen.cli._engine import drift_of
from mizzen.engine import Engine, error_of


PROGRAM = """\
import os, time
import pulumi

class Part(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("tiny:index:Part", name)
        self.register_outputs({})

for name in os.environ.get("PARTS", "api db").split():
    Part(name)
if os.environ.get("FAIL"):
    raise ValueError("port must be known")
if os.environ.get("HANG"):
    pulumi.log.info("This takes long.")
    time.sleep(600)
pulumi.export("url", "http://shop")
pulumi.export("key", pulumi.Output.secret("hunter2"))
"""
URN = "urn:pulumi:dev::tiny::tiny:index:Part::"


@pytest.fixture(name="stack", scope="module")
def _stack(pulumi_environment, tmp_path_factory):
    """
    A stack whose program makes two components.
    """
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "state").mkdir()
    engine = Engine(
        root=folder,
        stack="dev",
        environment={
            **pulumi_environment,
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        },
    )
    engine.ask("stack", "init")

    return engine


@pytest.fixture(name="deployed", scope="module", autouse=True)
def _deployed(stack):
    """
    What was told when it was deployed.
    """
    return tuple(filter(None, stack.up()))


@pytest.fixture(name="told")
def _told(stack):
    """
    The stack with further environment variables of its process.
    """

    def told(**variables):
        return attrs.evolve(
            stack, environment={**stack.environment, **variables}
        )

    return told


def steps(events):
    """
    What happens to each component.
    """
    return {
        step["urn"].removeprefix(URN): step["op"]
        for event in events
        if (step := event.get("resourcePreEvent", {}).get("metadata"))
        and step["urn"].startswith(URN)
    }


class TestPreview:
    def test_steps(self, told):
        """
        Each resource is told of, also what stays the same.
        """
        found = told(PARTS="api web").preview()

        assert steps(found) == {"api": "same", "web": "create", "db": "delete"}

    def test_program_fails(self, told):
        """
        The error of a program is among the events, and what was known by
        then too.
        """
        found = told(FAIL="1").preview()
        (error,) = filter(None, map(error_of, found))

        assert error.endswith("ValueError: port must be known")
        assert "api" in steps(found)

    def test_drift(self, stack):
        """
        A refresh tells of everything in the state, and not what only those
        want to know who develop Pulumi.
        """
        found = stack.drift()
        severities = {
            event["diagnosticEvent"]["severity"]
            for event in found
            if "diagnosticEvent" in event
        }

        assert steps(found) == {"api": "refresh", "db": "refresh"}
        assert "debug" not in severities


class TestUp:
    def test_everything(self, deployed):
        """
        Events come in the order in which they happen, the summary last.
        """
        *_, summary, last = deployed

        assert steps(deployed) == {"api": "create", "db": "create"}
        assert summary["summaryEvent"]["resourceChanges"] == {"create": 3}
        assert "cancelEvent" in last

    @pytest.mark.parametrize(
        ("name", "target"),
        [("web", f"{URN}web"), ("web-2", "**tiny:**::web-2")],
    )
    def test_targets(self, told, name, target):
        """
        Where resources are named, or described by a pattern, no other is
        touched.
        """
        engine = told(PARTS=f"api db {name} cache")
        found = [*engine.up([target])]

        assert steps(found)[name] == "create"
        assert steps(found)["cache"] != "create"

    def test_program_fails(self, told):
        """
        A failure comes after all events, with every error.
        """
        seen = []
        with pytest.raises(SpecError) as error:
            seen.extend(told(FAIL="1").up())

        assert str(error.value).startswith("Stack 'dev' has failed:\n  - ")
        assert "port must be known" in error.value.problems[0]

    def test_cancelled(self, told, stack):
        """
        Who closes the iterator ends the update as Pulumi itself ends it: no
        lock stays behind.
        """
        events = told(HANG="1").up()
        with contextlib.closing(events):
            for event in events:
                if "takes long" in str(event):
                    break

        state = stack.root / "state" / ".pulumi"
        assert [*state.rglob("stacks/**/dev.json")]
        assert not [*state.rglob("locks/**/*.json")]


class TestRefresh:
    def test_targets(self, stack):
        """
        The state is held against what is there, for those that are named.
        """
        before = stack.state()["deployment"]["resources"]
        stack.refresh([f"{URN}api"])
        after = stack.state()["deployment"]["resources"]

        assert [r["urn"] for r in before] == [r["urn"] for r in after]


class TestConfiguration:
    def test_other_file(self, told, tmp_path):
        """
        The stack's file can be elsewhere.
        """
        path = tmp_path / "private.yaml"
        path.write_text("config:\n  tiny:size: small\n")
        engine = attrs.evolve(told(), config_file=path)

        assert '"small"' in engine.ask("config", "--json")


class TestOutputs:
    def test_secret(self, stack):
        """
        Outputs are told, but for secret ones.
        """
        assert stack.outputs() == {"url": "http://shop", "key": "[secret]"}


class TestRefusals:
    def test_unknown_stack(self, stack):
        """
        A stack that Pulumi does not know is refused in Pulumi's words.
        """
        with pytest.raises(SpecError) as error:
            attrs.evolve(stack, stack="prod").preview()

        assert str(error.value) == (
            "pulumi preview failed: no stack named 'prod' found"
        )

    def test_drift(self, stack):
        """
        Drift that cannot be found is no failure of a preview: it is told why
        nobody knows.
        """
        drift, (warning,) = drift_of(attrs.evolve(stack, stack="prod"))

        assert drift == ()
        assert warning == (
            "What differs in the cluster is not known: pulumi refresh failed: "
            "no stack named 'prod' found"
        )

    def test_wrong_passphrase(self, told):
        """
        The words of Pulumi are told without the warnings before them.
        """
        with pytest.raises(SpecError) as error:
            [*told(PULUMI_CONFIG_PASSPHRASE="wrong").up()]

        assert str(error.value) == (
            "pulumi up failed: getting stack configuration: get stack "
            "secrets manager: incorrect passphrase"
        )

    def test_ask(self, stack):
        """
        A question that Pulumi cannot answer is an error with its words.
        """
        with pytest.raises(SpecError) as error:
            stack.ask("stack", "output", "missing")

        assert "current stack does not have output property 'missing'" in str(
            error.value
        )

    def test_no_pulumi(self, tmp_path):
        """
        Without Pulumi, it is said what to do.
        """
        engine = Engine(
            root=tmp_path, stack="dev", environment={"PATH": str(tmp_path)}
        )
        with pytest.raises(SpecError) as error:
            engine.preview()

        assert str(error.value) == (
            "pulumi is not there. Install it and put it on PATH."
        )


class TestState:
    def test_put(self, stack):
        """
        A state that was exported can be put back, changed.
        """
        before, outputs = stack.state(), stack.outputs()
        stack.put_state(before)
        urns = [
            [each["urn"] for each in state["deployment"]["resources"]]
            for state in (before, stack.state())
        ]

        assert urns[0] == urns[1]
        assert outputs == stack.outputs()
        with pytest.raises(SpecError, match=r"^pulumi stack failed: "):
            stack.put_state({"version": 3})
