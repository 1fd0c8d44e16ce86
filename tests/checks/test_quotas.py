"""
Findings about what pods ask of the quota of their namespace.
"""

import pytest

from mizzen import (
    App,
    Autoscale,
    Container,
    Environment,
    Image,
    Job,
    Namespace,
    Quota,
    Raw,
    Recreate,
    Rollout,
    Service,
    Stack,
    compile_app,
)
from mizzen.checks import check


IMAGE = Image("acme/web:v5")
STACK = Stack("dev", environment="dev")


def service(**changes):
    """
    A part whose two pods ask for one core and 1536Mi each.
    """
    asked = {"cpu": "1", "memory": "1536Mi", "replicas": 2, **changes}
    return Service("web", image=IMAGE, port=8080, **asked)


def found(part, *, quota=None, extras=()):
    """
    What is said about quotas.
    """
    held = Namespace(quota=quota)
    environment = Environment("dev", namespace=held, extras=extras)
    app = App("shop", edition="2026", parts=[part])
    manifests = compile_app(app, environment, STACK)
    findings = check(app, environment, STACK, manifests)

    return [f for f in findings if f.id == "quota-exceeded"]


def raw(hard, **more):
    """
    A quota that somebody has written by hand.
    """
    body = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "raw"},
        "spec": {"hard": hard, **more},
    }
    return Raw(body)


class TestQuotaExceeded:
    def test_sentence(self):
        """
        The finding names what is allowed and what is asked for.
        """
        (finding,) = found(service(), quota=Quota(cpu="1500m"))

        assert (
            "ResourceQuota 'shop': it allows requests.cpu of 1500m, but pods "
            "that run all the time and the largest of a rollout or job ask "
            "for 3 (quota-exceeded). Raise the quota, or lower replicas, "
            "maxima of autoscalers or what parts ask for."
        ) == str(finding)

    @pytest.mark.parametrize(
        ("quota", "asked"),
        [
            (Quota(memory="2Gi"), "memory of 2Gi, * ask for 4608Mi"),
            (Quota(pods=2), "pods of 2, * ask for 3"),
            (Quota(cpu="3", memory="4608Mi", pods=3), None),
        ],
    )
    def test_resources(self, quota, asked):
        """
        Memory and pods count as processor time does; what just fits is
        right.
        """
        messages = [
            finding.message for finding in found(service(), quota=quota)
        ]

        if asked is None:
            assert [] == messages
        else:
            allowed, _, sum_of_all = asked.partition(" * ")
            assert [True] == [
                allowed in text and text.endswith(sum_of_all)
                for text in messages
            ]

    def test_autoscaler(self):
        """
        What an autoscaler may grow to has to fit.
        """
        part = service(replicas=None, scale=Autoscale(1, 9, cpu=70))

        assert [] == found(part, quota=Quota(pods=10))
        (finding,) = found(part, quota=Quota(pods=9))
        assert finding.message.endswith("ask for 10")

    @pytest.mark.parametrize(
        ("changes", "asked"),
        [
            ({"rollout": Rollout(surge=2)}, 3),
            ({"rollout": Rollout(surge="25%", unavailable="0%")}, 3),
            ({"rollout": Rollout(unavailable=1)}, 2),
            ({"rollout": Recreate()}, 2),
            ({"replicas": 0}, 0),
        ],
        ids=str,
    )
    def test_rollout(self, changes, asked):
        """
        One more pod has to fit, or no rollout in which none may be missing
        ever begins.
        """
        part = service(**changes)

        assert [] == found(part, quota=Quota(pods=max(asked, 1)))
        assert (asked > 1) is bool(found(part, quota=Quota(pods=1)))

    @pytest.mark.parametrize(
        ("start", "beside", "asked"),
        [("3", None, "9"), ("500m", None, "3"), ("2", "2", "12")],
    )
    def test_start(self, start, beside, asked):
        """
        A pod counts as what its start needs where that is more; a sidecar
        runs beside what starts after it.
        """
        part = service(
            init=[Container("init", image=IMAGE, cpu=start)],
            sidecars=[Container("beside", image=IMAGE, cpu=beside)]
            if beside
            else [],
        )
        (finding,) = found(part, quota=Quota(cpu="1"))

        assert finding.message.endswith(f"ask for {asked}")

    def test_job(self):
        """
        The largest pod of a job has to fit; what ends gives its share back.
        """
        job = Job("migrate", image=IMAGE, cpu="4")

        assert [] == found(job, quota=Quota(cpu="4"))
        (finding,) = found(job, quota=Quota(cpu="1"))
        assert finding.message.endswith("ask for 4")

    @pytest.mark.parametrize(
        ("extra", "names"),
        [
            (raw({"cpu": "1"}), ["ResourceQuota 'raw'"]),
            (raw({"cpu": "much", "services": "0"}), []),
            (raw({"cpu": "1"}, scopes=["BestEffort"]), []),
        ],
    )
    def test_raw(self, extra, names):
        """
        Quotas that are written by hand are judged too, unless they are
        about some pods alone.
        """
        findings = found(service(), extras=[extra])

        assert names == [finding.subject for finding in findings]

    def test_limit_alone(self):
        """
        A container that has limits alone requests as much.
        """
        pod = {"containers": [{"resources": {"limits": {"cpu": "2"}}}, {}]}
        labels = {"app": "raw"}
        body = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "raw"},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        }
        for number, each in enumerate(pod["containers"]):
            each.update(name=f"c{number}", image="acme/raw:v1")
        (finding,) = found(service(), quota=Quota(cpu="3"), extras=[Raw(body)])

        assert finding.message.endswith("ask for 5")
