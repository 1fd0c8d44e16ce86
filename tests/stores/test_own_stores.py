"""
Stores that the package does not know.
"""

import attrs
import pytest

from tests.own_stores import MySql

from mizzen import (
    App,
    Backup,
    Environment,
    Errand,
    FromConfig,
    Image,
    Port,
    Server,
    SpecError,
    Store,
    Worker,
    graph,
)
from mizzen._containers import literal
from mizzen.diagram import mermaid
from mizzen.spec.texts import Placeholder


class TestOwn:
    """
    A store that the package does not know.
    """

    @pytest.fixture(name="shelf")
    def _shelf(self):
        return MySql("shelf", version=8, disk="1Gi", database="books")

    def test_settings(self, shelf, web, desired):
        """
        The parts that use it are given its settings like those of any
        other store.
        """
        web = attrs.evolve(web, uses=[shelf])
        manifests = desired(web, shelf)
        (secret,) = (m for m in manifests if m.role == "credentials-web")
        told = secret.body["stringData"]
        password = "‹generated: shelf password of web›"

        assert {
            "host": "shelf",
            "port": "3306",
            "database": "books",
            "user": told["user"],
            "password": password,
            "url": "mysql://" + told["user"] + f":{password}@shelf:3306/books",
        } == told
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        assert {
            f"SHELF_{field}"
            for field in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")
        } < {variable["name"] for variable in pod["containers"][0]["env"]}

    def test_objects(self, shelf, desired):
        """
        It has the objects that any store has, with its own port.
        """
        manifests = desired(shelf)

        assert [
            ("Namespace", "shop-dev"),
            ("ServiceAccount", "shelf"),
            ("NetworkPolicy", "shelf"),
            ("PersistentVolumeClaim", "shelf"),
            ("Service", "shelf"),
            ("StatefulSet", "shelf"),
        ] == [
            (m.kind, m.name)
            for m in manifests
            if m.kind not in {"Job", "Secret"}
            and m.name != "shelf-administrator"
        ]
        (port,) = manifests.get("Service", "shelf")["spec"]["ports"]
        assert ("mysql", 3306) == (port["name"], port["port"])

    def test_memory(self, shelf, store):
        """
        A store may need more memory than others.
        """
        _, pod = store(shelf)
        limits = pod["containers"][0]["resources"]["limits"]

        assert "768Mi" == limits["memory"]

    def test_picture(self, shelf):
        """
        Pictures show its own name for people.
        """
        app = App("shop", edition="2026", parts=[shelf])

        assert "MySQL 8" in mermaid(graph(app, Environment("dev")))

    def test_mistake(self, shelf):
        """
        Its mistakes are reported under its own name.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(shelf, version=0)

        assert (
            "MySql 'shelf': version must be a whole number from 1 to 99, like "
            "17 (got 0)."
        ) == str(ei.value)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Open(Store):
    """
    A store that lets everybody in.
    """

    listens = (Port("open", 7000, application="tcp"),)
    scheme = "open"

    def server(self, access):
        """
        A server that reads no file.
        """
        assert access.host == self.name

        return Server(image="acme/open:1", data="/data", ready=["true"])


def test_no_files(store):
    """
    A server that reads no file has none mounted.
    """
    _, pod = store(Open("it", version=1, disk="1Gi"))

    assert ["data", "writable-0"] == [v["name"] for v in pod["volumes"]]
    assert "env" not in pod["containers"][0]


class TestProbes:
    @pytest.mark.parametrize(
        ("ports", "asked"),
        [
            (
                (Port("log", 5140, protocol="UDP"), Port("api", 7000)),
                {"startupProbe": "api", "livenessProbe": "api"},
            ),
            ((Port("log", 5140, protocol="UDP"),), {}),
        ],
        ids=["second", "none"],
    )
    def test_datagrams(self, store, ports, asked):
        """
        Nobody connects to a port that speaks UDP: the first other one is
        asked, and where there is none, the server's own command alone.
        """
        kind = attrs.frozen(kw_only=True, eq=False, repr=False)(
            type("Log", (Open,), {"listens": ports})
        )
        _, pod = store(kind("it", version=1, disk="1Gi"))
        (container,) = pod["containers"]

        assert ["true"] == container["readinessProbe"]["exec"]["command"]
        assert asked == {
            name: probe["tcpSocket"]["port"]
            for name, probe in container.items()
            if name.endswith("Probe") and "tcpSocket" in probe
        }


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Broker(Store):
    """
    A store whose programs read passwords from variables.
    """

    listens = (Port("broker", 7000, application="tcp"),)
    scheme = "broker"
    has_accounts = True
    restore = ("put-back",)

    def _told(self, access):
        password = "guest:" + access.administrator.password
        return {"HOST": access.host, "LOGIN": password}

    def server(self, access):
        """
        A server that reads no file.
        """
        return Server(
            image="acme/broker:1",
            data="/data",
            ready=["true"],
            env=self._told(access),
        )

    def setup(self, access):
        """
        A program that is told the same.
        """
        return Errand(command=["set-up"], env=self._told(access))

    def dump(self, access):
        """
        A program that is told the same.
        """
        return Errand(command=["copy"], env=self._told(access))


class TestSecretVariables:
    @pytest.fixture(name="broker")
    def _broker(self, desired):
        backup = Backup("@daily", disk="1Gi")
        return desired(Broker("it", version=1, disk="1Gi", backup=backup))

    @pytest.mark.parametrize(
        ("kind", "key"),
        [
            ("StatefulSet", "server.LOGIN"),
            ("Job", "accounts.LOGIN"),
            ("CronJob", "backup.LOGIN"),
        ],
    )
    def test_referred_to(self, broker, kind, key):
        """
        Variables with passwords are in a Secret, for the server and for
        what is done to it.
        """
        (found,) = [m for m in broker if m.kind == kind]
        found = found.body
        run = found["spec"].get("jobTemplate", found)
        spec = run["spec"]["template"]["spec"]
        host, login = spec["containers"][0]["env"]
        reference = login["valueFrom"]["secretKeyRef"]
        secret = broker.get("Secret", reference["name"])

        assert {"name": "HOST", "value": "it"} == host
        assert key == reference["key"]
        assert "guest:‹generated: it password›" == secret["stringData"][key]

    def test_no_database(self, desired):
        """
        A store whose data has no name tells none.
        """
        store = Open("it", version=1, disk="1Gi")
        worker = Worker("beat", image=Image("acme/it:v1"), uses=[store])
        found = desired(worker, store)
        pod = found.get("Deployment", "beat")["spec"]["template"]["spec"]
        names = [v["name"] for v in pod["containers"][0]["env"]]
        (secret,) = [m for m in found if m.kind == "Secret"]

        assert ["HOST", "PORT", "USER", "PASSWORD", "URL"] == [
            name.removeprefix("IT_") for name in names
        ]
        assert secret.body["stringData"]["url"].endswith("@it:7000")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Careless(Store):
    """
    A store that tells everybody the administrator's password, by *by*.
    """

    listens = (Port("careless", 7000, application="tcp"),)
    scheme = "careless"
    has_accounts = True
    restore = ("put-back",)

    by: str

    def _words(self, access, by):
        password = "--password=" + access.administrator.password
        return ["run", password] if by == self.by else ["run"]

    def server(self, access):
        """
        A server that reads no file.
        """
        return Server(
            image="acme/careless:1",
            data="/data",
            ready=self._words(access, "ready"),
            args=self._words(access, "args"),
        )

    def setup(self, access):
        """
        A program without files.
        """
        return Errand(command=self._words(access, "setup"))

    def dump(self, access):
        """
        A program without files.
        """
        return Errand(command=self._words(access, "dump"))


class TestToldSecrets:
    """
    Passwords in what everybody can read.
    """

    @pytest.mark.parametrize(
        ("by", "who", "where"),
        [
            (
                "ready",
                "StatefulSet 'it'",
                (
                    "spec.template.spec.containers[0].readinessProbe.exec."
                    "command[1]"
                ),
            ),
            (
                "args",
                "StatefulSet 'it'",
                "spec.template.spec.containers[0].args[1]",
            ),
            (
                "setup",
                "Job 'it-accounts-",
                "spec.template.spec.containers[0].command[1]",
            ),
            (
                "dump",
                "CronJob 'it-backup'",
                "spec.jobTemplate.spec.template.spec.containers[0].command[1]",
            ),
        ],
    )
    def test_refused(self, by, who, where, desired):
        """
        A password in a command is one that everybody could read.
        """
        backup = Backup("@daily", disk="1Gi")
        store = Careless("it", version=1, disk="1Gi", backup=backup, by=by)
        with pytest.raises(SpecError) as ei:
            desired(store)

        (problem,) = ei.value.problems
        assert problem.startswith(who)
        assert problem.endswith(
            f": everybody could read the secret value in {where}. Keep it in "
            "a Secret, and refer to that."
        )

    def test_not_secret(self):
        """
        What is no secret and known only at deployment stays so in a command,
        and every dollar sign in it is kept.
        """
        host = Placeholder.of(FromConfig("host"))
        plain, whole, around = literal(["$(A) $", host, "$" + host + "(A)"])

        assert "$$(A) $" == plain
        assert "a$$(A)" == whole.pieces.fill(lambda _: "a$(A)")
        assert "$$$$(A)" == around.pieces.fill(lambda _: "$")
        assert not around.secret
