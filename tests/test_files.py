"""
Configuration from files of the project, and texts with gaps.
"""

import base64

import attrs
import pytest

from mizzen import (
    Directory,
    Environment,
    File,
    FromConfig,
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
    Service,
    SpecError,
    Stack,
    Template,
    TemplateFile,
)
from mizzen._external_secrets import file_key
from mizzen.environment import SecretStore


BINARY = b"\x89PNG\xff"


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A stack whose project has some files.
    """
    folder = tmp_path / "config"
    (folder / "more").mkdir(parents=True)
    (folder / "a.toml").write_text("a = 1\n")
    (folder / "more" / "logo.png").write_bytes(BINARY)
    (tmp_path / "dsn.txt").write_text("host={host}")

    return Stack("dev", environment="dev", root=tmp_path)


@pytest.fixture(name="read")
def _read(desired, project):
    """
    The container of a service with some fields, its volumes by name, and
    the objects that it reads.
    """

    def read(part, *others, stack=project, **fields):
        part = attrs.evolve(part, **fields)
        manifests = desired(part, *others, stack=stack)
        body = manifests.get("Deployment", part.name)
        pod = body["spec"]["template"]["spec"]
        objects = {
            m.role: m.body
            for m in manifests.of(part)
            if m.kind in {"ConfigMap", "Secret", "ExternalSecret"}
        }
        volumes = {v["name"]: v for v in pod.get("volumes", ())}

        return pod["containers"][0], volumes, objects

    return read


class TestFiles:
    def test_file(self, web, read):
        """
        Text from disk is text, and what is no text is kept as it is.
        """
        _, _, objects = read(
            web,
            files={
                "/etc/a": File("config/a.toml"),
                "/etc/logo": File("config/more/logo.png"),
                "/etc/raw": BINARY,
            },
        )
        coded = base64.b64encode(BINARY).decode()

        assert {file_key("/etc/a"): "a = 1\n"} == objects["files"]["data"]
        assert {
            file_key("/etc/logo"): coded,
            file_key("/etc/raw"): coded,
        } == objects["files"]["binaryData"]

    def test_directory(self, web, read):
        """
        A folder becomes all files below it, and a file that is given by its
        own path goes before one of the folder.
        """
        container, _, objects = read(
            web,
            files={"/etc/a.toml": "a = 2\n", "/etc": Directory("config")},
        )

        assert {
            "/etc/a.toml": file_key("/etc/a.toml"),
            "/etc/more/logo.png": file_key("/etc/more/logo.png"),
        } == {
            mount["mountPath"]: mount["subPath"]
            for mount in container["volumeMounts"]
            if "subPath" in mount
        }
        assert {file_key("/etc/a.toml"): "a = 2\n"} == objects["files"]["data"]

    def test_left_out(self, web, read, project):
        """
        What Python has compiled is no configuration.
        """
        cache = project.root / "config" / "__pycache__"
        cache.mkdir()
        (cache / "a.cpython-311.pyc").write_bytes(BINARY)
        container, _, _ = read(web, files={"/etc": Directory("config")})

        assert "pyc" not in str(container["volumeMounts"])

    def test_own_secrets(self, web, read, project):
        """
        What people keep on their machines goes nowhere.
        """
        (project.root / "config" / "more" / ".env").write_text("A=1")
        with pytest.raises(SpecError) as ei:
            read(web, files={"/etc": Directory("config")})

        assert (
            "Service 'web': file /etc: 'config/more/.env' is where people "
            "keep their own secrets. Put it elsewhere."
        ) in str(ei.value)

    def test_variable(self, web, read):
        """
        A file of the project can be a variable.
        """
        container, _, _ = read(web, env={"A": File("config/a.toml")})

        assert [{"name": "A", "value": "a = 1\n"}] == container["env"]

    def test_change(self, web, desired, project):
        """
        A changed file rolls its readers and nobody else.
        """
        reader = attrs.evolve(web, files={"/etc/a": File("config/a.toml")})
        other = Service("other", image=web.image, port=80)
        before = desired(reader, other, stack=project)
        (project.root / "config" / "a.toml").write_text("a = 3\n")
        after = desired(reader, other, stack=project)

        assert before.get("Deployment", "web") != after.get(
            "Deployment", "web"
        )
        assert before.get("Deployment", "other") == after.get(
            "Deployment", "other"
        )

    def test_override(self, web, desired, project):
        """
        An environment can put another file in the place of one.
        """
        web = attrs.evolve(web, files={"/etc/a": File("config/a.toml")})
        environment = Environment(
            "dev", overrides=[web.override(files={"/etc/a": "a = 9\n"})]
        )
        manifests = desired(web, environment=environment, stack=project)
        (files,) = [m.body for m in manifests if m.kind == "ConfigMap"]

        assert ["a = 9\n"] == list(files["data"].values())


class TestTemplates:
    def test_plain(self, web, read):
        """
        Gaps are filled, and doubled braces are single ones.
        """
        text = Template("{{{host}}}:{port}", host=web.host, port="80")
        api = Service("api", image=web.image, port=8000, uses=[web])
        container, _, objects = read(
            api, web, env={"A": text}, files={"/etc/a": text}
        )

        assert {"name": "A", "value": "{web}:80"} in container["env"]
        assert ["{web}:80"] == list(objects["files"]["data"].values())

    def test_secret(self, web, db, read):
        """
        A text with a secret in it is kept in a Secret as a whole, and says
        where the rest comes from.
        """
        text = Template(
            "{host} {user} {password}",
            host=db.host,
            user=FromConfig("user"),
            password=db.password,
        )
        container, _, objects = read(
            web, db, uses=[db], env={"A": text}, files={"/etc/a": text}
        )
        shown = "db ‹config: user› ‹generated: db password of web›"
        reference = {"name": objects["env"]["metadata"]["name"], "key": "A"}

        assert {
            "name": "A",
            "valueFrom": {"secretKeyRef": reference},
        } in container["env"]
        assert {"A": shown} == objects["env"]["stringData"]
        assert {file_key("/etc/a"): shown} == objects["secret-files"][
            "stringData"
        ]

    def test_file(self, web, db, read):
        """
        A template can be a file of the project.
        """
        _, _, objects = read(
            web,
            db,
            uses=[db],
            files={"/etc/dsn": TemplateFile("dsn.txt", host=db.host)},
        )

        assert ["host=db"] == list(objects["files"]["data"].values())

    def test_setting(self, web, db, read):
        """
        A setting of a used part can be a file of its own.
        """
        _, _, objects = read(
            web, db, uses=[db], files={"/run/password": db.password}
        )

        assert ["‹generated: db password of web›"] == list(
            objects["secret-files"]["stringData"].values()
        )

    def test_relinked(self, shop):
        """
        When a part is replaced, texts refer to the new one.
        """
        db = shop["db"]
        texts = {
            "/a": Template("{host}", host=db.host),
            "/b": TemplateFile("dsn.txt", host=db.host),
            "/c": "plain",
        }
        new = shop.replace(shop["api"], files=texts)
        newer = new.replace(new["db"], disk="2Gi")
        files = newer["api"].files

        assert files["/a"].values["host"].part is newer["db"]
        assert files["/b"].values["host"].part is newer["db"]
        assert "dsn.txt" == files["/b"].path
        assert "plain" == files["/c"]


class TestElsewhere:
    def test_variables(self, web, read):
        """
        Fields of the pod, resources of the container, and values that
        somebody else keeps are references.
        """
        container, _, objects = read(
            web,
            env={
                "NAME": FromField("metadata.name"),
                "TIER": FromField("metadata.labels['acme.com/tier']"),
                "MEMORY": FromResource("limits.memory"),
                "TOKEN": FromSecret("billing", "token"),
                "CA": FromConfigMap("trust", "ca.crt"),
            },
        )

        assert {
            "NAME": {"fieldRef": {"fieldPath": "metadata.name"}},
            "TIER": {
                "fieldRef": {"fieldPath": "metadata.labels['acme.com/tier']"}
            },
            "MEMORY": {"resourceFieldRef": {"resource": "limits.memory"}},
            "TOKEN": {"secretKeyRef": {"name": "billing", "key": "token"}},
            "CA": {"configMapKeyRef": {"name": "trust", "key": "ca.crt"}},
        } == {v["name"]: v["valueFrom"] for v in container["env"]}
        assert {} == objects

    def test_files(self, web, read):
        """
        Files that somebody else keeps are mounted from there.
        """
        container, volumes, objects = read(
            web,
            writable=[],
            files={
                "/run/token": FromSecret("billing", "token"),
                "/run/user": FromSecret("billing", "user"),
                "/etc/ca.crt": FromConfigMap("trust", "ca.crt"),
            },
        )
        mounts = {m["mountPath"]: m for m in container["volumeMounts"]}
        secret = mounts["/run/token"]["name"]

        assert "billing" == volumes[secret]["secret"]["secretName"]
        assert secret == mounts["/run/user"]["name"]
        assert "user" == mounts["/run/user"]["subPath"]
        assert {"name": "trust"} == volumes[mounts["/etc/ca.crt"]["name"]][
            "configMap"
        ]
        assert {} == objects

    def test_external(self, web, read, project):
        """
        External Secrets is told what to fetch from the stack's store, and
        the part reads what it makes.
        """
        stack = attrs.evolve(project, secret_store=SecretStore("vault"))
        container, volumes, objects = read(
            web,
            stack=stack,
            writable=[],
            env={"TOKEN": FromExternalSecret("shop/api", property="token")},
            files={"/run/key": FromExternalSecret("shop/key")},
        )
        external = objects["external-secret"]
        name = external["metadata"]["name"]

        assert name.startswith("web-external-")
        assert {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
            "target": {"name": name, "creationPolicy": "Owner"},
            "data": [
                {
                    "secretKey": "TOKEN",
                    "remoteRef": {"key": "shop/api", "property": "token"},
                },
                {
                    "secretKey": file_key("/run/key"),
                    "remoteRef": {"key": "shop/key"},
                },
            ],
        } == external["spec"]
        assert [
            {
                "name": "TOKEN",
                "valueFrom": {"secretKeyRef": {"name": name, "key": "TOKEN"}},
            }
        ] == container["env"]
        assert [name] == [v["secret"]["secretName"] for v in volumes.values()]

    def test_external_change(self, web, read, project):
        """
        Another key in the store is another Secret, so that its readers roll.
        """
        stack = attrs.evolve(project, secret_store=SecretStore("vault"))
        names = {
            read(web, stack=stack, env={"A": FromExternalSecret(key)})[2][
                "external-secret"
            ]["metadata"]["name"]
            for key in ("one", "two")
        }

        assert 2 == len(names)


class TestSize:
    def test_limit(self, web, read):
        """
        Files may fill an object, and not one byte more.
        """
        half = "é" * (1 << 18)
        read(web, files={"/a": half, "/b": half.encode()})

        with pytest.raises(SpecError) as ei:
            read(
                web,
                files={"/a": half, "/b": half.encode("latin-1") * 2 + b"\xff"},
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'web': its files take 1048577 bytes together, but a "
            "ConfigMap holds at most 1048576. Put large files into the image "
            "or on a disk."
        ) == str(ei.value)
