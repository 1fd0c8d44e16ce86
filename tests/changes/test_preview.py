"""
Real previews of the official plugin, in terms of the app.
"""

import json

from pathlib import Path

import pytest

from mizzen import SpecError
from mizzen.changes import Action, Effect, dangers
from mizzen.changes.preview import path_of, preview_change


PREVIEWS = Path(__file__).parent / "previews"
WHOLE = ("preview.json", "replacement-steps.json", "streaming.jsonl")


@pytest.fixture(name="read")
def _read():
    def read(name):
        return preview_change("prod", (PREVIEWS / name).read_text())

    return read


def by_name(change):
    """
    The parts that change, by name.
    """
    return {part.part: part for part in change.parts}


@pytest.mark.parametrize("name", WHOLE)
class TestForms:
    def test_effects(self, read, name):
        """
        All forms of a preview tell the same.
        """
        parts = by_name(read(name))

        assert {
            part: {effect.name for effect in change.effects}
            for part, change in parts.items()
        } == {
            "db": {"DATA_AT_RISK", "RECREATED"},
            "web": {"RECREATED", "NEWLY_REACHABLE", "ADDED"},
            "api": {"SECRET_ROTATED", "ROLLING_RESTART", "SCALING"},
        }
        assert next(iter(parts)) == "db"

    def test_secret(self, read, name):
        """
        A secret that is hidden on both sides has changed all the same.
        """
        (secret,) = [
            change
            for change in by_name(read(name))["api"].objects
            if change.kind == "Secret"
        ]

        assert [str(field) for field in secret.fields] == ["data.token"]
        assert {secret.fields[0].old, secret.fields[0].new} == {"[secret]"}
        assert secret.action is Action.REPLACED

    def test_ways_in(self, read, name):
        """
        The load balancer and the Ingress lead in.
        """
        opened = by_name(read(name))["web"].opened

        assert [edge.port for edge in opened] == [
            "LoadBalancer 80",
            "shop.example.com/",
        ]

    def test_capacity(self, read, name):
        """
        Two more pods are asked for.
        """
        assert read(name).added.pods == 2

    def test_reasons(self, read, name):
        """
        Without the code, the fields are the reasons.
        """
        (reason,) = by_name(read(name))["db"].reasons

        assert reason == (
            "StatefulSet spec.volumeClaimTemplates[0].spec.resources"
            ".requests.storage: 1Gi → 2Gi"
        )


class TestOutcomes:
    def test_failed(self, read):
        """
        A program that fails gives its error, and what was known by then.
        """
        found = read("failed.json")

        assert "port must be between 1 and 65535" in found.problems[0]
        assert Effect.DATA_AT_RISK in found.effects

    def test_nothing(self, read):
        """
        Nothing to do is nothing to report.
        """
        found = read("no-changes.json")

        assert found.parts == ()
        assert found.problems == ()

    @pytest.mark.parametrize(
        "text", ["", "null", "[]", "error: no stack", '{"a": 1}\nnot JSON']
    )
    def test_no_preview(self, text):
        """
        What is no preview is refused, with how to make one.
        """
        with pytest.raises(SpecError) as error:
            preview_change("prod", text)

        assert str(error.value) == (
            "This is no preview. Make one by: pulumi preview --json "
            "--stack STACK"
        )

    def test_one_event(self):
        """
        A stream that was cut after its first event is still a stream.
        """
        event = json.dumps({"sequence": 0, "preludeEvent": {"config": {}}})

        assert preview_change("prod", event).parts == ()


class TestTakenOver:
    def told(self, *steps):
        """
        What a preview says of a Deployment that somebody else has made.
        """
        urn = (
            "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service$"
            "kubernetes:apps/v1:Deployment::api-deployment"
        )
        parent = (
            "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service::api"
        )
        digest = [
            {
                "urn": urn,
                "op": operation,
                **{
                    side: {
                        "parent": parent,
                        "inputs": {
                            "metadata": {"name": "api"},
                            "spec": {"replicas": replicas},
                        },
                    }
                    for side, replicas in states.items()
                },
            }
            for operation, states in steps
        ]
        return preview_change("prod", json.dumps({"steps": digest}))

    def test_changed(self):
        """
        It is compared with what it was in the cluster, which only the step
        after its import tells.
        """
        found = self.told(
            ("import", {"newState": 2}),
            ("update", {"oldState": 5, "newState": 2}),
        )
        (part,) = found.parts
        (change,) = part.objects

        assert Action.UPDATED is change.action
        assert [("spec.replicas", 5, 2)] == [
            (str(field), field.old, field.new) for field in change.fields
        ]

    def test_same(self):
        """
        What is as it should be does not change when it is taken over.
        """
        assert () == self.told(("import", {"newState": 2})).parts


class TestOldPlugin:
    def step(self, **changes):
        """
        A preview of one Secret, as plugin 2.0.0 tells it.
        """
        urn = (
            "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service$"
            "kubernetes:core/v1:Secret::api-env"
        )
        parent = (
            "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service::api"
        )
        inputs = {"kind": "Secret", "data": "[secret]", "__note": 1}
        state = {"parent": parent, "inputs": inputs}
        step = {"urn": urn, "oldState": state, "newState": state, **changes}

        return preview_change("prod", json.dumps({"steps": [step]}))

    def test_reasons(self):
        """
        Its coarser paths do as well.
        """
        found = self.step(op="update", diffReasons=["data"])
        (part,) = found.parts
        (secret,) = part.objects

        assert part.part == "api"
        assert secret.role == "env"
        assert secret.name == "api-env"
        assert part.effects == (Effect.SECRET_ROTATED,)

    def test_nothing_said(self):
        """
        A step that says of no field that it differs is no change.
        """
        assert self.step(op="update").parts == ()
        assert self.step(op="same").parts == ()


APP = "urn:pulumi:prod::shop::mizzen:index:App"
WAY = "the world outside → client (shop.example.com/)"


def ingress(component, op="create"):
    """
    A step about an Ingress of *component*, as plugin 4.29 tells it.
    """
    kind = "kubernetes:networking.k8s.io/v1:Ingress"
    types = component.split("::")[2]
    backend = {"service": {"name": "client", "port": {"number": 80}}}
    rule = {
        "host": "shop.example.com",
        "http": {"paths": [{"path": "/", "backend": backend}]},
    }
    inputs = {
        "kind": "Ingress",
        "metadata": {"name": "shop"},
        "spec": {"rules": [rule]},
    }
    state = {"parent": component, "inputs": inputs}
    side = "newState" if op == "create" else "oldState"

    return {
        "op": op,
        "urn": f"urn:pulumi:prod::shop::{types}${kind}::shop",
        side: state,
    }


def previewed(*steps):
    """
    What a plain preview of these steps tells.
    """
    return preview_change("prod", json.dumps({"steps": steps}))


class TestUntold:
    @pytest.mark.parametrize(
        "component",
        [f"{APP}::shop", f"{APP}$mizzen:index:Service::client"],
    )
    def test_ingress(self, component):
        """
        A plain preview tells of what changes alone: a new Ingress leads to
        a part that stays as it is, and that is dangerous.
        """
        found = previewed(ingress(component))
        client = by_name(found)["client"]

        assert [str(edge) for edge in client.opened] == [WAY]
        assert Effect.NEWLY_REACHABLE in client.effects
        assert [danger.line for danger in dangers(found)] == [
            "client: reachable from the world outside (shop.example.com/)"
        ]

    def test_gone(self):
        """
        One that goes leads there no more.
        """
        found = previewed(ingress(f"{APP}::shop", "delete"))

        assert [str(e) for e in by_name(found)["client"].closed] == [WAY]

    def test_new_part(self):
        """
        Ways to a part that is new are no news.
        """
        component = f"{APP}$mizzen:index:Service::client"
        state = {"parent": f"{APP}::shop", "inputs": {}}
        new = {"op": "create", "urn": component, "newState": state}
        found = previewed(new, ingress(component))

        assert by_name(found)["client"].opened == ()
        assert dangers(found) == ()


class TestPath:
    def test_quotes(self):
        """
        Keys in quotes may hold anything.
        """
        assert path_of('a["b.c"][2].d') == ("a", "b.c", 2, "d")


class TestRenamed:
    def test_words(self):
        """
        Where Pulumi knows a component by another name, its part is renamed,
        and keeps the data of claims that keep theirs.
        """
        app = "urn:pulumi:prod::shop::mizzen:index:App"
        kind = "kubernetes:core/v1:PersistentVolumeClaim"
        states = {
            state: {
                "parent": f"{app}$mizzen:index:Store::{part}",
                "inputs": {
                    "kind": "PersistentVolumeClaim",
                    "metadata": {
                        "name": "db",
                        "labels": {"app.kubernetes.io/name": part},
                    },
                },
            }
            for state, part in (("oldState", "db"), ("newState", "main"))
        }
        urn = f"{app}$mizzen:index:Store${kind}::main-disk"
        step = {"op": "update", "urn": urn, **states}
        found = preview_change("prod", json.dumps({"steps": [step]}))
        (part,) = found.parts

        assert part.part == "main"
        assert part.effects == (Effect.NOTHING_RUNNING,)
        assert part.reasons[0] == "renamed from db, data kept"
