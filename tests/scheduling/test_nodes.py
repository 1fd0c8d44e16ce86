"""
Which nodes pods run on: those with some labels, of some architecture, or with
taints.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Defaults,
    Dockerfile,
    Environment,
    NotIn,
    SpecError,
    Stack,
    Toleration,
    Version,
    compile_app,
)


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
