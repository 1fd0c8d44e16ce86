"""
Whatever a function makes of objects, it is refused by name or judged.
"""

import attrs

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen import FromConfig, Transform, compile_app

from .support import APP, DATA, DEV, STACK, judged, raw


def places(node, path=()):
    """
    The way to every field of an object.
    """
    if path:
        yield path
    if isinstance(node, (dict, list)):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from places(value, (*path, key))


def exchanged(node, path, value):
    """
    A copy of an object with another value in one place.
    """
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = exchanged(node[path[0]], path[1:], value)
    return copy


class TestTransforms:
    @given(data=st.data(), value=DATA)
    @settings(max_examples=50)
    def test_any(self, data, value):
        """
        A function may put anything anywhere: it is refused, or judged.
        """
        objects = compile_app(APP, DEV, STACK).objects
        chosen = data.draw(st.sampled_from(objects))
        path = data.draw(st.sampled_from([*places(chosen.body)]))

        def put(body):
            if body["metadata"]["name"] != chosen.name:
                return body
            return exchanged(body, path, value)

        transform = Transform(chosen.kind, put)
        judged(attrs.evolve(DEV, transforms=[transform]))

    def test_later(self):
        """
        What is known only at deployment is judged as text that says where
        it comes from.
        """

        def spoken(body):
            body["spec"]["ports"][0]["protocol"] = FromConfig("protocol")
            return body

        transform = Transform("Service", spoken)
        found = judged(attrs.evolve(DEV, transforms=[transform]))

        assert (
            "its target port 'http' (‹config: protocol›) is declared by no "
            "container of Deployment 'web'"
        ) in {finding.message for finding in found}

    def test_run(self):
        """
        A raw Job keeps its name, which is not made from its content.
        """
        job = raw("Job", spec={"template": {"spec": {}}})

        def paused(body):
            return {**body, "spec": {**body["spec"], "suspend": True}}

        dev = attrs.evolve(
            DEV, extras=[job], transforms=[Transform("Job", paused)]
        )

        assert compile_app(APP, dev, STACK).get("Job", "x")
