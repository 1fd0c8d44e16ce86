"""
What an environment says of the parts of several apps.
"""

import attrs
import pytest

from mizzen import (
    App,
    Environment,
    ExternalService,
    FromConfig,
    Image,
    Ingress,
    LoadBalancer,
    NodePort,
    Port,
    Project,
    Service,
    SpecError,
    Stack,
    Worker,
    compile_app,
)


STACK = Stack("prod", environment="prod")
IMAGE = Image("acme/web:v5")


def service(name="web"):
    """
    A service with two ports.
    """
    ports = [Port("http", 8080), Port("mqtt", 1883)]
    return Service(name, image=IMAGE, ports=ports)


def app(name, *parts):
    """
    An app of *parts*.
    """
    return App(name, edition="2026", parts=parts)


@pytest.fixture(name="shop")
def _shop():
    return app("shop", service())


@pytest.fixture(name="billing")
def _billing():
    """
    An app with a part that is called like that of the shop.
    """
    return app("billing", service(), service("admin"))


@pytest.fixture(name="said")
def _said(tmp_path):
    """
    What an environment of *fields* says of the first of *apps*, which are
    those of a project.
    """

    def said(*apps, **fields):
        environment = Environment("prod", **fields)
        named = {each.name: each for each in apps}
        project = Project(tmp_path, named, {"prod": environment})
        return project.environment(STACK, apps[0])

    return said


class TestSameName:
    @pytest.fixture(name="fields")
    def _fields(self, shop):
        """
        All that can be said of a part of the shop.
        """
        web = shop["web"]
        key = FromConfig("shopKey", secret=True)
        paused = {"spec": {"paused": True}}
        return {
            "exposure": LoadBalancer([web]),
            "exposes": [NodePort([web["mqtt"]])],
            "overrides": [web.override(env={"KEY": key})],
            "patches": [web.patch("Deployment", paused)],
        }

    def test_other(self, said, shop, billing, fields):
        """
        Nothing of it is said of a part of the same name in another app:
        neither does that get public, nor is it told a secret.
        """
        found = said(billing, shop, **fields)
        manifests = compile_app(billing, found, STACK)

        assert None is found.exposure
        assert () == found.exposes == found.overrides == found.patches
        plain = compile_app(billing, Environment("prod"), STACK)
        assert plain.to_yaml() == manifests.to_yaml()

    def test_own(self, said, shop, billing, fields):
        """
        All of it is said of the part itself.
        """
        found = said(shop, billing, **fields)

        for name, value in fields.items():
            same = tuple(value) if isinstance(value, list) else value
            assert same == getattr(found, name)

    def test_changed_copy(self, said, shop, billing, fields):
        """
        An app that a program has changed is still the one of its name.
        """
        changed = shop.replace(shop["web"], memory="1Gi")

        found = said(changed, shop, billing, **fields)

        assert fields["exposure"] is found.exposure

    def test_run_by_others(self, said):
        """
        External services of one name are two, unless they are one object.
        """
        theirs, ours, both = (
            ExternalService(name, host="b.example.com", port=443)
            for name in ("ledger", "ledger", "bank")
        )
        one, two = (
            app(name, Worker("worker", image=IMAGE, uses=[other, both]))
            for name, other in (("one", ours), ("two", theirs))
        )
        overrides = [
            other.override(host=f"{name}.example.com")
            for other, name in ((ours, "a"), (theirs, "c"), (both, "d"))
        ]

        found = said(one, two, overrides=overrides)

        assert (overrides[0], overrides[2]) == found.overrides


class TestReplaced:
    @pytest.fixture(name="web")
    def _web(self, shop):
        return shop["web"]

    @pytest.fixture(name="changed")
    def _changed(self, shop, web):
        """
        The shop, which lists another part in place of ``web``.
        """
        return shop.replace(web, memory="1Gi")

    def test_one_name(self, said, changed, web):
        """
        What is said of the part before is said of the only one that has its
        name now.
        """
        override = web.override(replicas=2)
        other = app("other", service("admin"))

        assert (override,) == said(
            changed, other, overrides=[override]
        ).overrides
        assert () == said(other, changed, overrides=[override]).overrides

    def test_one_app(self, said, changed, web):
        """
        In a project of one app nobody else can be meant.
        """
        override = web.override(replicas=2)

        assert (override,) == said(changed, overrides=[override]).overrides

    def test_several(self, said, changed, billing, web):
        """
        Where several apps have a part of that name, nobody knows whose it
        is, and all of it is refused.
        """
        old, *users = (
            ExternalService("ledger", host="b.example.com", port=443)
            for _ in range(3)
        )
        one, two = (
            app(
                each.name,
                *each.parts,
                Worker("worker", image=IMAGE, uses=[user]),
            )
            for each, user in zip((changed, billing), users, strict=True)
        )

        with pytest.raises(SpecError) as ei:
            said(
                one,
                two,
                exposure=NodePort([web]),
                overrides=[
                    web.override(replicas=2),
                    old.override(port=80),
                ],
                patches=[web.patch("Deployment", {"spec": {"paused": True}})],
            )

        which = (
            "Service 'web', which no app lists, but these have a part of "
            "that name: 'billing', 'shop'. Say it of the part that is "
            "listed, like app['web']."
        )
        assert (
            "Environment 'prod' cannot be read for app 'shop':\n"
            f"  - Environment 'prod' exposes {which}\n"
            f"  - Environment 'prod' overrides {which}\n"
            "  - Environment 'prod' overrides ExternalService 'ledger', "
            "which no part uses, but parts of these apps use one of that "
            "name: 'billing', 'shop'. Say it of the one that is used.\n"
            f"  - Environment 'prod' patches {which}"
        ) == str(ei.value)

    def test_third(self, said, changed, billing, web):
        """
        It stands against no app that has no part of that name.
        """
        third = app("third", service("admin"))
        overrides = [web.override(replicas=2)]

        found = said(third, changed, billing, overrides=overrides)

        assert () == found.overrides

    def test_nobody(self, said, shop, billing):
        """
        What no app has stands against all.
        """
        override = service("wep").override(replicas=2)

        assert (override,) == said(
            shop, billing, overrides=[override]
        ).overrides


class TestOpenings:
    @pytest.fixture(name="targets")
    def _targets(self, shop, billing):
        """
        A part of each app, with the ports that are public.
        """
        return {shop["web"]: 30080, billing["admin"]["mqtt"]: 30081}

    def test_shared(self, said, shop, billing, targets):
        """
        One exposure may open parts of several apps: each app has its own.
        """
        first, second = targets.items()
        exposure = NodePort(targets, external_traffic_policy="Local")

        of_shop, of_billing = (
            said(*apps, exposure=exposure).exposure
            for apps in ((shop, billing), (billing, shop))
        )

        assert (first,) == of_shop.parts
        assert (second,) == of_billing.parts
        assert "Local" == of_shop.external_traffic_policy

    def test_beside(self, said, shop, billing, targets):
        """
        So may what is open beside it; what is left without any goes.
        """
        admin = billing["admin"]
        balancer = LoadBalancer([*targets], annotations={"a": "b"})

        found = said(
            shop,
            billing,
            exposure=Ingress(),
            exposes=[balancer, NodePort([admin])],
        )

        assert isinstance(found.exposure, Ingress)
        (left,) = found.exposes
        assert attrs.evolve(balancer, parts=[shop["web"]]).parts == left.parts
        assert {"a": "b"} == left.annotations
