"""
Mistakes in what environments override, in full texts.
"""

import attrs
import pytest

from mizzen import Autoscale, Environment, Job, SpecError

from .support import IMAGE, app, service


class TestOverrides:
    @pytest.mark.parametrize("field", ["name", "uses", "port", "ports"])
    def test_graph(self, field):
        """
        What makes up the graph cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            service().override(**{field: ()})

        assert (
            f"Service 'api': {field} cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    def test_before(self):
        """
        What a job comes before cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            Job("migrate", image=IMAGE).override(before=[])

        assert (
            "Job 'migrate': before cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("field", "value"), [("version", 18), ("database", "shop")]
    )
    def test_store(self, db, field, value):
        """
        What the data on a disk depends on cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            db.override(**{field: value})

        assert (
            f"Postgres 'db': {field} cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    def test_unknown_field(self):
        """
        A field that is not there is refused with the nearest that is.
        """
        with pytest.raises(SpecError) as ei:
            service().override(replica=2)

        assert (
            "Service 'api': there is no field 'replica' to override; choose "
            "one of: 'architectures', 'args', 'clients', 'command', 'cpu', "
            "'env', 'ephemeral_storage', 'files', 'grace_seconds' and 24 more "
            "(nearest to 'replica': 'replicas')."
        ) == str(ei.value)

    def test_unknown_field_replaced(self):
        """
        The same holds for replacing a part of an app.
        """
        api = service()

        with pytest.raises(SpecError) as ei:
            app(api).replace(api, replica=2)

        assert str(ei.value).startswith(
            "Service 'api': there is no field 'replica' to replace; choose "
        )

    def test_wrong_value(self):
        """
        A wrong value is reported where it is written.
        """
        with pytest.raises(SpecError) as ei:
            service().override(memory="1GB")

        assert (
            "Service 'api': memory must be a whole number followed by Ki, "
            "Mi, Gi, or Ti, like '10Gi' (got '1GB')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "write",
        [
            lambda scale: service(replicas=3, scale=scale),
            lambda scale: service().override(replicas=3, scale=scale),
            lambda scale: attrs.evolve(service(scale=scale), replicas=3),
        ],
        ids=["part", "override", "evolved"],
    )
    def test_number_and_autoscaler(self, write):
        """
        What decides the number of replicas is said once.
        """
        with pytest.raises(SpecError) as ei:
            write(Autoscale(1, 2, cpu=50))

        assert (
            "Service 'api': replicas must be left out with scale, which "
            "decides the number (got 3)."
        ) == str(ei.value)

    def test_not_a_part(self, desired):
        """
        Overriding a part of another app is refused.
        """
        environment = Environment(
            "dev", overrides=[service("wep").override(replicas=2)]
        )
        with pytest.raises(SpecError) as ei:
            desired(service("web"), environment=environment)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' overrides Service 'wep', which is not a "
            "part of the app; choose one of: 'web' (nearest to 'wep': 'web')."
        ) == str(ei.value)
