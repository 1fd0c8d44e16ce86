"""
Where pods run, how far apart, and how they end.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    Backup,
    Defaults,
    Dockerfile,
    Environment,
    NotIn,
    Postgres,
    SpecError,
    Spread,
    Stack,
    Toleration,
    Version,
    compile_app,
)


SELECTOR = {
    "matchLabels": {
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/instance": "shop-dev",
    }
}
PREFERRED = {
    "podAntiAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {
                "weight": 100,
                "podAffinityTerm": {
                    "labelSelector": SELECTOR,
                    "topologyKey": "kubernetes.io/hostname",
                },
            }
        ]
    }
}


def constraint(key, action):
    """
    A constraint of the replicas of *web*.
    """
    strict = {"nodeTaintsPolicy": "Honor"}
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": action,
        "labelSelector": SELECTOR,
        "matchLabelKeys": ["pod-template-hash"],
        **(strict if action == "DoNotSchedule" else {}),
    }


FIELDS = {
    "nodes": {"pool": "data"},
    "tolerations": [Toleration("data")],
    "architectures": ["arm64"],
    "priority_class": "high",
}
HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"


@pytest.fixture(name="placed")
def _placed(web, desired):
    """
    The pods of *web* with other fields.
    """

    def placed(environment=None, **changes):
        found = desired(
            attrs.evolve(web, **changes),
            environment=environment or Environment("dev"),
        )
        return found.get("Deployment", "web")["spec"]["template"]["spec"]

    return placed


class TestSpread:
    @pytest.mark.parametrize(
        ("spread", "affinity", "constraints"),
        [
            (None, PREFERRED, [constraint(ZONE, "ScheduleAnyway")]),
            (
                Spread(hosts="hard"),
                PREFERRED,
                [
                    constraint(HOST, "DoNotSchedule"),
                    constraint(ZONE, "ScheduleAnyway"),
                ],
            ),
            (
                Spread(zones="hard"),
                PREFERRED,
                [constraint(ZONE, "DoNotSchedule")],
            ),
            (Spread(zones=OFF), PREFERRED, None),
            (Spread(hosts=OFF, zones=OFF), None, None),
            (OFF, None, None),
        ],
        ids=str,
    )
    def test_strength(self, placed, spread, affinity, constraints):
        """
        Replicas prefer other hosts and zones, insist on them or do not
        care; those of the version before never count.
        """
        spec = placed(replicas=2, spread=spread)

        assert affinity == spec.get("affinity")
        assert constraints == spec.get("topologySpreadConstraints")

    def test_alone(self, placed):
        """
        A single replica is not kept away from itself.
        """
        spec = placed(spread=Spread(hosts="hard", zones="hard"))

        assert "affinity" not in spec
        assert "topologySpreadConstraints" not in spec

    def test_second(self, placed):
        """
        A second replica is no reason to exchange the first.
        """
        assert placed(replicas=1) == placed(replicas=2)

    @pytest.mark.parametrize("field", ["hosts", "zones"])
    def test_words(self, field):
        """
        Only the words that are known are taken.
        """
        with pytest.raises(SpecError) as ei:
            Spread(**{field: "strong"})

        assert (
            f"Spread: {field} must be 'soft', 'hard' or OFF (got 'strong')."
        ) == str(ei.value)


class TestNodes:
    def test_all_forms(self, placed):
        """
        Plain values are selected; all else is an expression.
        """
        spec = placed(
            nodes={
                "disk": "ssd",
                "zone": ["a", "b"],
                "example.com/spot": NotIn("true"),
                "gpu": False,
                "net": True,
                "gone": OFF,
            },
            architectures=["arm64", "amd64"],
        )

        assert {"disk": "ssd"} == spec["nodeSelector"]
        assert {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {
                                "key": "zone",
                                "operator": "In",
                                "values": ["a", "b"],
                            },
                            {
                                "key": "example.com/spot",
                                "operator": "NotIn",
                                "values": ["true"],
                            },
                            {"key": "gpu", "operator": "DoesNotExist"},
                            {"key": "net", "operator": "Exists"},
                            {
                                "key": "kubernetes.io/arch",
                                "operator": "In",
                                "values": ["arm64", "amd64"],
                            },
                        ]
                    }
                ]
            }
        } == spec["affinity"]["nodeAffinity"]

    def test_precedence(self, web, placed):
        """
        Labels merge by key over defaults, part and overrides; `OFF` removes
        one of them.
        """
        environment = Environment(
            "dev",
            defaults=Defaults(nodes={"a": "1", "b": "1", "c": "1"}),
            overrides=[web.override(nodes={"c": "3", "b": OFF})],
        )

        assert {"a": "1", "c": "3"} == placed(
            environment, nodes={"b": "2", "c": "2"}
        )["nodeSelector"]

    @pytest.mark.parametrize(
        ("nodes", "text"),
        [
            (
                {"a b": "c"},
                (
                    "nodes must be named by the key of a label, like "
                    "'example.com/disk' (got 'a b')."
                ),
            ),
            (
                {"a": "b c"},
                (
                    "nodes 'a' must be the value of a label, at most 63 letters, "
                    "digits and single signs between them, like 'ssd' (got "
                    "'b c')."
                ),
            ),
            (
                {"a": []},
                (
                    "nodes 'a' must be text, a list of texts, NotIn(…), True or "
                    "False, like 'ssd' (got ())."
                ),
            ),
            (
                {"a": 5},
                (
                    "nodes 'a' must be text, a list of texts, NotIn(…), True or "
                    "False, like 'ssd' (got 5)."
                ),
            ),
        ],
        ids=str,
    )
    def test_refused(self, web, nodes, text):
        """
        Labels are those that nodes can have.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, nodes=nodes)

        assert f"Service 'web': {text}" == str(ei.value)

    def test_not_in(self):
        """
        At least one value is named.
        """
        assert ("a", "b") == NotIn(["a", "b"]).values
        with pytest.raises(SpecError) as ei:
            NotIn([])

        assert (
            "NotIn: values must be given, like NotIn('spot') (got ())."
        ) == str(ei.value)


class TestArchitectures:
    def test_unknown(self, web):
        """
        Architectures have the names that Kubernetes gives them.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, architectures=["x86_64"])

        assert (
            "Service 'web': architectures must hold some of 'amd64', 'arm', "
            "'arm64', 'ppc64le', 'riscv64', 's390x' (got 'x86_64')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("architectures", "fits"),
        [(["arm64"], True), (["arm64", "amd64"], False), ([], True)],
        ids=str,
    )
    def test_platform(self, web, root, dev, architectures, fits):
        """
        What is built for one platform cannot be run on another.
        """
        image = Dockerfile("apps/api")
        part = attrs.evolve(web, image=image, architectures=architectures)
        stack = Stack(
            "dev",
            environment="dev",
            platform="linux/arm64",
            root=root / "tests" / "golden" / "contexts",
        )
        app = App("shop", edition="2026", parts=[part])
        if fits:
            assert compile_app(app, dev, stack)
            return
        with pytest.raises(SpecError) as ei:
            compile_app(app, dev, stack)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'web' may run on 'amd64', but stack 'dev' builds "
            "images for 'linux/arm64' alone. Leave it out of architectures, "
            "or set another platform in the stack's file."
        ) == str(ei.value)

    @pytest.mark.parametrize("wanted", ["amd64", ["amd64", "s390x"]])
    def test_platform_of_nodes(self, web, root, dev, wanted):
        """
        The label of nodes asks for the same.
        """
        part = attrs.evolve(
            web,
            image=Dockerfile("apps/shared"),
            nodes={"kubernetes.io/arch": wanted},
        )
        app = App("shop", edition="2026", parts=[part])
        stack = Stack(
            "dev",
            environment="dev",
            platform="linux/arm64",
            root=root / "tests" / "golden" / "contexts",
        )
        with pytest.raises(SpecError, match="Leave it out of nodes, or set"):
            compile_app(app, dev, stack)

        recorded = attrs.evolve(
            stack, versions={"web": Version("v5", f"sha256:{'5' * 64}")}
        )
        assert compile_app(app, dev, recorded)

    def test_two_architectures(self, web, desired):
        """
        Nodes of one architecture and architectures without it fit together
        on no node.
        """
        part = attrs.evolve(
            web,
            architectures=["amd64", "s390x"],
            nodes={"kubernetes.io/arch": "arm64"},
        )
        with pytest.raises(SpecError) as ei:
            desired(part)

        (problem,) = ei.value.problems
        assert (
            "Service 'web': nodes asks for 'kubernetes.io/arch' 'arm64', but "
            "architectures for 'amd64', 's390x'. Leave one of them out."
        ) == problem
        assert desired(attrs.evolve(part, architectures=["arm64", "amd64"]))

    def test_unknown_platform(self, placed):
        """
        What somebody else's image is built for is not known.
        """
        assert placed(architectures=["s390x"])["affinity"]


class TestTolerations:
    def test_all_forms(self, placed):
        """
        Taints are tolerated by key and value, by key, or all.
        """
        spec = placed(
            tolerations=[
                Toleration("dedicated", value="batch", effect="NoSchedule"),
                Toleration("spot", effect="NoExecute", seconds=30),
                Toleration(),
            ]
        )

        assert [
            {
                "key": "dedicated",
                "operator": "Equal",
                "value": "batch",
                "effect": "NoSchedule",
            },
            {
                "key": "spot",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": 30,
            },
            {"operator": "Exists"},
        ] == spec["tolerations"]

    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (
                lambda: Toleration("a b"),
                (
                    "Toleration 'a b': key must be named by the key of a label, "
                    "like 'example.com/disk' (got 'a b')."
                ),
            ),
            (
                lambda: Toleration(value="a"),
                "Toleration: value must have a key beside it (got 'a').",
            ),
            (
                lambda: Toleration("a", seconds=5),
                (
                    "Toleration 'a': seconds must be left out but with "
                    "effect='NoExecute' (got 5)."
                ),
            ),
            (
                lambda: Toleration("a", effect="Never"),
                (
                    "Toleration 'a': effect must be one of 'NoSchedule', "
                    "'PreferNoSchedule', 'NoExecute' (got 'Never')."
                ),
            ),
        ],
    )
    def test_refused(self, make, text):
        """
        What Kubernetes would refuse is refused where it is written.
        """
        with pytest.raises(SpecError) as ei:
            make()

        assert text == str(ei.value)

    def test_kind(self, web):
        """
        Tolerations are objects.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, tolerations=["spot"])

        assert (
            "Service 'web': tolerations must hold tolerations, like "
            "Toleration('dedicated') (got 'spot')."
        ) == str(ei.value)


class TestPriority:
    def test_default(self, placed):
        """
        A class of the environment holds for all, and `OFF` removes it.
        """
        environment = Environment(
            "dev", defaults=Defaults(priority_class="high")
        )

        assert "priorityClassName" not in placed()
        assert "high" == placed(environment)["priorityClassName"]
        assert "priorityClassName" not in placed(
            environment, priority_class=OFF
        )

    def test_name(self, web):
        """
        Classes have names of Kubernetes.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, priority_class="High")

        assert (
            "Service 'web': priority_class must be the name of a "
            "PriorityClass, like 'high' (got 'High')."
        ) == str(ei.value)


class TestStores:
    @pytest.fixture(name="pods")
    def _pods(self, desired):
        """
        The pods of a store: its own, and those of its errands.
        """

        def pods(environment, **changes):
            backup = Backup("@daily", disk="1Gi")
            db = Postgres("db", version=17, disk="1Gi", backup=backup)
            found = desired(
                attrs.evolve(db, **changes), environment=environment
            )
            (job,) = (m.body["spec"] for m in found if m.kind == "Job")
            copies = found.get("CronJob", "db-backup")["spec"]["jobTemplate"]
            owners = (
                found.get("StatefulSet", "db")["spec"],
                job,
                copies["spec"],
            )
            return [owner["template"]["spec"] for owner in owners]

        return pods

    def test_placed(self, pods, placed):
        """
        A store, what makes its accounts and what makes its backups run
        where other parts would with the same words.
        """
        wanted = placed(spread=OFF, **FIELDS)

        for pod in pods(Environment("dev"), **FIELDS):
            for field in (
                "nodeSelector",
                "tolerations",
                "affinity",
                "priorityClassName",
            ):
                assert wanted[field] == pod[field]

    def test_defaults(self, pods):
        """
        Defaults of the environment hold for stores as for all parts.
        """
        environment = Environment("dev", defaults=Defaults(**FIELDS))

        assert pods(environment) == pods(Environment("dev"), **FIELDS)

    def test_override(self, desired, db):
        """
        Overrides come last; nodes merge by key, and all can be taken back.
        """
        environment = Environment(
            "dev",
            defaults=Defaults(**FIELDS),
            overrides=[
                db.override(
                    nodes={"pool": OFF, "disk": "ssd"},
                    tolerations=[],
                    architectures=[],
                    priority_class=OFF,
                )
            ],
        )
        found = desired(db, environment=environment)
        pod = found.get("StatefulSet", "db")["spec"]["template"]["spec"]

        assert {"disk": "ssd"} == pod["nodeSelector"]
        assert not {"tolerations", "affinity", "priorityClassName"} & {*pod}


class TestPause:
    @pytest.mark.parametrize(
        ("grace", "pause", "total"), [(0, 5, 5), (30, 0, 30), (2, 10, 12)]
    )
    def test_added(self, placed, grace, pause, total):
        """
        The time for the shutdown begins after the pause, so that one that
        is shorter than the pause stays whole.
        """
        spec = placed(grace_seconds=grace, pause_seconds=pause)
        hooks = spec["containers"][0].get("lifecycle")

        assert total == spec["terminationGracePeriodSeconds"]
        assert hooks == (
            {"preStop": {"sleep": {"seconds": pause}}} if pause else None
        )


def test_scaled_alone(placed):
    """
    What an autoscaler may make several of is spread from the start.
    """
    assert PREFERRED == placed(scale=Autoscale(1, 2, cpu=70))["affinity"]
