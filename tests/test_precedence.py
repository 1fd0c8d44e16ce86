"""
Policy: defaults, overrides and what comes before what.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Allow,
    App,
    Autoscale,
    Client,
    Defaults,
    Disk,
    Environment,
    Internet,
    Job,
    Port,
    Recreate,
    Rollout,
    Server,
    Store,
    Toleration,
    Worker,
)
from mizzen.environment import effective


def decided(part, *overrides, **defaults):
    """
    The part in an environment with some overrides and defaults.
    """
    environment = Environment(
        "dev", overrides=overrides, defaults=Defaults(**defaults)
    )
    (found,) = effective(
        App("shop", edition="2026", parts=[part]), environment
    )
    return found


class TestPrecedence:
    def test_edition(self, web):
        """
        The edition decides where nobody says anything.
        """
        found = decided(web)

        assert (1, "128Mi", "50m", 10001, 30, ("/tmp",)) == (
            found.replicas,
            found.memory,
            found.cpu,
            found.user,
            found.grace_seconds,
            found.writable,
        )

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("replicas", (2, 3, 4, 5)),
            ("memory", ("2Mi", "3Mi", "4Mi", "5Mi")),
            ("cpu", ("2m", "3m", "4m", "5m")),
            ("user", (2, 3, 4, 5)),
            ("grace_seconds", (2, 3, 4, 5)),
            ("writable", (("/2",), ("/3",), ("/4",), ("/5",))),
        ],
    )
    def test_order(self, web, field, values):
        """
        Environment's defaults, part, override and later override win in
        this order.
        """
        default, own, first, second = values
        part = attrs.evolve(web, **{field: own})
        overrides = [
            part.override(**{field: first}),
            part.override(**{field: second}),
        ]

        assert list(values) == [
            getattr(found, field)
            for found in (
                decided(web, **{field: default}),
                decided(part, **{field: default}),
                decided(part, overrides[0], **{field: default}),
                decided(part, *overrides, **{field: default}),
            )
        ]

    def test_none_inherits(self, web):
        """
        An override of `None` leaves what was there.
        """
        web = attrs.evolve(web, replicas=3)

        assert 3 == decided(web, web.override(replicas=None)).replicas
        assert (
            7
            == decided(
                web, web.override(replicas=7), web.override(replicas=None)
            ).replicas
        )

    def test_off_removes(self, web):
        """
        An override of `OFF` removes what was there.
        """
        web = attrs.evolve(
            web, scale=Autoscale(2, 9, cpu=70), health="/healthz", user=5
        )
        found = decided(web, web.override(scale=OFF, health=OFF, user=OFF))

        assert (OFF, OFF, OFF) == (found.scale, found.health, found.user)

    @pytest.mark.parametrize(
        ("field", "own", "default", "left"),
        [
            ("command", ["a"], None, None),
            ("reaches", [Internet(443)], None, ()),
            ("permissions", [Allow("get", on="pods")], None, ()),
            ("files", {"/a": "1"}, None, {}),
            ("env", {"A": "1"}, {"B": "1"}, {}),
            ("nodes", {"disk": "ssd"}, {"zone": "a"}, {}),
            ("tolerations", [Toleration("a")], [Toleration("b")], ()),
            ("writable", ["/own"], ["/usual"], ("/tmp",)),
            ("rollout", Recreate(), Rollout(surge=2), Rollout()),
        ],
    )
    def test_off_removes_all(self, web, field, own, default, left):
        """
        An override of `OFF` removes what the part, the environment's
        defaults and overrides before it have said, so that the edition
        decides; a later one may say something else.
        """
        defaults = {} if default is None else {field: default}
        part = attrs.evolve(web, **{field: own})
        off = part.override(**{field: OFF})
        again = part.override(**{field: own})

        for overrides in ([off], [again, off], [off, off]):
            found = decided(part, *overrides, **defaults)
            assert left == getattr(found, field)
        assert getattr(part, field) == getattr(
            decided(part, off, again, **defaults), field
        )

    def test_off_of_one_part(self, web):
        """
        What is removed from one part stays with the others.
        """
        other = Worker("other", image=web.image)
        environment = Environment(
            "dev",
            overrides=[web.override(env=OFF)],
            defaults=Defaults(env={"A": "1"}),
        )
        app = App("shop", edition="2026", parts=[web, other])

        assert [{}, {"A": "1"}] == [
            part.env for part in effective(app, environment)
        ]

    def test_off_with_one_disk(self, web):
        """
        Without its disk, a part is no longer alone.
        """
        part = attrs.evolve(web, volumes={"/data": Disk("1Gi")})

        assert Recreate() == decided(part).rollout
        assert Rollout() == decided(part, part.override(volumes=OFF)).rollout

    def test_off_of_store(self, db):
        """
        Stores let go of settings, copies and clients.
        """
        part = attrs.evolve(
            db,
            settings={"a": "1"},
            clients=[Client("admin", namespace="admin-dev")],
        )
        found = decided(part, part.override(settings=OFF, clients=OFF))

        assert ({}, ()) == (found.settings, found.clients)

    @pytest.mark.parametrize(
        ("field", "keys"),
        [("env", "ABCD"), ("files", ("/A", "/B", "/C", "/D"))],
    )
    def test_maps_merge(self, web, field, keys):
        """
        Maps merge by key, later ones win, and `OFF` removes a key.
        """
        a, b, c, d = keys
        part = attrs.evolve(web, **{field: {a: "1", b: "1", c: "1"}})
        found = decided(
            part,
            part.override(**{field: {b: "2", c: OFF}}),
            part.override(**{field: {b: "3", d: "3"}}),
        )

        assert {a: "1", b: "3", d: "3"} == getattr(found, field)

    def test_env_of_all(self, web):
        """
        Variables of the environment reach all parts, who may say otherwise.
        """
        part = attrs.evolve(web, env={"A": "2"})
        off = attrs.evolve(web, env={"A": OFF})

        assert {"A": "2", "B": "1"} == decided(
            part, env={"A": "1", "B": "1"}
        ).env
        assert {} == decided(off, env={"A": "1"}).env

    def test_removed_and_set_again(self, web):
        """
        What one override removes, a later one may set.
        """
        found = decided(
            web,
            web.override(env={"A": OFF}),
            web.override(env={"A": "1"}),
            env={"A": "0"},
        )

        assert {"A": "1"} == found.env

    def test_lists_replace(self, web):
        """
        Lists replace each other.
        """
        part = attrs.evolve(web, args=["a", "b"])

        assert ("c",) == decided(part, part.override(args=["c"])).args

    def test_worker_and_job(self, web):
        """
        Each kind gets the defaults of the fields that it has.
        """
        worker = Worker("worker", image=web.image)
        job = Job("job", image=web.image)

        assert 4 == decided(worker, replicas=4).replicas
        assert "1Gi" == decided(job, replicas=4, memory="1Gi").memory
        assert 0 == decided(job, job.override(retries=0)).retries

    def test_store(self, db):
        """
        Stores have sizes of their own; only overrides change them.
        """
        assert decided(db, memory="1Gi", env={"A": "1"}).memory is None
        assert "1Gi" == decided(db, db.override(memory="1Gi")).memory

    def test_store_settings(self, db):
        """
        Settings of a server merge by key like all maps, the last word wins,
        and `OFF` removes.
        """
        db = attrs.evolve(
            db, settings={"a": "part", "b": "part", "c": "part", "d": "part"}
        )
        prod = Environment(
            "prod",
            overrides=[
                db.override(
                    settings={"b": "prod", "c": OFF, "d": "prod", "e": "prod"}
                )
            ],
        )
        near = prod.derive(
            "near", overrides=[db.override(settings={"d": "near", "e": OFF})]
        )
        app = App("shop", edition="2026", parts=[db])
        (part,) = effective(app, near)

        assert {"a": "part", "b": "prod", "d": "near"} == part.settings

    @pytest.mark.parametrize(
        ("first", "changes"), [("50", [{"hz": OFF}]), (OFF, [])]
    )
    def test_store_settings_removed(self, desired, cache, first, changes):
        """
        What is off is not said to the server.
        """
        cache = attrs.evolve(cache, settings={"hz": first, "timeout": "0"})
        overrides = [cache.override(settings=change) for change in changes]
        environment = Environment("dev", overrides=overrides)
        made = desired(cache, environment=environment)
        pod = made.get("StatefulSet", "cache")["spec"]["template"]["spec"]
        args = pod["containers"][0]["args"]

        assert "--hz" not in args
        assert ["--timeout", "0"] == args[-2:]

    @pytest.mark.parametrize(
        ("below", "change", "scaled"),
        [
            (Autoscale(2, 9, cpu=70), {"replicas": 3}, False),
            (Autoscale(2, 9, cpu=70), {"replicas": None}, True),
            (Autoscale(2, 9, cpu=70), {"memory": "1Gi"}, True),
            (None, {"replicas": None, "scale": Autoscale(2, 9, cpu=70)}, True),
            (Autoscale(2, 9, cpu=70), {"replicas": 3, "scale": OFF}, False),
        ],
        ids=["fixed", "inherited", "other", "autoscaled", "off"],
    )
    def test_fixed_number(self, web, below, change, scaled):
        """
        A fixed number takes the place of an autoscaler that is said below
        it, and of none beside it.
        """
        part = attrs.evolve(web, scale=below)
        found = decided(part, part.override(**change)).scale

        assert scaled is isinstance(found, Autoscale)

    def test_autoscaler(self, web):
        """
        An autoscaler takes the place of a fixed number that is said below
        it, until an override has none again.
        """
        part = attrs.evolve(web, replicas=5)
        scaled = part.override(scale=Autoscale(2, 9, cpu=70))
        more = part.override(replicas=6)
        fixed = part.override(scale=OFF)

        assert decided(part, scaled).replicas is None
        assert decided(part, more, scaled).replicas is None
        assert 6 == decided(part, scaled, more).replicas
        assert 5 == decided(part, scaled, fixed).replicas

    def test_default_number(self, web):
        """
        The replicas of the defaults are below every autoscaler.
        """
        scale = Autoscale(2, 9, cpu=70)
        found = decided(attrs.evolve(web, scale=scale), replicas=3)

        assert scale is found.scale
        assert found.replicas is None

    def test_others(self, web):
        """
        An override changes the part that it was made from alone.
        """
        other = Worker("other", image=web.image)

        assert 1 == decided(web, other.override(replicas=5)).replicas

    def test_replaced_part(self, web):
        """
        An override means the part of its name, also after a replacement.
        """
        override = web.override(replicas=5)

        assert 5 == decided(attrs.evolve(web, memory="1Gi"), override).replicas


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Named(Store):
    """
    A store whose own fields are called like some of other parts.
    """

    listens = (Port("named", 7000, application="tcp"),)
    scheme = "named"

    env: dict[str, str]
    files: tuple[str, ...] = ()

    def server(self, access):  # noqa: ARG002 - it has no secrets
        """
        What it runs.
        """
        return Server(
            image=f"named:{self.version}",
            data="/data",
            ready=["named", *self.files],
            env=self.env,
        )


class TestOwnStores:
    def test_off(self):
        """
        They take `OFF` where they may be left out.
        """
        store = Named("db", version=1, disk="1Gi", env={}, files=("a", "b"))

        assert () == decided(store, store.override(files=OFF)).files

    @pytest.mark.parametrize("changes", [{}, {"files": ("c", "d")}])
    def test_own_fields(self, changes):
        """
        Fields of a store of one's own are its own: nothing is merged into
        them, whatever they are called.
        """
        store = Named(
            "db", version=1, disk="1Gi", env={"A": "1"}, files=("a", "b")
        )
        overrides = [store.override(**changes)] if changes else []

        found = decided(store, *overrides, env={"B": "2"})

        assert {"A": "1"} == found.env
        assert changes.get("files", ("a", "b")) == found.files
