"""
Environments: what they derive from, and what they refuse.
"""

import inspect

import attrs
import pytest

from mizzen import (
    App,
    Defaults,
    Environment,
    FromConfig,
    Ingress,
    Isolation,
    NodePort,
    Registry,
    SpecError,
)
from mizzen.environment import EDITION_DEFAULTS, effective
from mizzen.environment.policy import EnvironmentChanges
from mizzen.spec import EDITIONS


class TestDerive:
    def test_on_top(self, web):
        """
        Defaults and overrides come on top of those that there are.
        """
        prod = Environment(
            "prod",
            defaults=Defaults(replicas=2, memory="1Gi", env={"A": "1"}),
            overrides=[web.override(replicas=5, cpu="1")],
            protect=True,
        )
        europe = prod.derive(
            "prod-eu",
            defaults=Defaults(memory="2Gi", env={"B": "2"}),
            overrides=[web.override(replicas=3)],
        )
        shop = App("shop", edition="2026", parts=[web])
        (found,) = effective(shop, europe)

        assert ("prod-eu", True) == (europe.name, europe.protect)
        assert (3, "1", "2Gi") == (found.replicas, found.cpu, found.memory)
        assert {"A": "1", "B": "2"} == found.env

    def test_changes(self, web):
        """
        All other fields are replaced.
        """
        prod = Environment("prod", exposure=Ingress())
        europe = prod.derive("prod-eu", exposure=NodePort([web]))

        assert isinstance(europe.exposure, NodePort)
        assert isinstance(prod.exposure, Ingress)

    def test_unknown(self):
        """
        A field that environments do not have is refused, and the nearest is
        named.
        """
        with pytest.raises(SpecError) as ei:
            Environment("dev").derive("x", protct=False)

        assert str(ei.value).startswith(
            "Environment 'dev': there is no field 'protct' to derive; choose "
            "one of: "
        )
        assert str(ei.value).endswith("(nearest to 'protct': 'protect').")

    @pytest.mark.parametrize(
        "field", ["defaults", "overrides", "patches", "transforms", "extras"]
    )
    def test_types(self, field):
        """
        What comes on top is held to the same rules as what is there.
        """
        with pytest.raises(
            SpecError, match=rf"^Environment 'x': {field} must be .*\(got "
        ):
            Environment("dev").derive("x", **{field: 5})

    def test_typed(self):
        """
        Type checkers know every field.
        """
        known = inspect.signature(Environment.derive).parameters
        fields = {field.name for field in attrs.fields(Environment)}

        assert fields == (
            known.keys() - {"self", "changes"}
            | EnvironmentChanges.__annotations__.keys()
        )


class TestDefaults:
    def test_editions(self):
        """
        Each edition decides all that parts may leave open.
        """
        assert set(EDITIONS) == set(EDITION_DEFAULTS)
        for defaults in EDITION_DEFAULTS.values():
            assert None not in attrs.astuple(defaults)

    def test_path(self):
        """
        Wrong values are refused in the class's name, for it has no own.
        """
        with pytest.raises(SpecError) as ei:
            Defaults(writable=["tmp"])

        assert (
            "Defaults: writable must be an absolute path, like '/run/data' "
            "(got 'tmp')."
        ) == str(ei.value)

    def test_later_env(self):
        """
        Variables of all parts are text.
        """
        with pytest.raises(SpecError) as ei:
            Defaults(env={"KEY": FromConfig("key", secret=True)})

        assert ("Defaults: env KEY must be text (got FromConfig).") == str(
            ei.value
        )


class TestEnvironment:
    @pytest.mark.parametrize(
        ("field", "rule"),
        [
            (
                "exposure",
                "NodePort(…), LoadBalancer(…), Ingress(…), Gateway(…) or None",
            ),
            ("defaults", "Defaults(…)"),
            ("isolation", "Isolation.FULL, Isolation.INGRESS or OFF"),
            ("namespace", "Namespace(…)"),
            ("protect", "True or False"),
            ("builder", "Docker() or DockerBuild(…)"),
        ],
    )
    def test_types(self, field, rule):
        """
        A field of another type is refused with what it may be.
        """
        with pytest.raises(SpecError) as ei:
            Environment("dev", **{field: "FULL"})

        assert (
            f"Environment 'dev': {field} must be {rule} (got 'FULL')."
        ) == str(ei.value)

    def test_overrides(self, web):
        """
        A part is no override.
        """
        with pytest.raises(SpecError) as ei:
            Environment("dev", overrides=[web])

        assert (
            "Environment 'dev': overrides must hold overrides, like "
            "api.override(replicas=6) (got <Service web>)."
        ) == str(ei.value)

    def test_repr(self, web):
        """
        What is shown of an environment and its overrides is short.
        """
        assert "<Environment dev>" == repr(Environment("dev"))
        assert "<Override web: replicas, env>" == repr(
            web.override(replicas=1, env={"A": "secret"})
        )

    def test_isolated(self):
        """
        The network is closed unless somebody opens it.
        """
        assert Isolation.FULL is Environment("dev").isolation


class TestRegistry:
    @pytest.mark.parametrize(
        "prefix", ["", "https://ghcr.io/acme", "ghcr.io/acme/", None]
    )
    def test_wrong(self, prefix):
        """
        Host and path have neither scheme nor slash at the end.
        """
        with pytest.raises(SpecError) as ei:
            Registry(prefix)

        who = "Registry" if prefix is None else f"Registry {prefix!r}"
        assert (
            f"{who}: prefix must be a host and path without scheme, like "
            f"'ghcr.io/acme' (got {prefix!r})."
        ) == str(ei.value)
