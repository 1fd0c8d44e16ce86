"""
What Autopilot of GKE refuses, and what it makes of the rest.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Container,
    DaemonSet,
    Image,
    Postgres,
    Raw,
    Scratch,
    SpecError,
    Stack,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS


AUTOPILOT = Stack("prod", environment="dev", cluster=CLUSTERS["gke-autopilot"])
CLASS = "cloud.google.com/compute-class"
LARGER = f"Lower it, or choose larger nodes, like nodes={{'{CLASS}': 'Performance'}}."


@pytest.fixture(name="findings")
def _findings(dev, desired):
    """
    What the checks about Autopilot find of some parts.
    """

    def findings(*parts, patches=(), stack=AUTOPILOT):
        app = App("shop", edition="2026", parts=parts, patches=patches)
        made = desired(app, environment=dev, stack=stack)
        return [
            str(finding)
            for finding in check(app, dev, stack, made)
            if finding.id.startswith("autopilot")
        ]

    return findings


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            (
                {"cpu": "31", "memory": "100Gi"},
                (
                    "Service 'web': cpu of a pod comes to 31000m, but "
                    f"Autopilot gives it at most 30000m. {LARGER}"
                ),
            ),
            (
                {
                    "cpu": "20",
                    "memory": "100Gi",
                    "sidecars": [
                        Container(
                            "proxy",
                            image=Image("acme/proxy:v1"),
                            cpu="1",
                            memory="11Gi",
                        )
                    ],
                },
                (
                    "Service 'web': memory of a pod comes to 111Gi, but "
                    f"Autopilot gives it at most 110Gi. {LARGER}"
                ),
            ),
            (
                {
                    "volumes": {"/cache": Scratch("8Gi")},
                    "ephemeral_storage": "3Gi",
                },
                (
                    "Service 'web': ephemeral_storage of a pod comes to 11Gi, but "
                    f"Autopilot gives it at most 10Gi. {LARGER}"
                ),
            ),
            (
                {"nodes": {"kubernetes.io/hostname": "node-1"}},
                (
                    "Service 'web': nodes names 'kubernetes.io/hostname', but "
                    "Autopilot makes nodes for pods and lets no pod choose "
                    "one. Leave it out, or choose a class of nodes by "
                    f"'{CLASS}'."
                ),
            ),
        ],
        ids=["cpu", "memory", "volumes", "nodes"],
    )
    def test_part(self, desired, web, changes, problem):
        """
        Pods that no node is made for are refused, by part and field, and on
        no other kind of cluster.
        """
        web = attrs.evolve(web, **changes)
        with pytest.raises(SpecError) as ei:
            desired(web, stack=AUTOPILOT)

        assert (problem,) == ei.value.problems
        assert desired(
            web, stack=attrs.evolve(AUTOPILOT, cluster=CLUSTERS["gke"])
        )

    @pytest.mark.parametrize(
        ("field", "asked", "most"),
        [("cpu", "31", "30000m"), ("memory", "111Gi", "110Gi")],
    )
    def test_store(self, desired, field, asked, most):
        """
        So are stores.
        """
        store = Postgres("db", version=17, disk="1Gi", **{field: asked})
        shown = "31000m" if field == "cpu" else asked
        with pytest.raises(SpecError) as ei:
            desired(store, stack=AUTOPILOT)

        (problem,) = ei.value.problems
        assert (
            f"Postgres 'db': {field} of a pod comes to {shown}, but "
            f"Autopilot gives it at most {most}. {LARGER}"
        ) == problem

    @pytest.mark.parametrize(
        "nodes",
        [
            {CLASS: "Performance"},
            {"cloud.google.com/gke-accelerator": "nvidia-l4"},
        ],
    )
    def test_classes(self, findings, web, nodes):
        """
        Other classes of nodes have sizes of their own.
        """
        web = attrs.evolve(web, cpu="31", memory="1Gi", nodes=nodes)

        assert [] == findings(web)

    def test_spot(self, findings, web):
        """
        Spot nodes are chosen by a label.
        """
        nodes = {"cloud.google.com/gke-spot": "true"}

        assert [] == findings(attrs.evolve(web, nodes=nodes))


class TestAdjusted:
    def test_defaults(self, findings, web, db, cache):
        """
        What nobody says a size of is taken as it is.
        """
        assert [] == findings(web, db, cache)

    def test_ratio(self, findings, web):
        """
        Much memory comes with more processor time.
        """
        web = attrs.evolve(web, cpu="50m", memory="1Gi")

        assert [
            (
                "Deployment 'web': its pods ask for cpu of 50m, which "
                "Autopilot raises to 154m (autopilot-adjusts). Raise cpu on "
                "Service 'web', so that what is described is what runs and is "
                "paid for."
            )
        ] == findings(web)

    @pytest.mark.parametrize(
        ("cpu", "memory", "raised"),
        [
            ("154m", "1Gi", []),
            ("50m", "52Mi", []),
            (
                "500m",
                "256Mi",
                ["memory of 256Mi, which Autopilot raises to 512Mi"],
            ),
            (
                "10m",
                "16Mi",
                [
                    "cpu of 10m, which Autopilot raises to 50m",
                    "memory of 16Mi, which Autopilot raises to 52Mi",
                ],
            ),
        ],
    )
    def test_bounds(self, findings, web, cpu, memory, raised):
        """
        There is a least of both, and a least of memory for each core.
        """
        found = findings(attrs.evolve(web, cpu=cpu, memory=memory))

        assert len(raised) == len(found)
        assert all(
            words in finding
            for words, finding in zip(raised, found, strict=True)
        )

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            (0, "no memory, which Autopilot raises to 512Mi"),
            (OFF, "no memory, which Autopilot raises to 512Mi"),
            (1.5, "memory of 1.5, which Autopilot raises to 512Mi"),
            (-1, "no memory, which Autopilot raises to 512Mi"),
            (1000, "memory of 1000, which Autopilot raises to 512Mi"),
        ],
    )
    def test_patched_request(self, findings, web, asked, words):
        """
        Whatever a patch asks for is told as it is.
        """
        container = {
            "name": "web",
            "resources": {"requests": {"memory": asked}, "limits": OFF},
        }
        pod = {"spec": {"containers": [container]}}
        web = attrs.evolve(web, cpu="500m")
        (found,) = findings(
            web, patches=[web.patch("Deployment", {"spec": {"template": pod}})]
        )

        assert f"its pods ask for {words} (autopilot-adjusts)" in found

    def test_no_amount(self, findings, web):
        """
        Amounts that no pod can have are told in few words.
        """
        container = {
            "name": "web",
            "resources": {"requests": {"memory": "1e9999"}},
        }
        pod = {"spec": {"containers": [container]}}
        patch = web.patch("Deployment", {"spec": {"template": pod}})

        assert all(
            len(found) < 400 for found in findings(web, patches=[patch])
        )

    def test_daemon_set(self, findings):
        """
        What runs on each node may be small.
        """
        agent = DaemonSet(
            "agent", image=Image("acme/agent:v1"), cpu="10m", memory="16Mi"
        )

        assert [] == findings(agent)

    def test_elsewhere(self, findings, web):
        """
        Other clusters raise nothing.
        """
        stack = attrs.evolve(AUTOPILOT, cluster=CLUSTERS["gke"])
        web = attrs.evolve(web, cpu="10m", memory="16Mi")

        assert [] == findings(web, stack=stack)


class TestNode:
    @pytest.mark.parametrize(
        ("fields", "what"),
        [
            ({"hostNetwork": True}, "hostNetwork"),
            (
                {"volumes": [{"name": "logs", "hostPath": {"path": "/var"}}]},
                "volume logs of the node",
            ),
            (
                {
                    "containers": [
                        {
                            "name": "web",
                            "securityContext": {"privileged": True},
                        }
                    ]
                },
                "privileged container web",
            ),
            (
                {
                    "containers": [
                        {
                            "name": "web",
                            "ports": [
                                {
                                    "containerPort": 9,
                                    "hostPort": 9,
                                    "name": "x",
                                }
                            ],
                        }
                    ]
                },
                "hostPort 9",
            ),
        ],
        ids=["network", "path", "privileged", "port"],
    )
    def test_patched(self, findings, web, fields, what):
        """
        What only a patch can ask for of the node is an error.
        """
        patch = web.patch(
            "Deployment", {"spec": {"template": {"spec": fields}}}
        )

        assert [
            (
                f"Deployment 'web': its pods want {what}, which Autopilot "
                "refuses (autopilot-refuses). Leave it out of the patch or "
                "the raw object, or deploy to a cluster of kind 'gke'."
            )
        ] == findings(web, patches=[patch])

    @pytest.mark.parametrize(
        "fields",
        [
            {"volumes": [{"hostPath": {"path": "/"}}]},
            {"nodeSelector": 3},
            {"nodeSelector": [CLASS]},
        ],
        ids=str,
    )
    def test_wrong_shapes(self, dev, web, desired, fields):
        """
        What is not of the shape that Kubernetes gives it is left to the API
        server.
        """
        labels = {"a": "b"}
        pod = {
            "containers": [{"name": "x", "image": "acme/x:v1"}],
            **fields,
        }
        raw = Raw(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "x"},
                "spec": {
                    "selector": {"matchLabels": labels},
                    "template": {"metadata": {"labels": labels}, "spec": pod},
                },
            }
        )
        app = App("shop", edition="2026", parts=[web], extras=[raw])
        made = desired(app, environment=dev, stack=AUTOPILOT)
        found = check(app, dev, AUTOPILOT, made)

        assert "autopilot-refuses" not in {finding.id for finding in found}
