"""
A whole app as components of a Pulumi program.
"""

import re

import attrs
import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from mizzen import (
    Autoscale,
    Environment,
    Image,
    Ingress,
    Job,
    Namespace,
    Quota,
    Route,
    Service,
    SpecError,
    Stack,
    compile_app,
)
from mizzen.pulumi import AppComponent


OBJECTS = {
    "shop-namespace": ("shop", "core/v1:Namespace"),
    "web-service-account": ("web", "core/v1:ServiceAccount"),
    "web-network-policy": ("web", "networking.k8s.io/v1:NetworkPolicy"),
    "web-deployment": ("web", "apps/v1:Deployment"),
    "web-service": ("web", "core/v1:Service"),
    "api-service-account": ("api", "core/v1:ServiceAccount"),
    "api-network-policy": ("api", "networking.k8s.io/v1:NetworkPolicy"),
    "api-deployment": ("api", "apps/v1:Deployment"),
    "api-service": ("api", "core/v1:Service"),
    "worker-service-account": ("worker", "core/v1:ServiceAccount"),
    "worker-network-policy": ("worker", "networking.k8s.io/v1:NetworkPolicy"),
    "worker-deployment": ("worker", "apps/v1:Deployment"),
    "migrate-service-account": ("migrate", "core/v1:ServiceAccount"),
    "migrate-network-policy": (
        "migrate",
        "networking.k8s.io/v1:NetworkPolicy",
    ),
    "migrate-job": ("migrate", "batch/v1:Job"),
    "db-service-account": ("db", "core/v1:ServiceAccount"),
    "db-credentials": ("db", "core/v1:Secret"),
    "db-network-policy": ("db", "networking.k8s.io/v1:NetworkPolicy"),
    "db-disk": ("db", "core/v1:PersistentVolumeClaim"),
    "db-service": ("db", "core/v1:Service"),
    "db-stateful-set": ("db", "apps/v1:StatefulSet"),
    **{
        f"{store}-{role}": (store, kind)
        for store in ("db", "cache")
        for role, kind in (
            ("credentials-api", "core/v1:Secret"),
            ("administrator-policy", "networking.k8s.io/v1:NetworkPolicy"),
            ("accounts-files", "core/v1:Secret"),
            ("accounts", "batch/v1:Job"),
        )
    },
    "db-credentials-migrate": ("db", "core/v1:Secret"),
    "cache-credentials-worker": ("cache", "core/v1:Secret"),
    "cache-service-account": ("cache", "core/v1:ServiceAccount"),
    "cache-credentials": ("cache", "core/v1:Secret"),
    "cache-network-policy": ("cache", "networking.k8s.io/v1:NetworkPolicy"),
    "cache-disk": ("cache", "core/v1:PersistentVolumeClaim"),
    "cache-service": ("cache", "core/v1:Service"),
    "cache-stateful-set": ("cache", "apps/v1:StatefulSet"),
}


@pytest.fixture(name="run")
def _run(deploy, shop, dev, stack):
    """
    Deploys the shop, changed by keyword; the result is what *read* makes of
    its component.
    """

    def run(read=lambda _: None, **arguments):
        fields = {"app": shop, "environment": dev, "stack": stack}

        return deploy(
            lambda: read(AppComponent("shop", **{**fields, **arguments}))
        )

    return run


class TestTree:
    def test_tokens(self, run):
        """
        The app and each of its parts are components whose type tokens are
        fixed for ever.
        """
        found = run()

        assert {
            "shop": "mizzen:index:App",
            "web": "mizzen:index:Service",
            "api": "mizzen:index:Service",
            "worker": "mizzen:index:Worker",
            "migrate": "mizzen:index:Job",
            "db": "mizzen:index:Store",
            "cache": "mizzen:index:Store",
        } == {
            name: resource.type
            for name, resource in found.resources.items()
            if resource.type.startswith("mizzen:")
        }

    def test_names(self, run):
        """
        Resource names are the part's name and the object's role; objects of
        the app itself begin with the app's name.
        """
        found = run()

        assert OBJECTS == {
            name: (
                resource.parent,
                resource.type.removeprefix("kubernetes:"),
            )
            for name, resource in found.resources.items()
            if not resource.type.startswith("mizzen:")
        }

    def test_parents(self, run, shop):
        """
        Parts belong to the app, and the app to the stack.
        """
        found = run()

        assert {"shop"} == {found[part.name].parent for part in shop.parts}
        assert "shop-dev" == found["shop"].parent

    def test_every_manifest(self, run, shop, dev, stack):
        """
        What is registered is what the compiler made: no object more or
        less, under no other name.
        """
        found = run(app=shop)

        assert sorted(
            (m.kind, m.body["metadata"]["name"])
            for m in compile_app(shop, dev, stack)
            if not m.role.startswith(("credentials", "accounts"))
        ) == sorted(
            (r.type.rpartition(":")[2], r.inputs["metadata"]["name"])
            for r in found.resources.values()
            if r.type.startswith("kubernetes:")
            and not re.search("-(credentials|accounts)", r.name)
        )


class TestOrder:
    def test_namespace_first(self, run):
        """
        Every object of every part waits for the namespace.
        """
        found = run()

        waiting = {
            name
            for name, resource in found.resources.items()
            if "shop-namespace" in resource.dependencies
        }
        objects = {
            name
            for name, resource in found.resources.items()
            if resource.type.startswith("kubernetes:")
        }
        assert objects - {"shop-namespace"} == waiting

    def test_only_pods_wait(self, run):
        """
        Objects that run nothing wait for the namespace and for nothing else.
        """
        found = run()

        assert {
            frozenset({"shop-namespace"}),
        } == {
            found[f"api-{role}"].dependencies
            for role in ("service-account", "network-policy", "service")
        }

    def test_pods_last(self, run):
        """
        Pods start when their account, settings, rules and disk are there.
        """
        assert {
            "shop-namespace",
            "db-service-account",
            "db-credentials",
            "db-credentials-api",
            "db-credentials-migrate",
            "db-network-policy",
            "db-disk",
            "db-service",
        } == run()["db-stateful-set"].dependencies

    def test_store_first(self, run):
        """
        Pods of a part start when the stores that it uses are ready.
        """
        assert "cache-stateful-set" in run()["worker-deployment"].dependencies

    def test_job_first(self, run):
        """
        A service starts when the job that comes before it has succeeded,
        and the job when its store is ready.
        """
        found = run()

        assert "migrate-job" in found["api-deployment"].dependencies
        assert "db-stateful-set" in found["migrate-job"].dependencies

    def test_job_after(self, run, shop, api, migrate):
        """
        A job comes after another job, or after a new version is up.
        """
        seed = Job("seed", image=api.image, after=[migrate], before=[api])
        smoke = Job("smoke", image=api.image, uses=[api])
        found = run(
            app=attrs.evolve(shop, parts=[*shop.parts, smoke, seed]),
        )

        assert "migrate-job" in found["seed-job"].dependencies
        assert "seed-job" in found["api-deployment"].dependencies
        assert "api-deployment" in found["smoke-job"].dependencies

    def test_plain_ingress_first(self, run, shop):
        """
        The Ingress that gives a path up is changed before the one that
        takes it is made, because ingress-nginx refuses a path in both.
        """
        slow = Route("/slow", shop.parts[0], timeout_seconds=90)
        found = run(
            app=attrs.evolve(shop, routes=[*shop.routes, slow]),
            environment=Environment("dev", exposure=Ingress()),
            stack=Stack(
                "dev",
                environment="dev",
                hosts=["a.example.com"],
                ingress_class="nginx",
            ),
        )
        (own,) = [
            resource
            for name, resource in found.resources.items()
            if name.startswith("shop-ingress-slow")
        ]

        assert "shop-ingress" in own.dependencies

    def test_services_together(self, run):
        """
        A service does not wait for the services that it uses.
        """
        waiting = run()["web-deployment"].dependencies

        assert not {name for name in waiting if name.startswith("api-")}


class TestNames:
    def test_twice(self, deploy, shop, stack):
        """
        A program may deploy an app several times: all names begin with that
        of the component where it is not the app's.
        """

        def program():
            for region in ("eu", "us"):
                namespace = Namespace(f"shop-{region}")
                AppComponent(
                    region,
                    app=shop,
                    environment=Environment(region, namespace=namespace),
                    stack=stack,
                )

        found = deploy(program).resources

        assert found["eu.api"].parent == "eu"
        assert found["us.api-deployment"].parent == "us.api"
        assert {re.split("[.-]", name)[0] for name in found} == {"eu", "us"}


class TestOptions:
    def test_provider(self, deploy, shop, dev, stack):
        """
        The provider that the app is given reaches each of its objects.
        """

        def program():
            cluster = kubernetes.Provider("cluster", context="dev")
            AppComponent(
                "shop",
                app=shop,
                environment=dev,
                stack=stack,
                opts=pulumi.ResourceOptions(provider=cluster),
            )

        found = deploy(program)

        assert {"cluster"} == {
            resource.provider
            for name, resource in found.resources.items()
            if resource.type.startswith("kubernetes:")
        }

    def test_depends_on(self, deploy, shop, dev, stack):
        """
        What the app waits for, each of its objects waits for.
        """

        def program():
            first = kubernetes.core.v1.ConfigMap("first", metadata={})
            AppComponent(
                "shop",
                app=shop,
                environment=dev,
                stack=stack,
                opts=pulumi.ResourceOptions(depends_on=[first]),
            )

        found = deploy(program)

        assert set(found.resources) - {"first"} == {
            name
            for name, resource in found.resources.items()
            if "first" in resource.dependencies
            or resource.type.startswith("mizzen:")
        }

    @pytest.mark.parametrize("protect", [True, False])
    def test_protect(self, run, protect):
        """
        An environment that protects keeps the namespace and the disks, and
        nothing else, from deletion.
        """
        found = run(environment=Environment("dev", protect=protect))

        kept = {"shop-namespace", "db-disk", "cache-disk"}
        assert {
            name: name in kept and protect for name in found.resources
        } == {name: r.protect for name, r in found.resources.items()}
        assert {
            name: name in kept and protect for name in found.resources
        } == {name: r.retain_on_delete for name, r in found.resources.items()}

    def test_quota(self, run):
        """
        What limits a namespace comes after it.
        """
        limited = Namespace(quota=Quota(pods=20))
        found = run(environment=Environment("dev", namespace=limited))

        assert {"shop-namespace"} == found["shop-quota"].dependencies

    def test_autoscaler(self, run, web):
        """
        Autoscalers come after what they scale, or they would find nothing.
        """
        scale = web.override(scale=Autoscale(2, 20, cpu=70))
        found = run(environment=Environment("dev", overrides=[scale]))

        assert "web-deployment" in found["web-autoscaler"].dependencies

    def test_left_alone(self, run, web):
        """
        A number of replicas that an autoscaler takes over stays until it
        changes it, and what is in a claim is the disk's.
        """
        scale = web.override(scale=Autoscale(2, 20, cpu=70))
        found = run(environment=Environment("dev", overrides=[scale]))

        disk = ["spec", "metadata.labels", "metadata.annotations"]

        assert {
            "web-deployment": ["spec.replicas"],
            "db-disk": disk,
            "cache-disk": disk,
        } == {
            name: list(resource.request.ignoreChanges)
            for name, resource in found.resources.items()
            if resource.request.ignoreChanges
        }


class TestOutputs:
    def test_registered(self, run):
        """
        The app reports its addresses, images and namespace to Pulumi.
        """
        found = run(
            environment=Environment(
                "dev", namespace=Namespace("payments", create=False)
            )
        )

        assert {
            "addresses": {},
            "images": {
                "web": "acme/web:v5",
                "api": "acme/api:v5",
                "worker": "acme/worker:v5",
                "migrate": "acme/api:v5",
            },
            "namespace": "payments",
        } == found["shop"].outputs

    def test_parts(self, run):
        """
        Parts report where they are and what they run.
        """
        found = run()

        assert {
            "namespace": "shop-dev",
            "image": "acme/api:v5",
            "url": "http://api.shop-dev.svc:8000",
        } == found["api"].outputs
        assert {
            "namespace": "shop-dev",
            "image": "acme/worker:v5",
        } == found["worker"].outputs
        assert {"namespace": "shop-dev"} == found["db"].outputs

    def test_typed_resources(self, run, api, worker, migrate, db):
        """
        A part is the key to the typed resources of its component.
        """
        found = run(
            lambda app: {
                "service": app[api].service.spec.cluster_ip,
                "deployment": app[api].deployment.metadata.name,
                "worker": app[worker].deployment.metadata.name,
                "job": app[migrate].job.spec.backoff_limit,
                "store": app[db].stateful_set.spec.service_name,
                "headless": app[db].service.spec.cluster_ip,
                "credentials": app[db].credentials.type,
                "account": app[db].credentials_of("api").type,
                "policy": app[db].resources["network-policy"].id,
            }
        )

        assert {
            "service": None,
            "deployment": "api",
            "worker": "worker",
            "job": 3,
            "store": "db",
            "headless": "None",
            "credentials": None,
            "account": None,
            "policy": "db-network-policy-id",
        } == found.result

    def test_foreign_part(self, run):
        """
        A part of another app is no key.
        """
        other = Service("other", image=Image("acme/other:v1"), port=8080)

        with pytest.raises(KeyError, match="other"):
            run(lambda app: app[other])


class TestMistakes:
    def test_nothing_registered(self, run, monitor):
        """
        When app, environment and stack contradict each other, nothing is
        registered.
        """
        with pytest.raises(SpecError, match=r"^App 'shop' cannot be deployed"):
            run(environment=Environment("dev", exposure=Ingress()))

        assert {} == monitor.registered
