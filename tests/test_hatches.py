"""
Patches and transforms: what is said of objects in Kubernetes' words.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Conventions,
    Environment,
    FromConfig,
    SpecError,
    Stack,
    Transform,
    compile_app,
)
from mizzen.checks import check


def container(manifests, part):
    """
    The first container of *part*.
    """
    spec = manifests.get("Deployment", part)["spec"]["template"]["spec"]
    return spec["containers"][0]


def pods(fields):
    """
    The fields of a Deployment that its pods have.
    """
    return {"spec": {"template": {"spec": fields}}}


@pytest.fixture(name="patched")
def _patched(desired):
    """
    Compiles an app of one part whose Deployment is patched.
    """

    def patched(part, fields):
        patch = part.patch("Deployment", fields)
        environment = Environment("dev", patches=[patch])
        return desired(part, environment=environment)

    return patched


class TestPatches:
    def test_maps(self, web, patched):
        """
        Maps merge by key: what is not named stays.
        """
        spec = patched(web, pods({"hostname": "web"})).get(
            "Deployment", "web"
        )["spec"]["template"]["spec"]

        assert spec["hostname"] == "web"
        assert spec["enableServiceLinks"] is False

    def test_named(self, web, patched):
        """
        Containers, variables and volumes merge by their names, new ones
        come last.
        """
        sidecar = {"name": "proxy", "image": "acme/proxy:v5"}
        more = {"name": "web", "env": [{"name": "A", "value": "1"}]}
        manifests = patched(web, pods({"containers": [more, sidecar]}))
        spec = manifests.get("Deployment", "web")["spec"]["template"]["spec"]

        assert ["web", "proxy"] == [c["name"] for c in spec["containers"]]
        assert {"name": "A", "value": "1"} in container(manifests, "web")[
            "env"
        ]
        assert container(manifests, "web")["image"] == "acme/web:v5"

    def test_mounts(self, web, patched, desired):
        """
        Mounts merge by their paths, because a volume may have several.
        """
        mount = {"name": "writable", "mountPath": "/tmp", "readOnly": True}
        more = {"name": "writable", "mountPath": "/srv"}
        manifests = patched(
            web,
            pods(
                {
                    "containers": [
                        {"name": "web", "volumeMounts": [mount, more]}
                    ]
                }
            ),
        )
        usual = container(desired(web), "web")["volumeMounts"]

        assert [{**usual[0], "readOnly": True}, more] == container(
            manifests, "web"
        )["volumeMounts"]

    def test_other_lists(self, web, patched):
        """
        Lists of things without names are replaced.
        """
        fields = pods({"containers": [{"name": "web", "args": ["a", "b"]}]})

        assert ["a", "b"] == container(patched(web, fields), "web")["args"]

    def test_removal(self, web, patched):
        """
        `OFF` removes a field, and nothing where there is none.
        """
        manifests = patched(
            web, {"spec": {"strategy": OFF, "paused": OFF, "x": {"y": OFF}}}
        )
        spec = manifests.get("Deployment", "web")["spec"]

        assert "strategy" not in spec
        assert "paused" not in spec
        assert spec["x"] == {}

    def test_later(self, web, patched):
        """
        Values may be known later.
        """
        later = {"metadata": {"annotations": {"a": FromConfig("key")}}}
        annotations = patched(web, later).get("Deployment", "web")["metadata"][
            "annotations"
        ]

        assert annotations == {"a": "‹config: key›"}

    def test_order(self, shop, web, desired):
        """
        A patch of an environment stands above one of the app, and both
        above transforms.
        """

        def slow(body):
            body["spec"]["minReadySeconds"] = 1
            body["spec"]["progressDeadlineSeconds"] = 1
            return body

        patches = [
            web.patch(
                "Deployment",
                {"spec": {"minReadySeconds": n, "paused": n == 2}},
            )
            for n in (2, 3)
        ]
        app = attrs.evolve(
            shop,
            patches=patches[:1],
            transforms=[Transform("Deployment", slow)],
        )
        dev = Environment("dev", patches=patches[1:])
        spec = desired(app, environment=dev).get("Deployment", "web")["spec"]

        assert spec["minReadySeconds"] == 3
        assert spec["paused"] is False
        assert spec["progressDeadlineSeconds"] == 1

    def test_derived(self, web):
        """
        What an environment derives comes after what it derives from.
        """
        first, second = (
            web.patch("Deployment", {"spec": {"minReadySeconds": n}})
            for n in (1, 2)
        )
        prod = Environment("prod", patches=[first])

        assert prod.derive("eu", patches=[second]).patches == (first, second)

    def test_jobs(self, shop, migrate, desired):
        """
        A patched run is another run.
        """
        patch = migrate.patch("Job", pods({"hostname": "x"}))
        names = [
            m.name
            for environment in (
                Environment("dev"),
                Environment("dev", patches=[patch]),
            )
            for m in desired(shop, environment=environment)
            if m.kind == "Job" and m.part == "migrate"
        ]

        assert len(set(names)) == 2

    def test_renamed(self, web, desired):
        """
        Patches are about parts, whatever conventions call their objects.
        """
        environment = Environment(
            "dev",
            conventions=Conventions(name="x-{part}"),
            patches=[web.patch("Deployment", {"spec": {"paused": True}})],
        )
        manifests = desired(web, environment=environment)

        assert manifests.get("Deployment", "x-web")["spec"]["paused"] is True

    def test_shown(self, web):
        """
        A patch is shown by its object, without what it says.
        """
        assert repr(web.patch("Service", {"a": 1})) == "<Patch Service of web>"

    def test_alone(self, web, patched, desired):
        """
        What is patched is a copy: the same app without is as it was.
        """
        before = desired(web).to_yaml()
        patched(web, pods({"containers": [{"name": "web", "args": ["a"]}]}))

        assert before == desired(web).to_yaml()


class TestTransforms:
    def test_kind(self, shop, desired):
        """
        Every object of the kind goes through it, and no other.
        """

        def marked(body):
            body["metadata"]["annotations"] = {"seen": body["kind"]}
            return body

        dev = Environment("dev", transforms=[Transform("Service", marked)])
        manifests = desired(shop, environment=dev)

        assert {"Service"} == {
            m.kind
            for m in manifests
            if "seen" in m.body["metadata"].get("annotations", {})
        }
        assert len([m for m in manifests if m.kind == "Service"]) == len(
            manifests.hatches
        )

    def test_copy(self, web, desired):
        """
        The function is given a copy, deep down.
        """
        kept = []

        def keep(body):
            kept.append(body)
            return {**body, "spec": {**body["spec"], "paused": True}}

        dev = Environment("dev", transforms=[Transform("Deployment", keep)])
        manifests = desired(web, environment=dev)
        kept[0]["spec"]["template"]["spec"]["containers"].clear()

        assert container(manifests, "web")


class TestFindings:
    def test_fields(self, web, desired, stack):
        """
        A check tells which fields each hatch changes.
        """
        dev = Environment(
            "dev",
            patches=[
                web.patch("Deployment", {"spec": {"minReadySeconds": 5}}),
            ],
        )
        app = App("shop", edition="2026", parts=[web])
        manifests = desired(app, environment=dev)

        assert [
            (
                "Deployment 'web': a patch changes spec.minReadySeconds "
                "(escape-hatch). Look at it again when mizzen is updated."
            ),
        ] == [
            str(finding)
            for finding in check(app, dev, stack, manifests)
            if finding.id == "escape-hatch"
        ]


class TestMistakes:
    def refused(self, *parts, **hatches):
        """
        The contradictions of an environment with *hatches*.
        """
        app = App("shop", edition="2026", parts=parts)
        with pytest.raises(SpecError) as ei:
            compile_app(
                app,
                Environment("dev", **hatches),
                Stack("dev", environment="dev"),
            )
        return ei.value.problems

    def test_kind(self, web):
        """
        A patch of an object that the part does not have is refused.
        """
        patch = web.patch("Deploymnet", {"spec": {}})

        assert (
            (
                "Service 'web': a patch is about its Deploymnet, but it has "
                "none; choose one of: 'Deployment', 'NetworkPolicy', 'Service', "
                "'ServiceAccount' (nearest to 'Deploymnet': 'Deployment')."
            ),
        ) == self.refused(web, patches=[patch])

    def test_part(self, web, beat):
        """
        A patch of another app's part is refused.
        """
        patch = beat.patch("Deployment", {"spec": {}})

        assert (
            (
                "A patch is about Worker 'beat', which is not a part of the app; "
                "choose one of: 'web'."
            ),
        ) == self.refused(web, patches=[patch])

    def test_transform(self, web):
        """
        A transform of a kind that does not occur is refused.
        """
        transform = Transform("Ingres", lambda body: body)

        assert (
            (
                "A transform is about objects of kind 'Ingres', but there are "
                "none; choose one of: 'Deployment', 'Namespace', "
                "'NetworkPolicy', 'Service', 'ServiceAccount'."
            ),
        ) == self.refused(web, transforms=[transform])

    def test_content(self, beat):
        """
        The content of what is named by its content cannot be patched.
        """
        part = attrs.evolve(beat, files={"/etc/a": "b"})
        patch = part.patch("ConfigMap", {"data": {"a": "c"}})
        (problem,) = self.refused(part, patches=[patch])

        assert problem.startswith(
            "Worker 'beat': a patch changes data.a of ConfigMap 'beat-files-"
        )
        assert problem.endswith(
            "whose name stands for its content. Set env or files of the part."
        )

    @pytest.mark.parametrize(
        ("function", "message"),
        [
            (lambda _: None, "must return the object (got NoneType)."),
            (
                lambda _: {},
                (
                    "must leave apiVersion, kind, name and namespace of Service "
                    "'web' alone, because other objects refer to them."
                ),
            ),
            (
                lambda body: {**body, "kind": "Pod"},
                (
                    "must leave apiVersion, kind, name and namespace of Service "
                    "'web' alone, because other objects refer to them."
                ),
            ),
        ],
    )
    def test_function(self, web, function, message):
        """
        A function that loses its object is named.
        """
        assert (f"Transform 'Service': function {message}",) == self.refused(
            web, transforms=[Transform("Service", function)]
        )

    def test_raising(self, web):
        """
        A function that raises is named, with the object it was given.
        """

        def fails(body):
            return body["spec"]["ports"][0]["port"] / 0

        assert (
            (
                "Transform 'Service': function fails for Service 'web' with "
                "ZeroDivisionError: division by zero."
            ),
        ) == self.refused(web, transforms=[Transform("Service", fails)])

    def test_no_data(self, web):
        """
        What a function returns is plain data, all the way down.
        """
        transform = Transform("Service", lambda b: {**b, "spec": {"a": {1}}})

        assert (
            (
                "Transform 'Service': what function makes of Service "
                "'web'.spec.a must be plain data, a later value or OFF (got "
                "{1})."
            ),
        ) == self.refused(web, transforms=[transform])

    @pytest.mark.parametrize(
        "fields",
        [
            {"spec": {"nosuch": OFF}},
            {"spec": {"type": "ClusterIP"}},
            {"metadata": {"labels": {"x": OFF}}},
        ],
    )
    def test_nothing(self, web, fields):
        """
        A patch that changes nothing, because what it removes is not there or
        what it sets is so already, is refused.
        """
        assert (
            (
                "Service 'web': a patch changes nothing of Service 'web'. "
                "Correct or remove it, or keep it to the environments in "
                "which it does."
            ),
        ) == self.refused(web, patches=[web.patch("Service", fields)])

    def test_idle(self, web, db):
        """
        A transform that changes no object of its kind is refused.
        """
        part = attrs.evolve(web, uses=[db])

        assert (
            (
                "Transform 'Service': function changes nothing of Service "
                "'web', 'db'. Correct or remove it, or keep it to the "
                "environments in which it does."
            ),
        ) == self.refused(
            part, db, transforms=[Transform("Service", lambda body: body)]
        )

    def test_some(self, shop, desired):
        """
        A transform may leave some objects of its kind as they are, and no
        finding is about those.
        """

        def only_web(body):
            if body["metadata"]["name"] == "web":
                body["spec"]["sessionAffinity"] = "ClientIP"
            return body

        dev = Environment("dev", transforms=[Transform("Service", only_web)])

        assert ["web"] == [
            hatch.manifest.name
            for hatch in desired(shop, environment=dev).hatches
        ]

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"spec": "hello"}, "spec of Deployment 'web' a map (got str)"),
            ({"spec": None}, "spec of Deployment 'web' a map (got NoneType)"),
            (
                pods({"containers": [5]}),
                (
                    "spec.template.spec.containers[0] of Deployment 'web' a "
                    "map (got int)"
                ),
            ),
            (
                pods({"containers": [{"name": "web", "env": "A=1"}]}),
                (
                    "spec.template.spec.containers[0].env of Deployment 'web' "
                    "a list (got str)"
                ),
            ),
        ],
    )
    def test_types(self, web, fields, message):
        """
        Maps stay maps and lists stay lists, however deep.
        """
        assert (
            f"Service 'web': a patch must leave {message}. OFF removes a field.",
        ) == self.refused(
            attrs.evolve(web, env={"A": "2"}),
            patches=[web.patch("Deployment", fields)],
        )

    def test_items(self, web, patched):
        """
        Lists of plain values take other plain values, longer or shorter.
        """
        fields = pods({"containers": [{"name": "web", "args": ["x"]}]})
        part = attrs.evolve(web, args=["a", "b"])

        assert ["x"] == container(patched(part, fields), "web")["args"]

    def test_no_function(self):
        """
        Only what can be called is a function.
        """
        with pytest.raises(SpecError, match=r"must be a function from an"):
            Transform("Service", {})

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({}, "fields must be fields of the object"),
            ({"spec": {1: 2}}, r"fields.spec must have text as keys \(got 1"),
            ({"a": [{"b": {1}}]}, r"fields.a\[0\].b must be plain data"),
            ({"kind": "Pod"}, "fields must leave apiVersion, kind, name"),
            ({"metadata": {"name": "x"}}, "fields must leave apiVersion"),
            ({"metadata": 1, "kind": "x"}, "fields must leave apiVersion"),
            ({"metadata": "x"}, "fields must leave apiVersion, kind, name"),
            ({"metadata": OFF}, "fields must leave apiVersion, kind, name"),
        ],
    )
    def test_fields(self, web, fields, message):
        """
        Fields are plain data and leave names alone.
        """
        with pytest.raises(SpecError, match=rf"^Patch 'web': {message}"):
            web.patch("Deployment", fields)

    @pytest.mark.parametrize("name", ["patches", "transforms", "extras"])
    def test_lists(self, name):
        """
        The lists hold what their names say.
        """
        with pytest.raises(SpecError, match=rf"Environment 'dev': {name}"):
            Environment("dev", **{name: ["x"]})
