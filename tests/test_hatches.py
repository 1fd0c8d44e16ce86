"""
Patches and transforms: what is said of objects in Kubernetes' words.
"""

import attrs
import pytest

from tests.hatches import container, patched_fixture, pods

from mizzen import (
    OFF,
    App,
    Conventions,
    Environment,
    FromConfig,
    Raw,
    SpecError,
    Transform,
)
from mizzen.checks import check


__all__ = ["patched_fixture"]


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
        `OFF` removes a field.
        """
        spec = patched(web, {"spec": {"strategy": OFF}}).get(
            "Deployment", "web"
        )["spec"]

        assert "strategy" not in spec

    def test_items(self, web, patched, desired):
        """
        A map in place of a list of named things is about some of them by
        their names, and `OFF` removes one.
        """
        usual = desired(web).get("Deployment", "web")
        (volume,) = usual["spec"]["template"]["spec"]["volumes"]
        found = patched(
            web,
            pods(
                {
                    "volumes": {volume["name"]: OFF, "a": {"emptyDir": {}}},
                    "containers": {
                        "web": {"volumeMounts": {"/tmp": OFF}, "tty": True},
                        "proxy": {"image": "acme/proxy:v5"},
                    },
                }
            ),
        ).get("Deployment", "web")["spec"]["template"]["spec"]

        assert [{"name": "a", "emptyDir": {}}] == found["volumes"]
        web_container, proxy = found["containers"]
        assert [] == web_container["volumeMounts"]
        assert web_container["tty"] is True
        assert {"name": "proxy", "image": "acme/proxy:v5"} == proxy

    def test_named_object(self, desired, db):
        """
        Where a part has several objects of a kind, a patch is about all of
        them, or about the one that it names.
        """
        marked = {"metadata": {"annotations": {"a": "b"}}}

        def annotated(**name):
            patch = db.patch("NetworkPolicy", marked, **name)
            found = desired(db, environment=Environment("x", patches=[patch]))
            return [
                m.name
                for m in found
                if m.kind == "NetworkPolicy"
                and m.body["metadata"].get("annotations")
            ]

        every = annotated()

        assert len(every) > 1
        assert ["db"] == annotated(name="db")

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


class TestSecrets:
    SECRET = FromConfig("token", secret=True)

    def refused(self, desired, web, **hatches):
        """
        What is said about secret values in the wrong place.
        """
        environment = Environment("dev", **hatches)
        with pytest.raises(SpecError) as ei:
            desired(web, environment=environment)

        return list(ei.value.problems)

    def test_patch(self, web, desired):
        """
        A patch puts no secret value where everybody can read it.
        """
        more = [{"name": "A", "value": self.SECRET}]
        patch = web.patch(
            "Deployment", pods({"containers": [{"name": "web", "env": more}]})
        )
        (problem,) = self.refused(desired, web, patches=[patch])

        assert problem.startswith(
            "Deployment 'web': everybody could read the secret value in spec."
            "template.spec.containers[0].env["
        )
        assert problem.endswith(
            "].value. Keep it in a Secret, and refer to that."
        )

    def test_transform(self, web, desired):
        """
        Neither does a function.
        """

        def marked(body):
            body["metadata"]["annotations"] = {"a": self.SECRET}
            return body

        assert [
            (
                "Service 'web': everybody could read the secret value in "
                "metadata.annotations.a. Keep it in a Secret, and refer to "
                "that."
            )
        ] == self.refused(
            desired, web, transforms=[Transform("Service", marked)]
        )

    @pytest.mark.parametrize(
        ("kind", "field"),
        [("ConfigMap", "data"), ("Secret", "metadata")],
    )
    def test_raw(self, web, desired, kind, field):
        """
        Nor does an object that is written by hand.
        """
        names = {"apiVersion": "v1", "kind": kind}
        metadata = {"name": "x"}
        content = {"annotations": {"token": self.SECRET}}
        body = {**names, "metadata": metadata, "data": content}
        if field == "metadata":
            body = {**names, "metadata": {**metadata, **content}}

        assert [
            (
                f"{kind} 'x': everybody could read the secret value in "
                f"{field}.annotations.token. Keep it in a Secret, and refer "
                "to that."
            )
        ] == self.refused(desired, web, extras=[Raw(body)])

    @pytest.mark.parametrize("field", ["data", "stringData"])
    def test_kept(self, web, desired, field):
        """
        The content of a Secret is where it belongs, and what is not secret
        may stand anywhere.
        """
        names = {"apiVersion": "v1", "kind": "Secret"}
        metadata = {"name": "x", "annotations": {"a": FromConfig("open")}}
        body = {**names, "metadata": metadata, field: {"a": self.SECRET}}
        dev = Environment("dev", extras=[Raw(body)])

        assert desired(web, environment=dev).get("Secret", "x")
