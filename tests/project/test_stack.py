"""
Stacks, as files describe them.
"""

import os
import subprocess
import sys

import pytest

from mizzen import (
    FromConfig,
    Monitoring,
    PullSecret,
    Registry,
    SecretStore,
    SpecError,
    Version,
    load_project,
)
from mizzen.environment import CLUSTERS
from mizzen.stack_configuration import parse_stack

from .stack_file import StackFile


DIGEST = f"sha256:{'0' * 64}"


class TestStacks(StackFile):
    def test_whole(self, write):
        """
        A stack's file gives addresses, versions and the environment.
        """
        stack = self.stack(
            write,
            "config:\n"
            "  shop:environment: prod\n"
            "  shop:cluster: kind\n"
            "  shop:context: there\n"
            "  shop:registry: ghcr.io/acme\n"
            "  shop:pullSecrets: [ghcr]\n"
            "  shop:hosts: [a.example.com]\n"
            "  shop:ingressClass: nginx\n"
            "  shop:issuer: letsencrypt\n"
            "  shop:loadBalancerClass: service.k8s.aws/nlb\n"
            "  shop:versions:\n"
            f"    api: {{tag: v5, digest: '{DIGEST}'}}\n"
            "  shop:apiKey: {secure: v1:abc}\n"
            "  aws:region: eu-central-1\n",
        )

        assert "<Stack dev>" == repr(stack)
        assert ("dev", "prod", "there", "linux/arm64") == (
            stack.name,
            stack.environment,
            stack.context,
            stack.platform,
        )
        assert CLUSTERS["kind"] is stack.cluster
        assert Registry("ghcr.io/acme") == stack.registry
        assert ("ghcr",) == stack.pull_secrets
        assert (("a.example.com",), "nginx", "letsencrypt") == (
            stack.hosts,
            stack.ingress_class,
            stack.issuer,
        )
        assert "service.k8s.aws/nlb" == stack.load_balancer_class
        assert {"api": Version("v5", DIGEST)} == stack.versions
        assert {"apiKey", "aws:region", "platform"} <= stack.config_keys

    @pytest.mark.parametrize(
        ("text", "store"),
        [
            ("vault", SecretStore("vault")),
            ("SecretStore/own", SecretStore("own", kind="SecretStore")),
        ],
    )
    def test_secret_store(self, write, text, store):
        """
        A store of secrets belongs to the cluster unless its kind is given.
        """
        stack = self.stack(
            write,
            f"config: {{shop:environment: dev, shop:secretStore: {text}}}\n",
        )

        assert store == stack.secret_store

    def test_adopted(self, write):
        """
        A stack's file names objects that are taken over.
        """
        stack = self.stack(
            write,
            "config: {shop:environment: dev, shop:adopt: [Service/api]}\n",
        )

        assert ("Service/api",) == stack.adopt

    @pytest.mark.parametrize(
        ("text", "monitoring"),
        [
            ("metrics", Monitoring("metrics")),
            ("PodMonitor/ops", Monitoring("ops", kind="PodMonitor")),
        ],
    )
    def test_monitoring(self, write, text, monitoring):
        """
        What reads metrics looks at annotations unless its kind is given.
        """
        stack = self.stack(
            write,
            f"config: {{shop:environment: dev, shop:monitoring: {text}}}\n",
        )

        assert monitoring == stack.monitoring

    def test_made_pull_secrets(self, write):
        """
        A mapping gives names to keys of encrypted values.
        """
        stack = self.stack(
            write,
            "config: {shop:environment: dev, "
            "shop:pullSecrets: {ghcr: registryAuth}}\n",
        )

        assert (
            PullSecret("ghcr", FromConfig("registryAuth", secret=True)),
        ) == stack.pull_secrets
        assert ("ghcr",) == stack.pull_secret_names

    def test_defaults(self, write):
        """
        What a file leaves out is the schema's default, and what that leaves
        empty is nothing.
        """
        stack = self.stack(write, "config: {shop:environment: dev}\n")

        assert (None, None, (), {}) == (
            stack.registry,
            stack.context,
            stack.hosts,
            stack.versions,
        )
        assert CLUSTERS["generic"] is stack.cluster

    def test_all(self, write):
        """
        Stacks are found by their files, in the folder that Pulumi uses.
        """
        root = write(
            pulumi=self.SCHEMA,
            files={"stacks/Pulumi.b.yaml": "", "stacks/Pulumi.a.yaml": ""},
        )

        assert ("a", "b") == load_project(root).stacks()

    def test_beside(self, write):
        """
        Without such a folder, stacks are beside ``Pulumi.yaml``.
        """
        root = write(files={"Pulumi.dev.yaml": ""})

        assert ("dev",) == load_project(root).stacks()

    def test_foreign_locale(self, write):
        """
        Files are read in UTF-8 wherever they are read.
        """
        root = write(
            files={
                "Pulumi.dev.yaml": (
                    "config:\n  shop:environment: dev\n"
                    '  shop:acknowledge: ["web: disk 2Gi → 1Gi"]\n'
                )
            }
        )
        code = (
            "from mizzen import load_project\n"
            f"(line,) = load_project({str(root)!r}).stack('dev').acknowledge\n"
            "print(ascii(line))"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            env={
                **os.environ,
                "LC_ALL": "C",
                "PYTHONCOERCECLOCALE": "0",
                "PYTHONUTF8": "0",
            },
            text=True,
        )

        assert r"'web: disk 2Gi \u2192 1Gi'" == ran.stdout.strip(), ran.stderr

    def test_accepts(self, write):
        """
        Findings are accepted by part and check, with a reason.
        """
        text = '{shop:environment: dev, shop:accepts: {"api: x": it has to}}'
        stack = self.stack(write, f"config: {text}\n")

        assert stack.accepts == {"api: x": "it has to"}

    def test_digests(self, write):
        """
        Images of others have digests by their names, colons and all.
        """
        digest = f"sha256:{64 * '0'}"
        text = f"\n  shop:environment: dev\n  shop:digests:\n    redis:8: {digest}"
        stack = self.stack(write, f"config:{text}\n")

        assert stack.digests == {"redis:8": digest}

    def test_from_program(self, tmp_path):
        """
        A program gets lists and mappings as JSON.
        """
        config = {
            "environment": "dev",
            "hosts": '["*.example.com"]',
            "versions": f'{{"api": {{"tag": "v5", "digest": "{DIGEST}"}}}}',
        }
        stack = parse_stack(
            "dev", config.get, root=tmp_path, config_keys=None, clusters={}
        )

        assert ("*.example.com",) == stack.hosts
        assert {"api": Version("v5", DIGEST)} == stack.versions
        assert stack.config_keys is None


class TestVersion:
    @pytest.mark.parametrize(
        ("tag", "digest", "message"),
        [
            ("", DIGEST, "Version '': tag must be an image's tag, like 'v5'"),
            (
                "a/b",
                DIGEST,
                "Version 'a/b': tag must be an image's tag, like 'v5'",
            ),
            (
                "v5",
                "sha256:0",
                (
                    "Version 'v5': digest must be 'sha256:' and 64 hexadecimal "
                    "digits"
                ),
            ),
        ],
    )
    def test_wrong(self, tag, digest, message):
        """
        Tag and digest are such that an image can be pulled by them.
        """
        with pytest.raises(SpecError) as ei:
            Version(tag, digest)

        got = digest if "digest must" in message else tag
        assert f"{message} (got {got!r})." == str(ei.value)
