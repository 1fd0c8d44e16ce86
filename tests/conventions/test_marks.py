"""
Labels and annotations that a cluster's owners want of all objects.
"""

import attrs
import pytest

from mizzen import Conventions, Environment, Ingress, Raw, Store, compile_app

from .support import STACK, environment


class TestMarks:
    def test_everywhere(self, shop, dev):
        """
        All objects and pods get labels and annotations, pods more of them,
        and selectors none.
        """
        conventions = Conventions(
            labels={"example.com/team": "payments"},
            annotations={"example.com/on-call": "someone@example.com"},
            pod_labels={"inject": "true"},
            pod_annotations={"example.com/scrape": "yes please"},
        )
        usual = compile_app(shop, dev, STACK)
        marked = compile_app(
            shop, attrs.evolve(dev, conventions=conventions), STACK
        )
        pods = 0
        for before, after in zip(usual, marked, strict=True):
            metadata = after.body["metadata"]
            assert metadata["labels"]["example.com/team"] == "payments"
            assert metadata["annotations"] == {
                **before.body["metadata"].get("annotations", {}),
                **conventions.annotations,
            }
            assert "inject" not in metadata["labels"]
            spec = after.body.get("spec", {})
            assert spec.get("selector") == before.body.get("spec", {}).get(
                "selector"
            )
            if "template" in spec:
                pods += 1
                pod = spec["template"]["metadata"]
                assert pod["labels"]["inject"] == "true"
                assert pod["labels"]["example.com/team"] == "payments"
                assert pod["annotations"] == {
                    **conventions.annotations,
                    **conventions.pod_annotations,
                }

        accounts = len([p for p in shop.parts if isinstance(p, Store)])
        assert pods == len(shop.parts) + accounts

    def test_odd(self, web, desired):
        """
        Raw objects whose spec is no mapping are marked as well.
        """
        odd = {
            "apiVersion": "acme.example.com/v1",
            "kind": "Odd",
            "metadata": {"name": "odd"},
            "spec": "text",
        }
        environment = Environment(
            "dev",
            conventions=Conventions(labels={"a": "b"}),
            extras=[Raw(odd)],
        )
        body = desired(web, environment=environment).get("Odd", "odd")

        assert body["spec"] == "text"
        assert body["metadata"]["labels"] == {"a": "b"}

    @pytest.mark.parametrize(
        ("given", "got"),
        [(None, {"a": "b"}), ({"c": "d"}, {"c": "d"} | {"a": "b"}), (5, 5)],
    )
    @pytest.mark.parametrize("field", ["labels", "annotations"])
    def test_shapes(self, web, desired, field, given, got):
        """
        Labels and annotations that are empty are filled, and those that are
        no mapping are left for the API server to refuse.
        """
        odd = {
            "apiVersion": "acme.example.com/v1",
            "kind": "Odd",
            "metadata": {"name": "odd", field: given},
            "spec": {
                "template": {
                    "metadata": {field: given},
                    "spec": {"containers": [{"name": "a"}]},
                }
            },
        }
        environment = Environment(
            "dev",
            conventions=Conventions(**{field: {"a": "b"}}),
            extras=[Raw(odd)],
        )
        body = desired(web, environment=environment).get("Odd", "odd")

        assert got == body["metadata"][field]
        assert got == body["spec"]["template"]["metadata"][field]

    @pytest.mark.parametrize(
        ("template", "metadata"),
        [
            (
                {"spec": {"containers": [{"name": "a"}]}},
                {"labels": {"a": "b"}},
            ),
            (
                {"metadata": 5, "spec": {"containers": [{"name": "a"}]}},
                5,
            ),
            ({"metadata": {}, "spec": 5}, {}),
        ],
    )
    def test_templates(self, web, desired, template, metadata):
        """
        What has containers is a pod, with or without metadata of its own.
        """
        job = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "my-own"},
            "spec": {"template": template},
        }
        environment = Environment(
            "dev",
            conventions=Conventions(labels={"a": "b"}),
            extras=[Raw(job)],
        )
        body = desired(web, environment=environment).get("Job", "my-own")

        assert metadata == body["spec"]["template"]["metadata"]

    def test_own_ones_win(self, shop):
        """
        What an exposure says stands above what everything says.
        """
        exposed = attrs.evolve(
            environment(annotations={"a.example.com/b": "all"}),
            exposure=Ingress(annotations={"a.example.com/b": "mine"}),
        )
        ingress = compile_app(shop, exposed, STACK).get("Ingress", "shop")

        assert ingress["metadata"]["annotations"] == {
            "a.example.com/b": "mine"
        }

    def test_jobs(self, shop, dev, migrate):
        """
        Another pod is another run, because those of a Job never change.
        """
        before, after = (
            next(
                m.name
                for m in compile_app(shop, wanted, STACK).of(migrate)
                if m.kind == "Job"
            )
            for wanted in (
                dev,
                attrs.evolve(
                    dev, conventions=Conventions(pod_labels={"a": "b"})
                ),
            )
        )

        assert before != after
        assert after.startswith("migrate-")
