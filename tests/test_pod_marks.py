"""
Labels and annotations of the pods of one part.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Backup,
    Conventions,
    CronJob,
    DaemonSet,
    Environment,
    Image,
    Job,
    Postgres,
    SpecError,
    Worker,
)


IMAGE = Image("acme/it:v5")
NAME = "example.com/mesh"
OTHER = "example.com/team"


@pytest.fixture(name="pods")
def _pods(desired):
    """
    Metadata of the pods of the only part, by kind of what makes them.
    """

    def pods(part, **policy):
        found = desired(part, environment=Environment("dev", **policy))
        specs = {
            m.kind: m.body["spec"].get("jobTemplate", m.body)["spec"]
            for m in found
            if "template" in m.body.get("spec", {})
            or "jobTemplate" in m.body.get("spec", {})
        }
        return {
            kind: spec["template"]["metadata"] for kind, spec in specs.items()
        }

    return pods


@pytest.mark.parametrize(
    "part",
    [
        Worker("it", image=IMAGE),
        Job("it", image=IMAGE),
        CronJob("it", image=IMAGE, schedule="@daily"),
        DaemonSet("it", image=IMAGE),
    ],
    ids=["Worker", "Job", "CronJob", "DaemonSet"],
)
def test_parts(pods, part):
    """
    All parts of one's own mark their pods, beside what finds them.
    """
    (before,) = pods(part).values()
    (after,) = pods(
        attrs.evolve(part, pod_labels={NAME: "on"}, pod_annotations={NAME: ""})
    ).values()

    assert {
        "labels": {**before["labels"], NAME: "on"},
        "annotations": {NAME: ""},
    } == after


def test_stores(pods):
    """
    So do stores, and what administers them stays as it is.
    """
    db = Postgres(
        "db", version=17, disk="1Gi", backup=Backup("@daily", disk="1Gi")
    )
    before = pods(db)
    after = pods(
        attrs.evolve(db, pod_labels={NAME: "on"}, pod_annotations={NAME: "1"})
    )

    assert {
        **before,
        "StatefulSet": {
            "labels": {**before["StatefulSet"]["labels"], NAME: "on"},
            "annotations": {NAME: "1"},
        },
    } == after


def test_precedence(pods):
    """
    A part's own ones win over those that all have, and overrides over
    both, key by key.
    """
    part = Worker(
        "it",
        image=IMAGE,
        pod_labels={NAME: "on", OTHER: "shop"},
        pod_annotations={NAME: "a", OTHER: "b"},
    )
    marks = {NAME: "all", "example.com/zone": "eu"}
    found = pods(
        part,
        conventions=Conventions(pod_labels=marks, pod_annotations=marks),
        overrides=[
            part.override(
                pod_labels={OTHER: OFF}, pod_annotations={OTHER: "c"}
            )
        ],
    )["Deployment"]

    assert {NAME: "a", OTHER: "c", "example.com/zone": "eu"} == found[
        "annotations"
    ]
    assert ("on", "eu") == (
        found["labels"][NAME],
        found["labels"]["example.com/zone"],
    )
    assert OTHER not in found["labels"]


def test_metrics(pods):
    """
    What a part says itself takes the place of what mizzen would say.
    """
    port = "prometheus.io/port"
    part = Worker(
        "it", image=IMAGE, metrics=9090, pod_annotations={port: "9091"}
    )

    assert "9091" == pods(part)["Deployment"]["annotations"][port]


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (
            {"pod_labels": {"app.kubernetes.io/name": "it"}},
            (
                "pod_labels must leave alone what mizzen itself says, like "
                "its own name (got 'app.kubernetes.io/name')."
            ),
        ),
        (
            {"pod_labels": {"a b": "it"}},
            (
                "pod_labels must have keys of Kubernetes, like "
                "'example.com/team' (got 'a b')."
            ),
        ),
        (
            {"pod_labels": {NAME: "a b"}},
            (
                f"pod_labels '{NAME}' must be at most 63 letters, digits, "
                "hyphens, underscores and dots, like 'payments' (got 'a b')."
            ),
        ),
        (
            {"pod_annotations": {NAME: 5}},
            f"pod_annotations '{NAME}' must be text (got 5).",
        ),
    ],
    ids=["reserved", "key", "value", "number"],
)
def test_refused(marks, text):
    """
    What Kubernetes would refuse, or what finds pods, is refused.
    """
    with pytest.raises(SpecError) as ei:
        Worker("it", image=IMAGE, **marks)

    assert f"Worker 'it': {text}" == str(ei.value)
