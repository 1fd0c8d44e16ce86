"""
Parts of another name: what Pulumi takes for the same as before.
"""

import pytest

from mizzen import (
    App,
    Disk,
    Environment,
    Image,
    NodePort,
    Postgres,
    Service,
    Stack,
)
from mizzen.pulumi import AppComponent, StoreComponent


IMAGE = Image("acme/api:v5")


@pytest.fixture(name="registered")
def _registered(deploy):
    """
    The resources of an app of which all parts had other names.
    """
    db = Postgres("main", version=17, disk="1Gi", formerly=["data", "db"])
    api = Service(
        "gateway",
        image=IMAGE,
        port=8000,
        uses=[db],
        formerly="api",
        volumes={"/uploads": Disk("1Gi", name="uploads")},
    )
    web = Service("web", image=IMAGE, port=8080)
    app = App("shop", edition="2026", parts=[api, web, db])
    dev = Environment("dev", exposure=NodePort({web: 30080}))
    stack = Stack("dev", environment="dev")

    return deploy(
        lambda: AppComponent("shop", app=app, environment=dev, stack=stack)
    ).resources


class TestAliases:
    def test_all(self, registered):
        """
        The component of a renamed part has each of its former names, which
        the engine knows to be those of its objects as well, because theirs
        begin with its own; no other resource has any.
        """
        assert {"main": {"data", "db"}, "gateway": {"api"}} == {
            name: resource.aliases
            for name, resource in registered.items()
            if resource.aliases
        }
        assert {name for name in registered if name.startswith("main-")} == {
            name
            for name, resource in registered.items()
            if resource.parent == "main"
        }

    @pytest.mark.parametrize(
        ("name", "former"), [("shop", "api"), ("eu", "eu.api")]
    )
    def test_app_of_another_name(self, deploy, name, former):
        """
        Where the names of an app's resources begin with that of its
        component, the former ones do as well.
        """
        api = Service("gateway", image=IMAGE, port=8000, formerly="api")
        found = deploy(
            lambda: AppComponent(
                name,
                app=App("shop", edition="2026", parts=[api]),
                environment=Environment("dev"),
                stack=Stack("dev", environment="dev"),
            )
        ).resources
        (component,) = (
            resource
            for resource in found.values()
            if resource.type == "mizzen:index:Service"
        )

        assert {former} == component.aliases

    def test_alone(self, deploy):
        """
        A part alone has its former names as well.
        """
        db = Postgres("main", version=17, disk="1Gi", formerly="db")
        found = deploy(lambda: StoreComponent("main", db)).resources

        assert {"db"} == found["main"].aliases


class TestOrder:
    def test_goes_first(self, registered):
        """
        What holds a disk or a port of the nodes goes before its successor
        comes; everything else answers until then.
        """
        assert {
            name
            for name, resource in registered.items()
            if resource.delete_before_replace
        } == {"main-stateful-set", "gateway-deployment", "web-service"}
