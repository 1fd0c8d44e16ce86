"""
A version of one part of the deployed app: released, rolled out, rolled back.
"""

import re
import subprocess

import pytest

from .deployments import Deployment, deployed, eventually
from .load import Target, got, loaded


ASKED = [got("/"), got("/api/values?limit=5")]


@pytest.fixture(name="deployment", scope="module")
def _deployment(cluster, root, tmp_path_factory):
    """
    The app of a repository of its own, whose client runs v1, and v2 is
    released.
    """
    with deployed(
        root,
        tmp_path_factory.mktemp("clone"),
        "e2e-releases",
        environment='RELEASES = DEV.derive("e2e-releases", exposure=NodePort([client]))\n',
        file="# Of a test.\nconfig:\n  multi:environment: e2e-releases\n",
    ) as found:
        subprocess.run(
            ["git", "init", "--quiet"], cwd=found.folder, check=True
        )
        commit(found)
        make(found, "release", "VERSION=v1")
        make(found, "rollout", "VERSION=v1")
        page = found.folder / "apps" / "client" / "nginx.conf"
        page.write_text(f"{page.read_text()}\n# The second one.\n")
        commit(found)
        yield found


def commit(deployment: Deployment) -> None:
    """
    Commit the whole copy.
    """
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    for words in (("add", "--all"), ("commit", "--message", "Change")):
        subprocess.run(
            ["git", *who, *words],
            capture_output=True,
            check=True,
            cwd=deployment.folder,
        )


def attempted(
    deployment: Deployment, target: str, *words: str
) -> subprocess.CompletedProcess[str]:
    """
    Run *target* for the client, whether or not it fails.
    """
    return subprocess.run(
        ["make", target, "PARTS=client", f"STACK={deployment.stack}", *words],
        capture_output=True,
        cwd=deployment.folder,
        text=True,
    )


def make(deployment: Deployment, target: str, *words: str) -> None:
    """
    The same where it is not to fail.
    """
    ran = attempted(deployment, target, *words)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"


def record(deployment: Deployment) -> str:
    """
    The stack's file.
    """
    path = deployment.folder / "stacks" / f"Pulumi.{deployment.stack}.yaml"
    return path.read_text()


def image(deployment: Deployment) -> str:
    """
    What the client's Deployment runs.
    """
    found = deployment.objects(
        "deployments", "--selector=app.kubernetes.io/name=client"
    )
    reference: str = found[0]["spec"]["template"]["spec"]["containers"][0][
        "image"
    ]
    return reference


def one_client(deployment: Deployment) -> object:
    """
    Wait until the old pod is gone.
    """
    return eventually(lambda: len(deployment.pods()["client"]) == 1)


class TestRollout:
    def test_forth_and_back(self, deployment):
        """
        A version rolls the pods of its part and no others, and the way back
        leaves the stack's file as it was.
        """
        one_client(deployment)
        before, first = deployment.pods(), image(deployment)
        written = record(deployment)
        make(deployment, "release", "VERSION=v2")
        released = deployment.pods()
        make(deployment, "rollout", "VERSION=v2")
        one_client(deployment)
        rolled, second = deployment.pods(), image(deployment)
        make(deployment, "rollback")
        one_client(deployment)
        back = deployment.pods()

        assert before == released
        assert ":v1@sha256:" in first
        assert ":v2@sha256:" in second
        assert image(deployment) == first
        assert record(deployment) == written
        for after in (rolled, back):
            assert before["client"].isdisjoint(after.pop("client"))
        others = {k: v for k, v in before.items() if k != "client"}
        assert others == rolled == back

    def test_broken(self, deployment, tmp_path):
        """
        The rollout of a version whose program ends at once ends by itself,
        with what the program has written, and no request fails. The way
        back restores the record, and the pod that answered all the time
        stays.
        """
        before, written = deployment.pods(), record(deployment)
        configuration = deployment.folder / "apps" / "client" / "nginx.conf"
        good = configuration.read_text()
        configuration.write_text(f"{good}\nbroken;\n")
        commit(deployment)
        make(deployment, "release", "VERSION=v3")
        configuration.write_text(good)
        commit(deployment)
        target = Target(url=deployment.url, kept=False)
        with loaded(target, tmp_path, rate=10, requests=ASKED) as outcomes:
            ran = attempted(deployment, "rollout", "VERSION=v3")
            during = record(deployment)
            make(deployment, "rollback")
            one_client(deployment)

        assert ran.returncode
        assert re.search(
            r"client: pod client-\S+: container 'client' ended with "
            r"exit code 1",
            ran.stdout,
        )
        assert 'unknown directive "broken"' in ran.stdout
        assert "The version before goes on: 1 pod" in ran.stdout
        assert "tag: v3" in during
        assert written == record(deployment)
        assert before == deployment.pods()
        assert outcomes.sent
        assert {} == outcomes.lost

    def test_others_left(self, deployment):
        """
        What has changed of other parts in the working tree stays undeployed.
        """
        path = deployment.folder / "infra" / "environments.py"
        path.write_text(
            path.read_text().replace(
                "NodePort([client])",
                'NodePort([client]), overrides=[api.override(env={"LOG_LEVEL": "debug"})]',
            )
        )
        before = deployment.pods()
        make(deployment, "rollout", "VERSION=v2")
        one_client(deployment)
        after = deployment.pods()

        assert ":v2@sha256:" in image(deployment)
        assert before.pop("client").isdisjoint(after.pop("client"))
        assert before == after
