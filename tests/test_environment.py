"""
Policy: defaults, overrides and what comes before what.
"""

import inspect

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    Cluster,
    Defaults,
    Environment,
    FromConfig,
    Ingress,
    Isolation,
    Job,
    LoadBalancer,
    NodePort,
    Port,
    Registry,
    Server,
    SpecError,
    Stack,
    Store,
    Worker,
)
from mizzen.environment import CLUSTERS, EDITION_DEFAULTS, effective
from mizzen.environment.policy import EnvironmentChanges
from mizzen.spec import EDITIONS


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


class TestClusters:
    def test_names(self):
        """
        Each kind of cluster is found under its name.
        """
        assert {name: cluster.name for name, cluster in CLUSTERS.items()} == {
            name: name for name in CLUSTERS
        }

    def test_generic(self):
        """
        A stack that names no kind of cluster assumes nothing.
        """
        assert Cluster("generic") == Stack("dev", environment="dev").cluster

    @pytest.mark.parametrize(
        ("cluster", "ingress_class", "expected"),
        [
            ("generic", None, None),
            ("generic", "odd", None),
            ("generic", "nginx", ("nginx", None)),
            ("generic", "nginx-internal", ("nginx", None)),
            ("embedded", None, ("traefik", "traefik")),
            ("kind", "nginx", ("nginx", "ingress-nginx")),
            ("kind", "traefik", ("traefik", None)),
        ],
    )
    def test_controllers(self, cluster, ingress_class, expected):
        """
        The class says what the ingress controller is, the cluster where it
        runs.
        """
        found = CLUSTERS[cluster].ingress_controller(ingress_class)

        assert expected == (found and (found.name, found.namespace))

    def test_no_controllers(self):
        """
        Controllers are objects.
        """
        with pytest.raises(SpecError) as ei:
            Cluster("own", ingress_controllers=["nginx"])

        assert (
            "Cluster 'own': ingress_controllers must hold controllers, like "
            "IngressController('nginx') (got 'nginx')."
        ) == str(ei.value)

    def test_no_load_balancers(self, desired, web):
        """
        A cluster that gives load balancers no address refuses them.
        """
        with pytest.raises(SpecError) as ei:
            desired(
                web,
                environment=Environment("dev", exposure=LoadBalancer([web])),
                stack=Stack(
                    "dev", environment="dev", cluster=CLUSTERS["kind"]
                ),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' exposes Service 'web' by LoadBalancer, but cluster "
            "'kind' of stack 'dev' gives it no address. Choose NodePort or "
            "Ingress; or, where something has been installed that does, "
            "'cluster: generic'."
        ) == str(ei.value)


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
