"""
What a refresh tells, in terms of the app.
"""

import json

from pathlib import Path

import pytest

from mizzen.changes import Action, StackChange
from mizzen.changes.drift import drift
from mizzen.changes.rows import remarks


# What plugin 2.0.0 told after a few words of kubectl: api scaled, its Service
# deleted, a variable added to worker, a label added to the client's Service.
TOLD = Path(__file__).parent / "previews" / "drift.jsonl"
NAMED = {"name": "api"}
PARENT = "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service::api"


def refreshed(kind, said, old, new, **more):
    """
    One event of a refresh; what was said, and what was and is there.
    """
    urn = (
        "urn:pulumi:prod::shop::mizzen:index:App$mizzen:index:Service$"
        f"{kind}::api-thing"
    )
    states = {
        name: {"parent": PARENT, "inputs": said, "outputs": outputs}
        for name, outputs in (("old", old), ("new", new))
    }
    metadata = {"op": "update", "urn": urn, **states, **more}

    return {"resOutputsEvent": {"metadata": metadata}}


def words(*events):
    """
    What readers are told.
    """
    return [*remarks(StackChange(stack="prod", drift=drift(events)))]


class TestOldPlugin:
    @pytest.fixture(name="events")
    def _events(self):
        return [json.loads(line) for line in TOLD.read_text().splitlines()]

    def test_words(self, events):
        """
        Everything that was changed by hand is told, and nothing else:
        not that a disk was bound, nor how far a rollout is.
        """
        assert words(*events) == [
            "drift: Service client metadata.labels.team: nothing → web",
            "drift: Service api is gone",
            (
                "drift: Deployment worker spec.template.spec.containers"
                ".worker.env.DRIFT: nothing → {'name': 'DRIFT', "
                "'value': 'yes'}"
            ),
            "drift: Deployment api spec.replicas: 1 → 3",
        ]

    def test_parts(self, events):
        """
        Each object is of its part, and gone or updated.
        """
        found = [(change.part, change.action) for change in drift(events)]

        assert found == [
            ("client", Action.UPDATED),
            ("api", Action.DELETED),
            ("worker", Action.UPDATED),
            ("api", Action.UPDATED),
        ]


class TestNewPlugin:
    def test_secret(self):
        """
        Of a Secret that is hidden on both sides, the paths are told.
        """
        hidden = {"metadata": NAMED, "data": "[secret]"}
        event = refreshed(
            "kubernetes:core/v1:Secret",
            hidden,
            hidden,
            hidden,
            detailedDiff={"data.token": {"kind": "update"}},
        )

        assert words(event) == [
            "drift: Secret api data.token: [secret] → [secret]"
        ]

    def test_immutable(self):
        """
        What is found otherwise is an update, also where only a replacement
        could bring it about.
        """
        event = refreshed(
            "kubernetes:core/v1:ConfigMap",
            {"data": {"a": "1"}},
            {"data": {"a": "1"}},
            {"data": {"a": "2"}},
        )
        (change,) = drift([event])

        assert change.action is Action.UPDATED
        assert [str(field) for field in change.fields] == ["data.a"]


class TestControllers:
    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"spec": {}}, []),
            (
                {"spec": {"replicas": 2}},
                ["drift: Deployment api spec.replicas: 2 → 7"],
            ),
        ],
    )
    def test_replicas(self, said, told):
        """
        How many replicas there are is the autoscaler's affair, unless it was
        said.
        """
        event = refreshed(
            "kubernetes:apps/v1:Deployment",
            said,
            {"metadata": NAMED, "spec": {"replicas": 2}, "status": {"a": 2}},
            {"metadata": NAMED, "spec": {"replicas": 7}, "status": {"a": 1}},
        )

        assert words(event) == told

    def test_annotations(self):
        """
        Annotations are a place for notes of controllers; those that were
        said are compared.
        """
        said, found = (
            {"metadata": {"name": "api", "annotations": annotations}}
            for annotations in ({"team": "web"}, {"team": "db", "id": "1"})
        )
        event = refreshed("kubernetes:core/v1:Service", said, said, found)

        assert words(event) == [
            "drift: Service api metadata.annotations.team: web → db"
        ]

    def test_others(self):
        """
        What is no object of Kubernetes cannot drift in the cluster.
        """
        event = refreshed(
            "docker-build:index:Image", {}, {"ref": "a"}, {"ref": "b"}
        )

        assert words(event, {"summaryEvent": {}}) == []
