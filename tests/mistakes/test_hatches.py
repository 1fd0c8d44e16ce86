"""
Mistakes in patches and transforms, in full texts.
"""

import attrs
import pytest

from tests.hatches import container, patched_fixture, pods

from mizzen import (
    OFF,
    App,
    Environment,
    SpecError,
    Stack,
    Transform,
    compile_app,
)


__all__ = ["patched_fixture"]


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

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            (
                {"spec": {"paused": OFF, "minReadySeconds": 10}},
                "removes spec.paused, which is not there",
            ),
            (
                {"spec": {"x": {"y": OFF}}},
                "removes spec.x.y, which is not there",
            ),
            (
                pods({"volumes": {"tpm": OFF}}),
                (
                    "removes spec.template.spec.volumes[tpm], which is not "
                    "there"
                ),
            ),
            (
                pods({"containers": [{"name": "wbe", "tty": True}]}),
                (
                    "adds spec.template.spec.containers[wbe] without an "
                    "image; choose one of: 'web' (nearest to 'wbe': 'web')"
                ),
            ),
        ],
    )
    def test_missed(self, web, fields, words):
        """
        A patch that does not find what it removes, or the container that it
        is about, is refused, whatever else it changes.
        """
        patch = web.patch("Deployment", fields)

        assert (
            f"Service 'web': a patch of Deployment {words}.",
        ) == self.refused(web, patches=[patch])

    def test_name(self, db):
        """
        A patch of an object that is called otherwise is refused.
        """
        patch = db.patch("Secret", {"metadata": {}}, name="dbs")
        (problem,) = self.refused(db, patches=[patch])

        assert problem.startswith(
            "Postgres 'db': a patch is about its Secret 'dbs', which is not "
            "there; choose one of: "
        )

    def test_selector(self, web):
        """
        A selector that finds none of the workload's own pods is refused.
        """
        patch = web.patch(
            "Deployment", {"spec": {"selector": {"matchLabels": {"x": "y"}}}}
        )

        assert (
            (
                "Service 'web': a patch has the selector of Deployment 'web' "
                "find none of its own pods, which have no label 'x'."
            ),
        ) == self.refused(web, patches=[patch])

    def test_directive(self, web):
        """
        Directives of ``kubectl patch`` are refused with the word for them.
        """
        fields = pods({"volumes": [{"name": "tmp", "$patch": "delete"}]})

        with pytest.raises(SpecError) as ei:
            web.patch("Deployment", fields)

        assert str(ei.value) == (
            "Patch 'web': fields must remove by OFF, as in {'volumes': "
            "{'tmp': OFF}} (got '$patch')."
        )

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
            {"spec": {"type": "ClusterIP"}},
            {"spec": {"ports": {"http": {"targetPort": "http"}}}},
        ],
    )
    def test_nothing(self, web, fields):
        """
        A patch that changes nothing, because what it sets is so already, is
        refused.
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
            (
                pods({"containers": {"web": 3}}),
                (
                    "spec.template.spec.containers of Deployment 'web' a "
                    "list (got dict)"
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
