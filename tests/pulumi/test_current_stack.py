"""
The stack that a Pulumi program deploys, as its configuration describes it.
"""

import json

import pulumi
import pytest

from mizzen import Cluster, Project, SpecError, Version
from mizzen.pulumi import current_stack


DIGEST = "sha256:" + 64 * "1"


class TestCurrentStack:
    def test_from_configuration(self, deploy, tmp_path):
        """
        The stack is read from the configuration that Pulumi hands over,
        where lists and mappings are JSON.
        """
        own = Cluster("own", storage_class="fast")
        project = Project(tmp_path, {}, {}, clusters={"own": own})
        config = {
            "shop:environment": "prod",
            "shop:cluster": "own",
            "shop:hosts": '["shop.example.com"]',
            "shop:versions": json.dumps(
                {"api": {"tag": "v5", "digest": DIGEST}}
            ),
        }
        stack = deploy(
            lambda: pulumi.Output.from_input([current_stack(project)]),
            config=config,
        ).result[0]

        assert (
            "dev",
            "prod",
            ("shop.example.com",),
            {"api": Version("v5", DIGEST)},
            own,
            tmp_path,
        ) == (
            stack.name,
            stack.environment,
            stack.hosts,
            stack.versions,
            stack.cluster,
            stack.root,
        )

    def test_slip(self, deploy, tmp_path, monkeypatch):
        """
        What is misspelled is refused before anything is deployed.
        """
        (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
        config = {"shop:environment": "prod", "shop:ingresClass": "nginx"}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
        project = Project(tmp_path, {}, {})

        with pytest.raises(
            SpecError,
            match=r"^Configuration of stack 'dev' cannot be read:\n"
            r"  - .* nothing reads 'ingresClass'; did you mean 'ingressClass'",
        ):
            deploy(lambda: current_stack(project), config=config)
