"""
A real API server accepts every object of the example app in every stack,
with Pod Security ``restricted`` enforced.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.api_server.comparison import differences

from mizzen import Manifests, compile_app, load_project


STACKS = ("dev", "prod")


@pytest.fixture(name="desired", params=STACKS)
def _desired(
    request: pytest.FixtureRequest, root: Path, server: Any
) -> Manifests:
    project = load_project(root)
    stack = project.stack(request.param)
    desired = compile_app(project.app(), project.environment(stack), stack)
    namespace = desired.get("Namespace", desired.namespace)
    assert server.apply(namespace, dry_run=False).status in {200, 201}

    return desired


class TestExampleApp:
    def test_accepted(self, server, desired):
        """
        Every object is accepted without a warning, and the server holds
        exactly what was sent.
        """
        for manifest in desired:
            answer = server.apply(manifest.body)

            assert answer.status in {200, 201}, answer.content
            assert [] == answer.warnings
            assert [] == differences(manifest.body, answer.content)

    def test_pods_restricted(self, server, desired):
        """
        The pods of every workload pass Pod Security ``restricted``.
        """
        created = 0
        for manifest in desired:
            template = manifest.body.get("spec", {}).get("template")
            if template is None:
                continue
            pod = {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    **template["metadata"],
                    "name": "dry",
                    "namespace": desired.namespace,
                },
                "spec": template["spec"],
            }
            answer = server.create_dry(pod)
            created += 1

            assert 201 == answer.status, answer.content
        assert 8 == created

    def test_root_refused(self, server, desired):
        """
        The namespace does enforce: a pod that runs as root is refused.
        """
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "dry", "namespace": desired.namespace},
            "spec": {"containers": [{"name": "a", "image": "a:1"}]},
        }
        answer = server.create_dry(pod)

        assert 403 == answer.status
        assert "restricted" in answer.content["message"]


class TestWriter:
    @pytest.mark.parametrize(
        "text",
        ["12e7", "y", "0o17", "1e3", "08", "null", "~", "- a", "a: b", "#",
         " lead", "trail ", "two\nlines\n", "tab\there", "é‹›\U0001f600",
         "\x85\u2028\u2029\ufeff", "\\x41", "x" * 5000],
    )  # fmt: skip
    def test_text_arrives(self, server, text):
        """
        Text that parsers misread arrives at the server as it was written.
        """
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "hostile", "namespace": "default"},
            "data": {"text": text, "y": text, "1e3": text},
        }
        answer = server.apply(body)

        assert body["data"] == answer.content["data"]
