"""
The example app before the real engine: previews without a cluster.
"""

import json

import pytest
import yaml

from tests.pulumi.engine import copied

from mizzen import compile_app, load_project
from mizzen._later import HashedName
from mizzen.spec.texts import Placeholder


KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
DIGEST = "sha256:" + 64 * "1"


@pytest.fixture(name="checkout")
def _checkout(root, tmp_path):
    """
    A copy of what a deployment of the example app reads.
    """
    return copied(root, tmp_path / "checkout", "apps", "infra", "stacks")


def _configure(checkout, stack, **values):
    """
    Add *values* to the file of *stack*.
    """
    path = checkout / "stacks" / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(path.read_text())
    for key, value in values.items():
        content["config"][f"multi:{key}"] = value
    path.write_text(yaml.safe_dump(content))


def _edit(path, old, new):
    text = path.read_text()

    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(name="dev")
def _dev(engine, checkout):
    """
    The example app's own development stack, for the embedded cluster.
    """
    _configure(checkout, "dev", cluster="embedded", registry="localhost:5000")
    engine.new_stack(checkout, "dev", stackKey=KEY)

    return checkout


@pytest.fixture(name="prod")
def _prod(engine, checkout):
    """
    The production stack with recorded versions, for which nothing is built.
    """
    versions = {
        part: {"tag": "v5", "digest": DIGEST}
        for part in ("api", "client", "worker", "migrate")
    }
    _configure(checkout, "prod", versions=versions)
    engine.new_stack(checkout, "prod", stackKey=KEY)

    return checkout


def _later(node):
    """
    Whether anything in *node* is known only at deployment.
    """
    if isinstance(node, dict):
        return any(map(_later, node.values()))
    if isinstance(node, list):
        return any(map(_later, node))
    return isinstance(node, (HashedName, Placeholder))


def _comparable(body):
    """
    *body* without what Pulumi's plugin adds: annotations for itself, and in
    old versions its name as the manager.
    """
    metadata = {
        k: v for k, v in body["metadata"].items() if k != "annotations"
    }
    metadata["labels"] = metadata["labels"] | {
        "app.kubernetes.io/managed-by": "mizzen"
    }
    return {**body, "metadata": metadata}


def _resource_name(manifest):
    return f"{manifest.part or 'multi'}-{manifest.role}"


class TestPreview:
    @pytest.mark.parametrize(
        ("name", "images"),
        [
            ("dev", {"api-image", "client-image", "worker-image"}),
            ("prod", set()),
        ],
    )
    def test_creates_what_is_rendered(self, request, engine, name, images):
        """
        A preview creates exactly the objects that were compiled, with the
        same content, and builds the images that have no recorded version.
        """
        checkout = request.getfixturevalue(name)
        project = load_project(checkout)
        stack = project.stack(name)
        manifests = compile_app(
            project.app(), project.environment(stack), stack
        )
        preview = engine.preview(checkout, name)

        assert [] == preview.errors
        assert 0 == preview.code
        assert {_resource_name(m): m.kind for m in manifests} == {
            resource: inputs["kind"]
            for resource, inputs in preview.objects().items()
        }
        assert [
            _comparable(m.body) for m in manifests if not _later(m.body)
        ] == [
            _comparable(preview.objects()[_resource_name(m)])
            for m in manifests
            if not _later(m.body)
        ]
        assert images == {
            resource
            for resource in preview.steps
            if resource.endswith("-image")
        }


PROVIDER = "11111111-1111-4111-8111-111111111111"


def _deployed(state, number):
    """
    What is kept of a resource when it has been made.
    """
    provider = state.get("provider", "").rpartition("::")[0]
    own = PROVIDER if ":providers:" in state["type"] else f"id-{number}"
    inputs = state.get("inputs", {})
    # What the plugin for Kubernetes compares with.
    made = {"id": own, "outputs": {**inputs, "__inputs": inputs}}

    return {
        **state,
        **(made if state["custom"] else {}),
        **({"provider": f"{provider}::{PROVIDER}"} if provider else {}),
    }


@pytest.fixture(name="steps")
def _steps(engine, prod):
    """
    What a preview of production does after everything was deployed and
    *edit* was made: what happens to each resource, and what it was called.
    """

    def steps(edit):
        first = engine.run(prod, "preview", "--json", "-s", "prod").stdout
        states = [step["newState"] for step in json.loads(first)["steps"]]
        export = engine.run(prod, "stack", "export", "-s", "prod").stdout
        content = json.loads(export)
        content["deployment"]["resources"] = [
            _deployed(state, number) for number, state in enumerate(states)
        ]
        words = ("stack", "import", "--force", "-s", "prod")
        done = engine.run(prod, *words, given=json.dumps(content))
        assert 0 == done.returncode, done.stderr
        edit()
        again = engine.run(prod, "preview", "--json", "-s", "prod").stdout

        return {
            step["urn"].rpartition("::")[2]: (
                step["op"],
                step.get("oldState", {}).get("urn", "").rpartition("::")[2],
            )
            for step in json.loads(again)["steps"]
        }

    return steps


class TestRenamed:
    def test_same_parts(self, prod, steps):
        """
        The engine takes a part that says what it was called for the same
        one, with all that belongs to it, and does not touch its disk; only
        accounts are called after those who have them.
        """

        def rename():
            file = prod / "infra" / "app.py"
            for old, new in (("postgres", "database"), ("worker", "ticker")):
                kind = "Postgres" if old == "postgres" else "Worker"
                said = f'{kind}("{new}", formerly="{old}",'
                _edit(file, f'{kind}("{old}",', said)
            versions = {
                part: {"tag": "v5", "digest": DIGEST}
                for part in ("api", "client", "ticker", "migrate")
            }
            _configure(prod, "prod", versions=versions)

        found = steps(rename)
        renamed = {
            name: old
            for name, (op, old) in found.items()
            if name.startswith(("database", "ticker")) and op != "delete"
        }

        assert renamed == {
            name: name.replace("database", "postgres").replace(
                "ticker", "worker"
            )
            for name in renamed
        }
        assert {"database-stateful-set", "ticker-deployment"} <= set(renamed)
        assert {"database-disk", "postgres-disk"}.isdisjoint(found)
        assert {"redis-credentials-ticker"} == {
            name for name, (op, _) in found.items() if op == "create"
        }
        assert {"redis-credentials-worker"} == {
            name for name, (op, _) in found.items() if op == "delete"
        }


class TestAutoscaled:
    def test_handed_over(self, prod, steps):
        """
        An autoscaler takes a Deployment over with all of its replicas:
        though nothing is said of them any more, nothing changes but a mark
        that says so.
        """

        def hand_over():
            file = prod / "infra" / "environments.py"
            fixed, scaled = "replicas=3", "scale=Autoscale(3, 9, cpu=70)"
            _edit(file, f"api.override({fixed}", f"api.override({scaled}")

        assert {"api-autoscaler": "create", "api-deployment": "update"} == {
            name: op
            for name, (op, _) in steps(hand_over).items()
            if name.startswith("api-")
        }


class TestRollback:
    def test_jobs_stay(self, engine, prod):
        """
        A rollback of one part previews its older image, and the job that
        shares the image as it was.
        """
        before = engine.preview(prod, "prod").objects()
        path = prod / "stacks" / "Pulumi.prod.yaml"
        content = yaml.safe_load(path.read_text())
        versions = content["config"]["multi:versions"]
        older = {"tag": "v4", "digest": "sha256:" + 64 * "2"}
        _configure(prod, "prod", versions={**versions, "api": older})
        after = engine.preview(prod, "prod").objects()

        def image(objects, name):
            template = objects[name]["spec"]["template"]
            return template["spec"]["containers"][0]["image"]

        assert image(before, "api-deployment").endswith(f":v5@{DIGEST}")
        assert image(after, "api-deployment").endswith(
            f":v4@{older['digest']}"
        )
        assert image(after, "migrate-job").endswith(f":v5@{DIGEST}")
        assert before["migrate-job"] == after["migrate-job"]


class TestMistakes:
    def test_readable(self, engine, dev):
        """
        A mistake is shown as its message and without a traceback.
        """
        _edit(dev / "infra" / "environments.py", "client: 30080", "client: 80")
        preview = engine.preview(dev, "dev")

        assert 0 != preview.code
        assert (
            "NodePort: port of 'client' must be a whole number from 30000 to "
            "32767, like 30080 (got 80)."
        ) == preview.errors[0]
        assert not [text for text in preview.errors if "Traceback" in text]

    def test_missing_key(self, engine, checkout):
        """
        A stack without a key says how to make one.
        """
        _configure(checkout, "dev", cluster="embedded")
        engine.new_stack(checkout, "dev")
        preview = engine.preview(checkout, "dev")

        assert preview.errors[0].startswith("Stack 'dev' has no key, from")
        assert {"multi-dev", "cluster"} == set(preview.steps)

    def test_no_default_provider(self, engine, dev):
        """
        Nothing goes to a cluster that the program has not named.
        """
        _edit(dev / "infra" / "__main__.py", ", opts=options", "")
        preview = engine.preview(dev, "dev")

        assert 0 != preview.code
        assert "Default provider for 'kubernetes' disabled" in "".join(
            preview.errors
        )
