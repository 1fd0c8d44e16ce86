"""
What typical edits of the example app do to its production.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Address,
    Allow,
    Autoscale,
    Defaults,
    LoadBalancer,
    NodePort,
    Route,
    Use,
)
from mizzen.changes import Effect
from mizzen.stack import Version

from .support import effects, reasons


V5 = Version("v5", f"sha256:{'5' * 64}")


def written(tree, path, text):
    """
    Append to a file of the project, which may be a new one.
    """
    with (tree / path).open("a") as file:
        file.write(text)


class TestPods:
    def test_variable(self, prod, change):
        """
        A variable of the API restarts the API alone.
        """
        found = change(prod.part("api", env={"LOG_LEVEL": "debug"}))

        assert effects(found) == {"api": ("ROLLING_RESTART",)}
        assert reasons(found, "api") == ("env LOG_LEVEL debug added (part)",)
        assert found.unchanged == (
            "client",
            "worker",
            "migrate",
            "postgres",
            "redis",
        )

    def test_file(self, prod, change):
        """
        A changed file restarts its reader, and its ConfigMap is no change
        of its own that would hide that.
        """
        before = prod.part("worker", files={"/etc/x": "old"})
        found = change(before)

        assert effects(found) == {"worker": ("ROLLING_RESTART",)}

    def test_replicas(self, prod, change):
        """
        More replicas leave those that run alone, and ask for more.
        """
        override = prod.app["api"].override(replicas=5)
        found = change(prod.derive(overrides=[override]))

        assert effects(found) == {"api": ("SCALING",)}
        assert reasons(found, "api") == (
            "replicas: 3 → 5 (override of environment prod)",
        )
        assert found.added.pods == 2
        assert found.added.memory == 2 * 512 * 2**20

    def test_autoscaler(self, prod, change):
        """
        A wider range of the autoscaler scales.
        """
        override = prod.app["worker"].override(scale=Autoscale(2, 40, cpu=70))
        found = change(prod.derive(overrides=[override]))

        assert effects(found) == {"worker": ("SCALING",)}

    def test_probe(self, prod, change):
        """
        Another probe restarts.
        """
        found = change(prod.part("client", health="/ready"))

        assert effects(found) == {"client": ("ROLLING_RESTART",)}

    def test_memory(self, prod, change):
        """
        Equal quantities are no change, other ones restart.
        """
        api = prod.app["api"]
        same = prod.derive(overrides=[api.override(memory="524288Ki")])
        more = prod.derive(overrides=[api.override(memory="1Gi")])

        assert effects(change(same)) == {}
        assert effects(change(more)) == {"api": ("ROLLING_RESTART",)}

    def test_default(self, prod, change):
        """
        A default of the environment changes the parts that say nothing.
        """
        found = change(prod.derive(defaults=Defaults(memory="300Mi")))

        assert effects(found) == {
            "client": ("ROLLING_RESTART",),
            "worker": ("ROLLING_RESTART",),
            "migrate": ("RUNS_AGAIN",),
        }
        assert reasons(found, "client") == (
            "memory: 256Mi → 300Mi (defaults of environment prod)",
        )

    def test_store(self, prod, change):
        """
        A store has one pod, which stops before its successor starts.
        """
        found = change(prod.part("postgres", memory="1Gi"))

        assert effects(found)["postgres"] == ("RECREATED",)

    def test_nothing(self, prod, change):
        """
        An app is no change to itself.
        """
        found = change(prod)

        assert found.parts == ()
        assert found.added.nothing
        assert found.effects == ()


class TestImages:
    def test_source(self, prod, change, tree):
        """
        A line of the worker's source restarts the worker, by name.
        """
        written(tree, "apps/worker/src/worker/health.py", "# more\n")
        found = change(prod)

        assert effects(found) == {"worker": ("ROLLING_RESTART",)}
        assert reasons(found, "worker") == (
            "changed in its build context: src/worker/health.py",
        )

    def test_ignored(self, prod, change, tree):
        """
        A file that is kept from the build changes nothing.
        """
        written(tree, "apps/worker/README.md", "More.\n")

        assert effects(change(prod)) == {}

    def test_base_image(self, prod, change, tree):
        """
        Another base image is a change of the Dockerfile.
        """
        written(tree, "apps/client/Dockerfile", "# more\n")
        found = change(prod)

        assert effects(found) == {"client": ("ROLLING_RESTART",)}
        assert reasons(found, "client") == (
            "changed in its build context: Dockerfile",
        )

    def test_files_that_come_and_go(self, prod, change, tree):
        """
        Only a few files are listed, the rest is counted.
        """
        (tree / "apps/api/src/api/errors.py").unlink(missing_ok=True)
        for number in range(5):
            written(tree, f"apps/api/src/new{number}.py", "x = 1\n")
        found = reasons(change(prod), "api")

        assert (
            "added in its build context: src/new0.py, src/new1.py, "
            "src/new2.py and 2 more"
        ) in found

    def test_version(self, prod, change):
        """
        A recorded version restarts the part, and says so.
        """
        found = change(prod.address(versions={"worker": V5}))

        assert effects(found) == {"worker": ("ROLLING_RESTART",)}
        assert reasons(found, "worker")[0].startswith("version ")

    def test_shared_image(self, prod, change, tree):
        """
        The migration runs the API's image: it runs again.
        """
        written(tree, "apps/api/requirements.txt", "# more\n")

        assert effects(change(prod)) == {
            "api": ("ROLLING_RESTART",),
            "migrate": ("RUNS_AGAIN",),
        }


class TestData:
    def test_bigger(self, prod, change):
        """
        A disk grows while it is used.
        """
        found = change(prod.part("postgres", disk="5Gi"))

        assert effects(found) == {"postgres": ("NOTHING_RUNNING",)}
        assert found.added.disk == 4 * 2**30

    def test_smaller(self, prod, change):
        """
        A disk that shrinks is data at risk.
        """
        found = change(prod.part("postgres", disk="512Mi"))

        assert effects(found)["postgres"] == ("DATA_AT_RISK",)
        assert reasons(found, "postgres") == ("disk: 1Gi → 512Mi (part)",)

    def test_removed(self, prod, change):
        """
        A removed store takes its data along.
        """
        found = change(prod.without("redis"))

        assert found.effects[0] is Effect.DATA_AT_RISK
        assert effects(found)["redis"][:2] == ("DATA_AT_RISK", "REMOVED")

    def test_renamed(self, prod, change):
        """
        A store of another name is another store.
        """
        found = effects(change(prod.renamed("postgres", "database")))

        assert found["postgres"][0] == "DATA_AT_RISK"
        assert found["database"] == ("ADDED",)

    def test_namespace(self, prod, change):
        """
        A namespace takes all data along.
        """
        assert effects(change(prod.address(name="other")))[None][0] == (
            "DATA_AT_RISK"
        )


class TestNetwork:
    def test_use(self, prod, change):
        """
        A new edge restarts the user, and opens what it uses.
        """
        client = prod.app["client"]
        uses = [*client.uses, Use(prod.app["redis"], env={})]
        found = change(prod.part("client", uses=uses))

        assert effects(found)["redis"] == ("NEWLY_REACHABLE",)
        assert reasons(found, "redis")[0].startswith("client: uses")
        (part,) = [p for p in found.parts if p.part == "redis"]
        assert [str(e) for e in part.opened] == ["client → redis (TCP 6379)"]

    def test_lost_use(self, prod, change):
        """
        An edge that goes closes what it opened.
        """
        found = change(prod.part("client", uses=[]))

        assert effects(found)["api"] == ("NO_LONGER_REACHABLE",)

    def test_stopped(self, prod, change):
        """
        Nobody reaches a part without replicas; when they are back, that is
        no new way in.
        """
        api = prod.app["api"]
        stopped = prod.derive(overrides=[api.override(replicas=0)])
        found = change(stopped)
        (api,) = [p for p in found.parts if p.part == "api"]

        assert effects(found)["api"] == ("REMOVED", "NO_LONGER_REACHABLE")
        assert "client → api (TCP 8000)" in map(str, api.closed)
        assert effects(found)["postgres"] == ("NO_LONGER_REACHABLE",)
        assert effects(change(prod, stopped)) == {"api": ("ADDED",)}

    def test_permission(self, prod, change):
        """
        That a part reaches the API servers is what a permission is for.
        """
        edited = prod.part("api", permissions=[Allow("get", on="pods")])
        expected = ("PERMISSION_WIDENED", "ROLLING_RESTART")

        assert effects(change(edited)) == {"api": expected}
        assert effects(change(prod, edited)) == {"api": ("ROLLING_RESTART",)}

    def test_address(self, prod, change):
        """
        Other ways out are news, be there a permission or not.
        """
        edited = prod.part(
            "api",
            permissions=[Allow("get", on="pods")],
            reaches=[Address("10.0.0.0/8", 443)],
        )

        assert "NEWLY_REACHABLE" in effects(change(edited))["api"]

    def test_encryption(self, prod, change):
        """
        Without a certificate, requests come in plain text.
        """
        exposure = prod.environment.exposure
        plain = prod.derive(exposure=attrs.evolve(exposure, tls=OFF))
        found = change(plain)
        (api,) = [p for p in found.parts if p.part == "api"]

        assert effects(found)["api"] == ("NEWLY_REACHABLE",)
        assert [edge.port for edge in api.opened] == [
            "multi.example.com/api without encryption"
        ]
        assert change(prod, plain).effects == (Effect.NOTHING_RUNNING,)

    def test_open(self, prod, change):
        """
        Without isolation everything is reachable, which is said once.
        """
        found = change(prod.derive(isolation=OFF))

        assert effects(found)["postgres"] == ("NEWLY_REACHABLE",)
        (part,) = [p for p in found.parts if p.part == "postgres"]
        assert [str(edge) for edge in part.opened] == [
            "anyone in the cluster → postgres (all ports)",
            "postgres → anyone in the cluster (all ports)",
        ]

    def test_route(self, prod, change):
        """
        A route opens its target to the world, and restarts nothing.
        """
        routes = [*prod.app.routes, Route("/docs", prod.app["api"])]
        app = attrs.evolve(prod.app, routes=routes)
        found = change(attrs.evolve(prod, app=app))

        assert effects(found)["api"] == ("NEWLY_REACHABLE",)
        assert reasons(found, "api")[0].startswith("route /docs ")

    def test_host(self, prod, change):
        """
        Under another host nobody finds the app where it was.
        """
        found = change(prod.address(hosts=["shop.example.com"]))

        assert effects(found)["client"] == (
            "NEWLY_REACHABLE",
            "NO_LONGER_REACHABLE",
        )
        assert reasons(found, "client") == (
            "hosts: multi.example.com → shop.example.com (the stack's file)",
        )

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_exposure(self, prod, change, exposure):
        """
        Another exposure has other ways in, and none by its routes.
        """
        found = change(prod.derive(exposure=exposure([prod.app["client"]])))
        (client,) = [p for p in found.parts if p.part == "client"]
        (edge,) = [e for e in client.opened if "outside" in str(e)]

        assert exposure.__name__ in str(edge)
        assert effects(found)["api"] == ("NO_LONGER_REACHABLE",)
        assert "REMOVED" in effects(found)[None]


class TestProblems:
    def test_head(self, prod, change):
        """
        What cannot be compiled is reported, not raised.
        """
        found = change(prod.address(hosts=[]))

        assert len(found.problems) == 1
        assert "has no hosts" in found.problems[0]
        assert found.parts == ()

    def test_base(self, prod):
        """
        A base that cannot be compiled is told apart.
        """
        from mizzen.changes import (  # noqa: PLC0415
            compared,
            snapshot,
        )

        broken = prod.address(hosts=[])
        before = snapshot(broken.app, broken.environment, broken.stack)
        after = snapshot(prod.app, prod.environment, prod.stack)
        (problem,) = compared(before, after).problems

        assert problem.startswith("Before the change: ")
