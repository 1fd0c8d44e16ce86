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
        Each resource of a renamed part has each of its former names, and
        no other resource has any.
        """
        assert {
            name: resource.aliases
            for name, resource in registered.items()
            if resource.aliases
        } == {
            name: frozenset(
                name.replace(part, former, 1) for former in formers
            )
            for part, formers in (
                ("main", ("data", "db")),
                ("gateway", ("api",)),
            )
            for name in registered
            if name.partition("-")[0] == part
        }

    def test_alone(self, deploy):
        """
        The resources of a part alone have their former names as well.
        """
        db = Postgres("main", version=17, disk="1Gi", formerly="db")
        found = deploy(lambda: StoreComponent("store", db)).resources

        assert {"db-disk"} == found["main-disk"].aliases


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
