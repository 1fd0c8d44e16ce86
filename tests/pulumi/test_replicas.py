"""
Who decides how many replicas there are: a number, or an autoscaler.
"""

import pulumi
import pytest

from mizzen import (
    App,
    Autoscale,
    Environment,
    Image,
    Queue,
    Redis,
    Stack,
    Worker,
)
from mizzen.pulumi import AppComponent
from mizzen.pulumi._replicas import take_back


KIND = "HorizontalPodAutoscaler.autoscaling"
IMAGE = Image("acme/worker:v5")
QUEUE = Redis("queue", version=8, disk="1Gi")


def deployment(autoscaler, replicas=None):
    """
    What the plugin is told of a Deployment.
    """
    marks = {"mizzen.dev/scaled-by": autoscaler} if autoscaler else {}
    number = {} if replicas is None else {"replicas": replicas}

    return {
        "metadata": {
            "name": "worker",
            "namespace": "shop-dev",
            "annotations": marks,
        },
        "spec": number,
    }


def change(old, new):
    """
    An update of a Deployment.
    """
    return pulumi.ResourceHookArgs(
        "urn",
        "id",
        "worker-deployment",
        "kubernetes:apps/v1:Deployment",
        new_inputs=new,
        old_inputs=old,
    )


@pytest.fixture(name="warnings")
def _warnings(monkeypatch):
    """
    What is said on the way.
    """
    said = []
    monkeypatch.setattr(pulumi, "warn", said.append)
    return said


class TestMark:
    @pytest.mark.parametrize(
        ("scale", "kind"),
        [
            (Autoscale(2, 9, cpu=70), KIND),
            (
                Autoscale(
                    2, 9, queue=Queue(QUEUE, list="jobs", per_replica=9)
                ),
                "ScaledObject.keda.sh",
            ),
            (None, None),
        ],
    )
    def test_mark(self, deploy, scale, kind):
        """
        A Deployment says which kind of autoscaler it is left to.
        """
        worker = Worker("worker", image=IMAGE, scale=scale, uses=[QUEUE])
        app = App("shop", edition="2026", parts=[worker, QUEUE])

        def program():
            AppComponent(
                "shop",
                app=app,
                environment=Environment("dev"),
                stack=Stack("dev", environment="dev"),
            )

        found = deploy(program).resources["worker-deployment"]

        marks = found.inputs["metadata"].get("annotations", {})
        assert kind == marks.get("mizzen.dev/scaled-by")
        assert 1 == len(found.request.hooks.before_update)


class TestTakeBack:
    @pytest.mark.parametrize("kind", [KIND, "ScaledObject.keda.sh"])
    def test_goes(self, kubectl, warnings, kind):
        """
        The autoscaler goes before the number is set.
        """
        asked = kubectl()

        take_back("kind-dev", change(deployment(kind), deployment(None, 2)))

        assert (
            f"--context kind-dev --namespace shop-dev delete {kind} worker "
            "--ignore-not-found\n"
        ) == asked.read_text()
        assert [] == warnings

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (deployment(None, 1), deployment(None, 2)),
            (deployment(None, 1), deployment(KIND)),
            (deployment(KIND), deployment(KIND)),
            (None, deployment(None, 2)),
            ({"metadata": {"annotations": None}}, deployment(None, 2)),
        ],
    )
    def test_stays(self, kubectl, warnings, old, new):
        """
        Nothing is done where none is given up.
        """
        asked = kubectl()

        take_back("kind-dev", change(old, new))

        assert not asked.exists()
        assert [] == warnings

    @pytest.mark.parametrize(
        ("context", "reason"),
        [
            (None, "the stack names no context"),
            ("kind-dev", "kubectl delete failed: only dynamic ones"),
        ],
    )
    def test_impossible(self, kubectl, warnings, context, reason):
        """
        Where it cannot be deleted, the update goes on and says what to do.
        """
        kubectl(code=1)

        take_back(context, change(deployment(KIND), deployment(None, 2)))

        (warning,) = warnings
        assert (
            "Deployment 'worker': its autoscaler may change the number of "
            f"replicas once more before it goes ({reason}). Then: kubectl "
            "--namespace=shop-dev scale deployment/worker --replicas=2"
        ) == warning
