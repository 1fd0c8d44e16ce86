"""
Mistakes in conventions.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Conventions,
    Environment,
    Gateway,
    Ingress,
    Route,
    SpecError,
    Stack,
    compile_app,
)

from .support import STACK, environment


class TestMistakes:
    @pytest.mark.parametrize(
        "pattern",
        ["", "api", "{part}{part}", "{parts}", "{part", "A-{part}", "-{part}"],
    )
    def test_pattern(self, pattern):
        """
        A pattern that names no part, or could not be a host, is refused.
        """
        with pytest.raises(ValueError) as ei:
            Conventions(name=pattern)

        assert str(ei.value).endswith(
            ": name must be lower-case letters, digits, hyphens, {app}, "
            "{stack} and once {part}, like '{app}-{part}' "
            f"(got {pattern!r})."
        )

    def test_no_text(self):
        """
        A pattern is text.
        """
        with pytest.raises(ValueError, match=r"name must be text, like"):
            Conventions(name=OFF)

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            (
                {"app.kubernetes.io/name": "x"},
                (
                    "labels must leave alone what mizzen itself says, like its "
                    "own name (got 'app.kubernetes.io/name')."
                ),
            ),
            (
                {"a b": "x"},
                (
                    "labels must have keys of Kubernetes, like "
                    "'example.com/team' (got 'a b')."
                ),
            ),
            (
                {"A.com/b": "x"},
                (
                    "labels must have keys of Kubernetes, like "
                    "'example.com/team' (got 'A.com/b')."
                ),
            ),
            (
                {1: "x"},
                (
                    "labels must have keys of Kubernetes, like "
                    "'example.com/team' (got 1)."
                ),
            ),
            ({"a": 1}, "labels 'a' must be text (got 1)."),
            (
                {"a": "b c"},
                (
                    "labels 'a' must be at most 63 letters, digits, hyphens, "
                    "underscores and dots, like 'payments' (got 'b c')."
                ),
            ),
        ],
    )
    def test_labels(self, labels, message):
        """
        What Kubernetes would refuse, or mizzen needs, is refused at once.
        """
        with pytest.raises(ValueError) as ei:
            Conventions(labels=labels)

        assert f"Conventions: {message}" == str(ei.value)

    def test_length(self, web, desired):
        """
        Names that do not fit any more are told before anything is compiled.
        """
        conventions = Conventions(name=f"{'x' * 50}-{{part}}")

        with pytest.raises(ValueError) as ei:
            desired(
                web, environment=Environment("dev", conventions=conventions)
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            f"  - Service 'web': its objects would be called '{'x' * 50}-web'"
            " by the conventions, but at most 52 of its 54 characters are "
            "allowed. Choose a shorter name or pattern."
        ) == str(ei.value)

    @pytest.mark.parametrize("exposure", [Ingress(), Gateway()])
    def test_length_of_app(self, web, exposure):
        """
        So is the name of what belongs to no part: of what leads routes.
        """
        app = App(
            "a" * 30, edition="2026", parts=[web], routes=[Route("/", web)]
        )
        stack = Stack("s" * 20, environment="dev", hosts=["a.example.com"])
        rules = environment(name="{app}-{stack}-of-us-{part}")

        with pytest.raises(SpecError) as ei:
            compile_app(app, attrs.evolve(rules, exposure=exposure), stack)

        assert (
            f"App '{'a' * 30}': its objects would be called '{'a' * 30}-"
            f"{'s' * 20}-of-us' by the conventions, but at most 52 of its 57 "
            "characters are allowed. Choose a shorter name or pattern."
        ) in ei.value.problems

    def test_length_without_routes(self, web):
        """
        It does not matter where nothing is called so.
        """
        app = App("a" * 50, edition="2026", parts=[web])
        rules = environment(name="{part}-of-us")

        assert {"web": "web-of-us"} == compile_app(app, rules, STACK).names
