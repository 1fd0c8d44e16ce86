"""
Who restarts when what somebody else keeps changes.
"""

import pytest

from mizzen import (
    App,
    Container,
    CronJob,
    DaemonSet,
    FromConfig,
    FromConfigMap,
    FromExternalSecret,
    FromSecret,
    Image,
    Postgres,
    Raw,
    SecretStore,
    Stack,
    Worker,
)


SECRETS = "secret.reloader.stakater.com/reload"
CONFIG_MAPS = "configmap.reloader.stakater.com/reload"
IMAGE = Image("acme/mailer:v5")
TOKEN = FromSecret("billing", "token")


def mailer(**fields):
    """
    A part that runs on.
    """
    return Worker("mailer", image=IMAGE, **fields)


@pytest.fixture(name="told")
def _told(desired):
    """
    What the workload of a part tells Reloader.
    """

    def told(part, *others, kind="Deployment", **said):
        found = desired(part, *others, **said).get(kind, part.name)
        annotations = found["metadata"].get("annotations", {})

        return {
            key: name
            for key, name in annotations.items()
            if "reloader.stakater.com" in key
        }

    return told


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"env": {"TOKEN": TOKEN}}, {SECRETS: "billing"}),
        ({"files": {"/run/token": TOKEN}}, {SECRETS: "billing"}),
        ({"volumes": {"/run/tls": FromSecret("tls")}}, {SECRETS: "tls"}),
        (
            {"volumes": {"/trust": FromConfigMap("trust")}},
            {CONFIG_MAPS: "trust"},
        ),
        (
            {"env": {"LEVEL": FromConfigMap("levels", "mailer")}},
            {CONFIG_MAPS: "levels"},
        ),
        (
            {
                "env": {"TOKEN": TOKEN, "KEY": FromSecret("aws", "key")},
                "files": {"/trust": FromConfigMap("trust", "ca")},
            },
            {CONFIG_MAPS: "trust", SECRETS: "aws,billing"},
        ),
        (
            {
                "sidecars": [
                    Container("proxy", image=IMAGE, env={"TOKEN": TOKEN})
                ]
            },
            {SECRETS: "billing"},
        ),
        (
            {"init": [Container("proxy", image=IMAGE, env={"TOKEN": TOKEN})]},
            {SECRETS: "billing"},
        ),
    ],
)
def test_kept_by_others(told, fields, expected):
    """
    Whatever a container reads that somebody else keeps is named.
    """
    assert expected == told(mailer(**fields))


def test_own(told):
    """
    What the app keeps itself rolls its readers by its name, and those of the
    stores that it uses too.
    """
    db = Postgres("db", version=17, disk="1Gi")
    part = mailer(
        env={"LEVEL": "info", "KEY": FromConfig("key", secret=True)},
        files={"/etc/mailer.toml": "level = 1"},
        uses=[db],
    )

    assert {} == told(part, db)
    assert {} == told(db, kind="StatefulSet")


def test_external_secrets(told):
    """
    What External Secrets makes for a part changes with its store.
    """
    stack = Stack("dev", environment="dev", secret_store=SecretStore("vault"))
    part = mailer(env={"KEY": FromExternalSecret("mailer/key")})
    found = told(part, stack=stack)

    assert [SECRETS] == [*found]
    assert found[SECRETS].startswith("mailer-external-")


def test_raw(desired):
    """
    A raw Secret keeps its name when it changes.
    """
    secret = Raw(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "billing"},
            "stringData": {"token": "in the clear"},
        }
    )
    part = mailer(env={"TOKEN": TOKEN})
    app = App("shop", edition="2026", parts=[part], extras=[secret])
    found = desired(app).get("Deployment", "mailer")

    assert "billing" == found["metadata"]["annotations"][SECRETS]


def test_other_kinds(told):
    """
    What runs on each node goes on as well; what runs to its end reads
    everything anew.
    """
    fields = {"image": IMAGE, "env": {"TOKEN": TOKEN}}
    agent = DaemonSet("agent", **fields)
    nightly = CronJob("nightly", schedule="@daily", **fields)

    assert {SECRETS: "billing"} == told(agent, kind="DaemonSet")
    assert {} == told(nightly, kind="CronJob")


def test_running(desired):
    """
    Files that somebody else keeps are mounted one by one, by which a running
    container keeps those that it has; folders are exchanged under it.
    """
    part = mailer(
        files={"/etc/token": TOKEN, "/etc/ca": FromConfigMap("trust", "ca")},
        volumes={"/tls": FromSecret("tls"), "/trust": FromConfigMap("trust")},
    )
    pod = desired(part).get("Deployment", "mailer")["spec"]["template"]["spec"]
    mounts = pod["containers"][0]["volumeMounts"]

    assert {
        "/etc/token": True,
        "/etc/ca": True,
        "/tls": False,
        "/trust": False,
    } == {
        mount["mountPath"]: "subPath" in mount
        for mount in mounts
        if "writable" not in mount["name"]
    }
