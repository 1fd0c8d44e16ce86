"""
Names, labels and annotations that a cluster's owners want of all objects.
"""

import re

import attrs
import pytest

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mizzen import (
    OFF,
    App,
    Autoscale,
    CertManager,
    Client,
    Conventions,
    Environment,
    ExternalService,
    Gateway,
    Image,
    Ingress,
    Namespace,
    Raw,
    Route,
    Service,
    SpecError,
    Stack,
    Store,
    Worker,
    compile_app,
)

from .strategies import descriptions


STACK = Stack(
    "dev", environment="dev", hosts=["shop.example.com"], issuer="letsencrypt"
)


def environment(**rules):
    """
    An environment with conventions, which exposes routes.
    """
    return Environment(
        "dev",
        exposure=Ingress(tls=CertManager()),
        conventions=Conventions(**rules),
    )


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


class TestOtherApps:
    @pytest.fixture(name="policies")
    def _policies(self):
        """
        The NetworkPolicies of two apps in one namespace that have the same
        conventions, and what one of them is told of the other.
        """
        team = Environment(
            "prod",
            namespace=Namespace("team", create=False),
            conventions=Conventions(name="{app}-{part}"),
        )
        image = Image("acme/api:v5")
        client = Client("shop", namespace="team", part="worker")
        named = Client("b", namespace="team", app="book", part="worker")
        api = Service("api", image=image, port=80, clients=[client, named])
        other = ExternalService(
            "billing", app="billing", part="api", port=80, namespace="team"
        )
        worker = Worker("worker", image=image, uses=[other])
        stack = Stack("prod", environment="prod")
        billing, shop = (
            compile_app(App(name, edition="2026", parts=[part]), team, stack)
            for name, part in (("billing", api), ("shop", worker))
        )
        pod = shop.get("Deployment", "shop-worker")["spec"]["template"]
        (container,) = pod["spec"]["containers"]

        return (
            billing.get("NetworkPolicy", "billing-api")["spec"],
            shop.get("NetworkPolicy", "shop-worker")["spec"],
            {entry["name"]: entry["value"] for entry in container["env"]},
        )

    def test_used(self, policies):
        """
        What another app runs is found under the name of its objects.
        """
        _, ours, told = policies
        peer = ours["egress"][1]["to"][0]["podSelector"]["matchLabels"]

        assert peer["app.kubernetes.io/name"] == "billing-api"
        assert told["BILLING_HOST"] == "billing-api.team.svc"

    def test_clients(self, policies):
        """
        So are those who use a part.
        """
        theirs, _, _ = policies

        assert ["shop-worker", "book-worker"] == [
            peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            for rule in theirs["ingress"]
            for peer in rule["from"]
        ]

    def test_app_alone(self):
        """
        An app says nothing without its part.
        """
        with pytest.raises(SpecError) as ei:
            Client("b", namespace="team", app="book")

        assert "Client 'b': app must come with part (got 'book')." == str(
            ei.value
        )
