"""
Sidecars and init containers.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Container,
    Defaults,
    Dockerfile,
    Environment,
    File,
    FromConfig,
    Image,
    Port,
    Stack,
    Version,
)
from mizzen._external_secrets import file_key


DIGEST = f"sha256:{'0' * 64}"


@pytest.fixture(name="proxy")
def _proxy():
    return Container("proxy", image=Image("acme/proxy:v2"))


@pytest.fixture(name="started")
def _started(desired):
    """
    The containers of a part that start before its own, by name.
    """

    def started(part, *others, **more):
        manifests = desired(part, *others, **more)
        body = manifests.get("Deployment", part.name)
        spec = body["spec"]["template"]["spec"]
        return {c["name"]: c for c in spec.get("initContainers", ())}

    return started


class TestSidecars:
    def test_native(self, web, proxy, started):
        """
        Sidecars start before the part and stop after it, and others run to
        their end in between.
        """
        prepare = Container("prepare", image=Image("acme/prepare:v1"))
        found = started(attrs.evolve(web, sidecars=[proxy], init=[prepare]))

        assert ["proxy", "prepare"] == list(found)
        assert "Always" == found["proxy"]["restartPolicy"]
        assert "restartPolicy" not in found["prepare"]

    def test_hardened(self, web, proxy, started):
        """
        They have the same rights and limits as the part's own container.
        """
        found = started(
            attrs.evolve(web, sidecars=[proxy]),
            environment=Environment(
                "dev", defaults=Defaults(memory="96Mi", env={"A": "b"})
            ),
        )["proxy"]

        assert [{"name": "A", "value": "b"}] == found["env"]
        assert "96Mi" == found["resources"]["limits"]["memory"]
        assert 10001 == found["securityContext"]["runAsUser"]
        assert found["securityContext"]["readOnlyRootFilesystem"] is True
        assert ["/tmp"] == [m["mountPath"] for m in found["volumeMounts"]]

    def test_own_values(self, web, started):
        """
        What a container says itself goes before the defaults.
        """
        proxy = Container(
            "proxy",
            image=Image("acme/proxy:v2"),
            command=["proxy"],
            args=["--fast"],
            memory="32Mi",
            cpu="10m",
            user=OFF,
            writable=[],
            env={"A": "a"},
        )
        found = started(attrs.evolve(web, sidecars=[proxy]))["proxy"]

        assert (["proxy"], ["--fast"]) == (found["command"], found["args"])
        assert {"cpu": "10m", "memory": "32Mi"}.items() <= found["resources"][
            "requests"
        ].items()
        assert "runAsUser" not in found["securityContext"]
        assert "volumeMounts" not in found

    def test_probes(self, web, proxy, started):
        """
        A sidecar that listens is asked for readiness; one that does not is
        asked whether it lives.
        """
        listening = attrs.evolve(
            proxy, port=9000, ports=[Port("admin", 9001)], health="/healthz"
        )
        found = started(attrs.evolve(web, sidecars=[listening]))["proxy"]

        assert ["port-9000", "admin"] == [p["name"] for p in found["ports"]]
        assert {"path": "/healthz", "port": "port-9000"} == found[
            "readinessProbe"
        ]["httpGet"]
        assert {"port": "port-9000"} == found["livenessProbe"]["tcpSocket"]

        silent = attrs.evolve(proxy, health=["healthy"])
        found = started(attrs.evolve(web, sidecars=[silent]))["proxy"]
        assert ["healthy"] == found["livenessProbe"]["exec"]["command"]
        assert "readinessProbe" not in found

    def test_configuration(self, web, db, proxy, desired, tmp_path):
        """
        Its variables and files are its own, and kept under its own names.
        """
        (tmp_path / "a.toml").write_text("a = 1\n")
        proxy = attrs.evolve(
            proxy,
            env={
                "KEY": FromConfig("key", secret=True),
                "HOST": db.host,
            },
            files={"/etc/a": File("a.toml")},
        )
        web = attrs.evolve(web, uses=[db], sidecars=[proxy])
        stack = Stack("dev", environment="dev", root=tmp_path)
        manifests = desired(web, db, stack=stack)
        objects = {m.role: m for m in manifests.of(web)}
        spec = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        (found,) = spec["initContainers"]
        volumes = {v["name"]: v for v in spec["volumes"]}
        reference = {"name": objects["proxy-env"].name, "key": "KEY"}

        assert objects["proxy-env"].name.startswith("web.proxy-env-")
        assert [
            {"name": "KEY", "valueFrom": {"secretKeyRef": reference}},
            {"name": "HOST", "value": "db"},
        ] == found["env"]
        assert {file_key("/etc/a"): "a = 1\n"} == objects["proxy-files"].body[
            "data"
        ]
        assert (
            objects["proxy-files"].name
            == volumes[found["volumeMounts"][0]["name"]]["configMap"]["name"]
        )

    def test_relinked(self, shop):
        """
        When a part is replaced, its users' sidecars refer to the new one.
        """
        side = Container(
            "side",
            image=Image("acme/side:v1"),
            env={"HOST": shop["db"].host},
        )
        new = shop.replace(shop["api"], sidecars=[side])
        newer = new.replace(new["db"], disk="2Gi")

        assert newer["api"].sidecars[0].env["HOST"].part is newer["db"]

    def test_override(self, web, proxy, started):
        """
        An environment can leave sidecars out.
        """
        web = attrs.evolve(web, sidecars=[proxy])
        environment = Environment("dev", overrides=[web.override(sidecars=[])])

        assert {} == started(web, environment=environment)


class TestImages:
    @pytest.fixture(name="project")
    def _project(self, root):
        return Stack(
            "dev",
            environment="dev",
            root=root / "tests" / "golden" / "contexts",
        )

    def test_built(self, web, proxy, desired, project):
        """
        An image that only a sidecar runs is built under the names of part
        and container.
        """
        proxy = attrs.evolve(proxy, image=Dockerfile("apps/api"))
        manifests = desired(attrs.evolve(web, sidecars=[proxy]), stack=project)

        assert ["web.proxy"] == list(manifests.builds)
        assert manifests.images["web.proxy"].startswith("shop-web.proxy:")

    def test_shared(self, web, beat, proxy, desired, project):
        """
        An image that a part runs too is called after that part.
        """
        image = Dockerfile("apps/api")
        proxy = attrs.evolve(proxy, image=image)
        manifests = desired(
            attrs.evolve(web, sidecars=[proxy]),
            attrs.evolve(beat, image=image),
            stack=project,
        )

        assert ["beat"] == list(manifests.builds)
        assert manifests.images["web.proxy"] == manifests.images["beat"]

    def test_version(self, web, proxy, desired, project):
        """
        A recorded version is found under the names of part and container.
        """
        proxy = attrs.evolve(proxy, image=Dockerfile("apps/api"))
        stack = attrs.evolve(
            project, versions={"web.proxy": Version("v5", DIGEST)}
        )
        manifests = desired(attrs.evolve(web, sidecars=[proxy]), stack=stack)

        assert not manifests.builds
        assert f"shop-web.proxy:v5@{DIGEST}" == manifests.images["web.proxy"]
