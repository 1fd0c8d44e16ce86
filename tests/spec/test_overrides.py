"""
What environments may override, as users write it.
"""

from typing import get_args, get_type_hints

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    CronJob,
    DaemonSet,
    Dockerfile,
    Image,
    Job,
    Redis,
    Service,
    SpecError,
    Worker,
)
from mizzen._fields import default_of
from mizzen.spec.cron_jobs import CronJobChanges
from mizzen.spec.daemon_sets import DaemonSetChanges
from mizzen.spec.edges import _AMOUNTS, _FIXED
from mizzen.spec.jobs import JobChanges
from mizzen.spec.services import ServiceChanges, WorkerChanges
from mizzen.spec.stores import StoreChanges
from mizzen.spec.values import Off


IMAGE = Image("acme/web:v5")
PARTS = (
    (Service("web", image=IMAGE, port=8000), ServiceChanges),
    (Worker("beat", image=IMAGE), WorkerChanges),
    (DaemonSet("agent", image=IMAGE), DaemonSetChanges),
    (Job("migrate", image=IMAGE), JobChanges),
    (CronJob("tidy", image=IMAGE, schedule="@daily"), CronJobChanges),
    (Redis("cache", version=8, disk="1Gi"), StoreChanges),
)
FIELDS = [
    pytest.param(part, field, changes, id=f"{part.name}-{field.alias}")
    for part, changes in PARTS
    for field in attrs.fields(type(part))
    if field.alias not in _FIXED
]


class TestOff:
    @pytest.mark.parametrize(("part", "field", "changes"), FIELDS)
    def test_taken(self, part, field, changes):
        """
        Whatever may be left out takes `OFF`, but for amounts, of which there
        is always one; type checkers and editors know it.
        """
        unsaid = default_of(field) in (None, (), {})
        own = Off in get_args(field.type)
        takes = own or (unsaid and field.alias not in _AMOUNTS)
        try:
            part.override(**{field.alias: OFF})
        except SpecError as error:
            refusal = str(error)
        else:
            refusal = None

        assert takes is (refusal is None)
        assert takes is (Off in get_args(get_type_hints(changes)[field.alias]))
        assert takes or "(got OFF)" in refusal

    @pytest.mark.parametrize("name", ["disk", "image", "schedule"])
    def test_needed(self, name):
        """
        What a part cannot be without stays refused, and the message says
        what it has to be.
        """
        parts = {part.name: part for part, _ in PARTS}
        owner = {"disk": "cache", "image": "web", "schedule": "tidy"}[name]
        with pytest.raises(SpecError, match=rf"{name} must be .* \(got OFF"):
            parts[owner].override(**{name: OFF})

    def test_replace(self):
        """
        An app in which a part has no such setting takes `OFF` as well.
        """
        said = Worker("beat", image=IMAGE, command=["a"], env={"A": "1"})
        app = App("shop", edition="2026", parts=[said])
        (found,) = app.replace(said, command=OFF, env=OFF, args=["b"]).parts

        assert (None, {}, ("b",)) == (found.command, found.env, found.args)


class TestOverride:
    @pytest.mark.parametrize(("part", "changes"), PARTS, ids=repr)
    def test_typed(self, part, changes):
        """
        What type checkers let pass is what can be overridden.
        """
        fields = {field.alias for field in attrs.fields(type(part))}

        assert fields.difference(_FIXED) == set(changes.__annotations__)

    def test_all_values(self, web, beat, db):
        """
        Every field may be overridden by what the part itself may hold.
        """
        web.override(
            image=Dockerfile("web"),
            command=["a"],
            args=["b"],
            env={"A": "1", "B": OFF},
            files={"/a": "1", "/b": OFF},
            memory="1Gi",
            cpu="1",
            writable=[],
            user=OFF,
            grace_seconds=1,
            health=OFF,
            replicas=2,
            scale=OFF,
        )
        beat.override(scale=Autoscale(1, 2, cpu=50), health=["a"])
        db.override(disk="2Gi", image=Image("postgres:17"), password_from=None)
