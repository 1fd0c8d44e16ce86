"""
The Fibonacci app as its users and its developers meet it, as the stack of a
pull request.
"""

import json
import subprocess

import httpx
import pytest

from infra.deploy.target import choose
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from mizzen import load_project
from mizzen.testing import compile_stack

from .deployments import Deployment, deployed, eventually
from .packets import Address, pods, stranger
from .page import enter, fibonacci, opened, value_of


@pytest.fixture(name="deployment", scope="module")
def _deployment(cluster, root, tmp_path_factory):
    with deployed(
        root,
        tmp_path_factory.mktemp("clone"),
        "pr-1",
        environment='E2E = DEV.derive("e2e", exposure=NodePort([client]))\n',
        file="config:\n  multi:environment: e2e\n",
        pattern="pr-*",
    ) as found:
        yield found


@pytest.fixture(name="page")
def _page(deployment, browser):
    return opened(browser, deployment.url)


class TestPage:
    @pytest.mark.parametrize(
        ("index", "digits"), [(10, 2), (1000, 209), (0, 1), (1, 1)]
    )
    def test_value(self, page, index, digits):
        """
        The value of an entered index appears on the page, all its digits.
        """
        text = value_of(page, index)

        assert digits == len(text)
        assert fibonacci(index) == int(text)

    @pytest.mark.parametrize("text", ["-1", "1.5", "abc", "", "100001"])
    def test_refused(self, page, text):
        """
        What is no index gives a message that says what is expected.
        """
        enter(page, text)
        message = WebDriverWait(page, 10).until(
            lambda driver: driver.find_element(By.ID, "message").text
        )

        assert "from 0 to 100" in message, message


class TestApi:
    @pytest.mark.parametrize("index", [-1, 1.5, "abc", "", 100001, None])
    def test_refused(self, deployment, index):
        """
        What is no index is refused with the reason.
        """
        answer = deployment.ask(index)

        assert 400 <= answer.status_code < 500
        assert "whole number from 0 to 100000" in answer.json()["detail"]


# The first address of the range of services is the API server's.
API_SERVER = Address(host="10.96.0.1", port=443)


class TestNetwork:
    def test_edges(self, deployment):
        """
        From each part, connections come about to the parts that it uses,
        and to no other part.
        """
        running = pods(deployment)
        facts = compile_stack(deployment.stack, folder=deployment.folder)
        parts = {part.name: part for part in facts.app.parts}
        connected = {
            source.part: {
                target.part
                for target in running
                if target.part != source.part
                and any(map(source.connects, target.addresses))
            }
            for source in running
        }

        assert {"api", "client", "postgres", "redis", "worker"} == {*connected}
        assert {"api"} == connected["client"]
        assert {"postgres", "redis"} == connected["api"]
        assert {
            name: facts.reached_from(parts[name]) for name in connected
        } == connected

    def test_stranger(self, deployment):
        """
        A pod of another namespace reaches the public part alone.
        """
        with stranger(deployment) as other:
            reached = {
                pod.part
                for pod in pods(deployment)
                if any(map(other.connects, pod.addresses))
            }

        assert {"client"} == reached

    def test_outside(self, deployment):
        """
        No part reaches the cluster's API, which a pod without policies does.
        """
        with stranger(deployment) as other:
            free = other.connects(API_SERVER)
        reaching = [
            pod.part for pod in pods(deployment) if pod.connects(API_SERVER)
        ]

        assert free
        assert [] == reaching


class TestChange:
    def test_nothing(self, deployment):
        """
        A second ``make up`` on the unchanged tree changes nothing.
        """
        assert f"{deployment.stack}: no change\n" in deployment.up()

    def test_ignored_file(self, deployment):
        """
        A file that .dockerignore excludes rolls nothing.
        """
        before = deployment.pods()
        path = deployment.folder / "apps" / "worker" / "tests" / "note.txt"
        path.write_text("not part of any image")
        deployment.up()

        assert before == deployment.pods()

    def test_worker_source(self, deployment):
        """
        A change of the worker's source rolls the worker and nothing else.
        """
        before = deployment.pods()
        source = next(
            (deployment.folder / "apps" / "worker").rglob("worker/__init__.py")
        )
        source.write_text(f"{source.read_text()}\n# changed\n")
        deployment.up()
        eventually(lambda: len(deployment.pods()["worker"]) == 1)
        after = deployment.pods()

        assert before.pop("worker").isdisjoint(after.pop("worker"))
        assert before == after

    def test_environment_variable(self, deployment):
        """
        A changed environment variable of the API rolls the API and nothing
        else.
        """
        before = deployment.pods()
        deployment.edit(
            "exposure=NodePort([client])",
            "exposure=NodePort([client]), "
            'overrides=[api.override(env={"LOG_LEVEL": "debug"})]',
        )
        deployment.up()
        eventually(lambda: len(deployment.pods()["api"]) == 1)
        after = deployment.pods()

        assert before.pop("api").isdisjoint(after.pop("api"))
        assert before == after


class TestPreview:
    def test_drift(self, deployment):
        """
        A preview tells what an edit would do and what somebody has done to
        the cluster, and does neither.
        """
        before = deployment.pods()
        source = next(
            (deployment.folder / "apps" / "worker").rglob("worker/__init__.py")
        )
        text = source.read_text()
        source.write_text(f"{text}\n# previewed\n")
        deployment.kubectl("label", "service/client", "team=web")
        ran = subprocess.run(
            ["make", "--no-print-directory", "preview", "STACK=pr-1"],
            capture_output=True,
            cwd=deployment.folder,
            text=True,
        )
        source.write_text(text)
        deployment.kubectl("label", "service/client", "team-")
        lines = ran.stdout.splitlines()

        assert ran.returncode == 0, ran.stderr
        assert "pr-1: rolling restart" in lines
        assert (
            "  drift: Service client metadata.labels.team: nothing → web"
            in lines
        )
        (unchanged,) = [one for one in lines if one.startswith("Unchanged: ")]
        assert {*unchanged[len("Unchanged: ") : -1].split(", ")} == {
            "api",
            "client",
            "migrate",
            "postgres",
            "redis",
        }
        assert before == deployment.pods()


def kill(deployment: Deployment, part: str) -> None:
    """
    Kill the pod of *part* at once, without its grace period, and wait until
    another one is ready.
    """
    selector = f"--selector=app.kubernetes.io/name={part}"
    before = deployment.pods()[part]
    deployment.kubectl(
        "delete", "pod", selector, "--grace-period=0", "--force"
    )
    # A StatefulSet gives the new pod the name of the old one.
    deployment.kubectl(
        "wait", "pod", selector, "--for=condition=Ready", "--timeout=180s"
    )
    if part not in {"postgres", "redis"}:
        assert before.isdisjoint(deployment.pods()[part])


class TestFault:
    @pytest.mark.parametrize("part", ["api", "worker", "redis", "postgres"])
    def test_killed(self, deployment, part):
        """
        When a pod is killed with requests on their way, the app comes back
        by itself and every accepted request is answered.
        """
        known = eventually(deployment.values)
        start = 90_000 + 100 * len(known)
        asked = range(start, start + 5)
        accepted = [deployment.ask(index).status_code for index in asked]
        kill(deployment, part)

        def complete() -> bool:
            now = deployment.values()
            return all(
                now.get(index, {}).get("state") == "done"
                for index in (*known, *asked)
            )

        assert 5 * [httpx.codes.ACCEPTED] == accepted
        assert eventually(complete), deployment.values()


class TestRun:
    def test_once_more(self, deployment):
        """
        A job that is run once more says what it does, and its exit code is
        that of the command.
        """
        done = deployment.mizzen("run", "migrate", "--stack=pr-1")
        refused = deployment.mizzen(
            "run", "migrate", "--stack=pr-1", "--", "nosuch"
        )

        assert 0 == done.returncode, done.stderr
        assert 2 == refused.returncode
        assert "invalid choice: 'nosuch'" in refused.stdout + refused.stderr


class TestTree:
    def test_clean(self, deployment):
        """
        ``make up`` leaves nothing that git would see.
        """
        ignored = subprocess.run(
            ["git", "init", "--quiet"], cwd=deployment.folder
        )
        subprocess.run(["git", "add", "-A"], cwd=deployment.folder)
        listed = subprocess.run(
            ["git", "ls-files"],
            capture_output=True,
            cwd=deployment.folder,
            text=True,
        ).stdout

        assert 0 == ignored.returncode
        assert ".mizzen" not in listed
        assert ".venv/" not in listed


def left(deployment: Deployment) -> list[str]:
    """
    Objects of any kind that say that they are the stack's.
    """
    kinds = deployment.kubectl(
        *("api-resources", "--verbs=list", "--output=name")
    ).split()
    selector = f"app.kubernetes.io/instance=multi-{deployment.stack}"
    found = deployment.kubectl(
        *("get", ",".join(kinds), "--all-namespaces", "--output=json"),
        f"--selector={selector}",
    )

    return [
        f"{each['kind']} {each['metadata']['name']}"
        for each in json.loads(found)["items"]
    ]


class TestEnd:
    def test_destroy(self, deployment):
        """
        Destroying the stack leaves nothing of it: no object in the cluster,
        no volume, no state and no key; but the file of all such stacks.
        """
        before = left(deployment)
        destroyed = subprocess.run(
            ["make", "destroy", f"STACK={deployment.stack}"],
            cwd=deployment.folder,
        )
        namespaces = deployment.kubectl("get", "namespaces", "--output=name")
        volumes_gone = eventually(
            lambda: deployment.namespace not in deployment.kubectl("get", "pv")
        )
        project = load_project(deployment.folder)
        target = choose(project.stack(deployment.stack))

        assert {"Deployment api", "PersistentVolumeClaim redis"} <= {*before}
        assert 0 == destroyed.returncode
        assert [] == left(deployment)
        assert deployment.namespace not in namespaces
        assert volumes_gone
        assert {"pr-1.lock"} == {
            path.name for path in target.home.rglob("*pr-1.*")
        }
        assert project.stack_file(deployment.stack).is_file()
