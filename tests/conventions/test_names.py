"""
Names that a cluster's owners want of all objects.
"""

import re

import attrs
import pytest

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import descriptions

from mizzen import Autoscale, Conventions, SpecError, compile_app

from .support import STACK, environment


@pytest.fixture(name="renamed")
def _renamed(shop, api):
    scale = api.override(scale=Autoscale(2, 4, cpu=70))
    return compile_app(
        shop,
        attrs.evolve(environment(name="{app}-{part}-x"), overrides=[scale]),
        STACK,
    )


class TestNames:
    def test_objects(self, renamed):
        """
        Every object is called by the pattern, the app's own ones without a
        part, and the namespace goes on to be the stack's.
        """
        names = {m.name for m in renamed if m.part}

        assert {"shop-x", "shop-dev"} == {m.name for m in renamed.of(None)}
        assert {"shop-api-x", "shop-db-x", "shop-worker-x"} <= names
        assert all(
            re.match(rf"shop-{m.part}-x(-|$)", m.name)
            for m in renamed
            if m.part
        )

    def test_hosts(self, renamed):
        """
        Settings lead to the names of the objects, while variables go on to
        be called after the parts.
        """
        spec = renamed.get("Deployment", "shop-api-x")["spec"]["template"]
        (container,) = spec["spec"]["containers"]
        env = {v["name"]: v.get("value") for v in container["env"]}
        secret = next(m.body for m in renamed.of("db") if m.kind == "Secret")

        assert env["DB_HOST"] == "shop-db-x"
        assert env["CACHE_HOST"] == "shop-cache-x"
        assert "@shop-db-x:5432/" in secret["stringData"]["url"]

    def test_references(self, renamed):
        """
        Accounts, claims, scale targets and routes bear the new names.
        """
        deployment = renamed.get("Deployment", "shop-api-x")
        pod = deployment["spec"]["template"]["spec"]
        store = renamed.get("StatefulSet", "shop-db-x")["spec"]
        claim = store["template"]["spec"]["volumes"][0]
        scaler = renamed.get("HorizontalPodAutoscaler", "shop-api-x")["spec"]
        ingress = renamed.get("Ingress", "shop-x")["spec"]
        backends = [
            path["backend"]["service"]["name"]
            for path in ingress["rules"][0]["http"]["paths"]
        ]

        assert pod["serviceAccountName"] == "shop-api-x"
        assert store["serviceName"] == "shop-db-x"
        assert claim["persistentVolumeClaim"]["claimName"] == "shop-db-x"
        assert scaler["scaleTargetRef"]["name"] == "shop-api-x"
        assert sorted(backends) == ["shop-api-x", "shop-web-x"]
        assert ingress["tls"][0]["secretName"] == "shop-x-tls"

    def test_parts(self, renamed, shop):
        """
        Parts go on to be known by their own names: in images, in the order
        of start-up and in reports.
        """
        usual = compile_app(shop, environment(), STACK)

        assert renamed.images == usual.images
        assert renamed.waits_for == usual.waits_for
        assert {m.part for m in renamed} == {m.part for m in usual}
        assert renamed.names["api"] == "shop-api-x"

    def test_usual(self, shop, dev):
        """
        Without a pattern, objects are called like their parts.
        """
        said = attrs.evolve(dev, conventions=Conventions(name="{part}"))

        assert (
            compile_app(shop, said, STACK).to_yaml()
            == compile_app(shop, dev, STACK).to_yaml()
        )

    @pytest.mark.parametrize(
        ("pattern", "name"),
        [
            ("acme-{part}", "acme-shop"),
            ("{app}-{part}", "shop"),
            ("{part}-{app}", "shop"),
            ("{app}-{stack}-{part}", "shop-dev"),
            ("{app}-{part}-{stack}", "shop-dev"),
        ],
    )
    def test_own(self, pattern, name):
        """
        What belongs to no part is called after the app once.
        """
        conventions = Conventions(name=pattern)

        assert name == conventions.object_name("shop", "dev", None)

    # Names are one property of many, and the others have all examples.
    @settings(max_examples=settings().max_examples // 10)
    @given(
        descriptions(),
        st.sampled_from(["{app}-{part}", "x-{part}-{stack}", "y-{part}"]),
    )
    def test_all(self, description, pattern):
        """
        Whatever is described, each object is called by the pattern.
        """
        conventions = Conventions(name=pattern)
        environment = attrs.evolve(
            description.environment, conventions=conventions
        )
        try:
            manifests = attrs.evolve(
                description, environment=environment
            ).compiled()
        except SpecError:
            assume(False)  # noqa: FBT003
            raise
        former = {part.name: part.formerly for part in description.parts}
        for manifest in manifests:
            metadata = manifest.body["metadata"]
            # Outside of it, names begin with that of the namespace.
            within = metadata.get("namespace") == manifests.namespace
            if not within or manifest.extra:
                continue
            # Stacks' files name them.
            if manifest.role.startswith("pull-secret-"):
                continue
            claims = manifest.kind == "PersistentVolumeClaim"
            # Disks that several parts share are named like parts, and those
            # of one go on to be called as they were first.
            owner = manifest.part or (
                manifest.role.removesuffix("-disk") if claims else None
            )
            if claims:
                owner = [*former.get(owner, ()), owner][0]
            name = conventions.object_name(
                description.name, description.stack.name, owner
            )
            rest = manifest.name.removeprefix(name)
            assert len(rest) < len(manifest.name)
            assert rest[:1] in {"", "-", "."}
