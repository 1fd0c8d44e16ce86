"""
What the programs of stores read, and who starts anew when it changes.
"""

import attrs
import pytest

from tests.own_stores import MySql

from mizzen import (
    Backup,
    Errand,
    FromConfig,
    Image,
    Port,
    Server,
    Store,
    Worker,
    quoted,
    written,
)


DAILY = Backup("@daily", disk="1Gi")


def nothing(access):
    """
    No file, and no variable.
    """
    return {}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Queue(Store):
    """
    A store whose programs read what the test asks for.
    """

    listens = (Port("queue", 7000, application="tcp"),)
    scheme = "queue"
    restore = ("put-back",)

    read: object = nothing
    told: object = nothing
    copied: object = nothing
    unwatched: tuple = ()

    def server(self, access):
        """
        Files, variables, and which of the files restart nothing.
        """
        return Server(
            image="acme/queue:1",
            data="/data",
            ready=["true"],
            env=self.told(access),
            files=self.read(access),
            without_restart=self.unwatched,
        )

    def dump(self, access):
        """
        A program with files of its own.
        """
        return Errand(command=["copy"], files=self.copied(access))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Shared(Queue):
    """
    The same with an account for each part.
    """

    has_accounts = True

    def setup(self, access):
        """
        A program that reads all passwords.
        """
        words = [access.administrator, *access.accounts]
        return Errand(
            command=["set-up"],
            files={str(n): a.password for n, a in enumerate(words)},
        )


def settings(text):
    """
    A file with *text* and a password.
    """
    return lambda access: {"conf": text + access.administrator.password}


def _read(pod):
    """
    Secrets that *pod* reads, with the keys.
    """
    found = {}
    for volume in pod["volumes"]:
        if "secret" in volume:
            items = volume["secret"]["items"]
            found[volume["secret"]["secretName"]] = {i["key"] for i in items}
    for variable in pod["containers"][0].get("env", ()):
        if "valueFrom" in variable:
            reference = variable["valueFrom"]["secretKeyRef"]
            found.setdefault(reference["name"], set()).add(reference["key"])

    return found


def whole(access):
    """
    A file that is a password.
    """
    return {"password": access.administrator.password}


def between(access):
    """
    The same between double quotes.
    """
    return {"password": quoted(access.administrator.password)}


def secrets(made):
    """
    All Secrets.
    """
    return [m for m in made if m.kind == "Secret"]


@pytest.fixture(name="pods")
def _pods(desired):
    """
    The pods of a store, of a part that uses it and of its copies.
    """

    def pods(store, *others):
        users = [
            Worker(name, image=Image("acme/it:v1"), uses=[store])
            for name in ("beat", *others)
        ]
        made = desired(*users, store)
        keys = {m.name: set(m.body["stringData"]) for m in secrets(made)}
        found = {
            "server": made.get("StatefulSet", store.name),
            "user": made.get("Deployment", "beat"),
        }
        if store.backup is not None:
            copies = made.get("CronJob", f"{store.name}-backup")
            found["copies"] = copies["spec"]["jobTemplate"]
        templates = {n: b["spec"]["template"] for n, b in found.items()}
        for template in templates.values():
            for name, read in _read(template["spec"]).items():
                assert read <= keys[name]

        return templates

    return pods


class TestReaders:
    """
    Each program starts anew when what it reads changes.
    """

    @pytest.mark.parametrize("kind", [Queue, Shared])
    @pytest.mark.parametrize(
        ("change", "changed"),
        [
            ({}, set()),
            ({"read": settings("b = ")}, {"server"}),
            ({"told": settings("b = ")}, {"server"}),
            ({"copied": settings("b = ")}, {"copies"}),
            (
                {"read": lambda _: {"user": "somebody"}},
                {"server"},
            ),
        ],
    )
    def test_changes(self, pods, kind, change, changed):
        """
        And nobody else does.
        """
        said = {"read": settings("a = "), "copied": settings("a = ")}
        store = kind("it", version=1, disk="1Gi", backup=DAILY, **said)
        before = pods(store)
        after = pods(attrs.evolve(store, **change))

        assert changed == {n for n in before if before[n] != after[n]}

    def test_written(self, pods):
        """
        A password that is written in another way is another text.
        """
        store = Shared("it", version=1, disk="1Gi", read=whole)
        before = pods(store)["server"]

        assert before != pods(attrs.evolve(store, read=between))["server"]

    @pytest.mark.parametrize("kind", [Queue, Shared, MySql])
    def test_backup(self, pods, kind):
        """
        Copies that are made from now on start nobody anew.
        """
        store = kind("it", version=1, disk="1Gi")
        before = pods(store)
        after = pods(attrs.evolve(store, backup=DAILY))

        assert before == {n: after[n] for n in before}

    @pytest.mark.parametrize(
        ("kind", "changed"), [(Queue, {"server", "user"}), (Shared, set())]
    )
    def test_password(self, pods, kind, changed):
        """
        Another password of the administrator is told a server by its
        `setup`; where there is none, all who know it start anew.
        """
        store = kind("it", version=1, disk="1Gi", read=settings("a = "))
        password = FromConfig("password", secret=True)
        before = pods(store)
        after = pods(attrs.evolve(store, password_from=password))

        assert changed == {n for n in before if before[n] != after[n]}

    def test_accounts(self, pods):
        """
        So is another account.
        """

        def accounts(access):
            return {
                "accounts": "\n".join(["#", *("x" for _ in access.accounts)])
            }

        store = Shared("it", version=1, disk="1Gi", read=accounts)

        assert pods(store)["server"] == pods(store, "other")["server"]

    def test_particular(self, pods):
        """
        What is written by a function that does not take everything is told
        by where it comes from.
        """

        def conf(access):
            password = written(access.administrator.password, str.__getitem__)
            return {"conf": password}

        store = Shared("it", version=1, disk="1Gi", read=conf)
        password = FromConfig("password", secret=True)
        before = pods(store)["server"]

        assert (
            before
            != pods(attrs.evolve(store, password_from=password))["server"]
        )

    @pytest.mark.parametrize("kind", [Queue, Shared])
    def test_without_restart(self, desired, kind):
        """
        Files of which a server needs no other text are changed under it.
        """
        store = kind(
            "it",
            version=1,
            disk="1Gi",
            read=settings("a = "),
            unwatched=["conf"],
        )
        made = [
            desired(store),
            desired(attrs.evolve(store, read=settings("b = "))),
        ]
        before, after = (m.get("StatefulSet", "it") for m in made)
        (name,) = _read(before["spec"]["template"]["spec"])
        texts = [m.get("Secret", name) for m in made]

        assert before == after
        assert ["a", "b"] == [str(t["stringData"]["conf"])[0] for t in texts]
        assert not any("immutable" in text for text in texts)


class TestSecrets:
    @pytest.mark.parametrize("kind", [Queue, Shared])
    @pytest.mark.parametrize("without_restart", [(), ("user",)])
    def test_same_names(self, desired, kind, without_restart):
        """
        Files that are called like what others are told take the place of
        nothing.
        """
        store = kind(
            "it",
            version=1,
            disk="1Gi",
            read=lambda access: {"user": "x" + access.administrator.password},
            unwatched=without_restart,
        )
        made = desired(store)
        (told,) = (m for m in made if m.role == "credentials")
        pod = made.get("StatefulSet", "it")["spec"]["template"]["spec"]
        (name,) = _read(pod)

        assert "default" == told.body["stringData"]["user"]
        assert {"user": "x‹generated: it password›"} == made.get(
            "Secret", name
        )["stringData"]

    @pytest.mark.parametrize(
        ("copied", "roles"),
        [
            (whole, {"credentials", "accounts-files"}),
            (between, {"credentials", "accounts-files", "backup-files"}),
        ],
    )
    def test_copies(self, desired, copied, roles):
        """
        What makes copies reads the Secret of the administrator where all of
        it is there, written in the same way, and one of its own otherwise.
        """
        store = Shared(
            "it",
            version=1,
            disk="1Gi",
            backup=DAILY,
            read=whole,
            unwatched=["password"],
            copied=copied,
        )

        assert roles == {m.role for m in secrets(desired(store))}
