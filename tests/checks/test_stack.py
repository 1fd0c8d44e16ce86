"""
Findings about the stack itself.
"""

import attrs
import pytest

from mizzen import (
    App,
    Environment,
    FromConfig,
    Image,
    Ingress,
    LoadBalancer,
    Namespace,
    NodePort,
    PullSecret,
    Route,
    Service,
    Stack,
    Version,
    _passphrase,
    compile_app,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS


WEB = Service("web", image=Image("acme/web:v5"), port=8080)
SHOP = App("shop", edition="2026", parts=[WEB], routes=[Route("/", WEB)])
PULLED = PullSecret("registry", FromConfig("auth", secret=True))
STACK = Stack("eu", environment="prod", hosts=["shop.example.com"])


def found(environment, *, empty, stack=STACK):
    """
    What is said about the passphrase.
    """
    manifests = compile_app(SHOP, environment, stack)
    findings = check(
        SHOP, environment, stack, manifests, empty_passphrase=empty
    )
    return [str(f) for f in findings if f.id == "empty-passphrase"]


class TestEmptyPassphrase:
    def test_protected(self):
        """
        Data that is worth protecting is worth a passphrase.
        """
        assert [
            (
                "Stack 'eu': whoever reads its file reads its secrets, "
                "because the passphrase is empty, though environment 'prod' "
                "protects its data (empty-passphrase). Set "
                "PULUMI_CONFIG_PASSPHRASE and run: pulumi stack "
                "change-secrets-provider passphrase --stack eu"
            )
        ] == found(Environment("prod", protect=True), empty=True)

    @pytest.mark.parametrize(
        ("exposure", "door"),
        [
            (Ingress(), "Ingress 'shop'"),
            (LoadBalancer([WEB]), "Service 'web'"),
        ],
    )
    def test_public(self, exposure, door):
        """
        So is an app with public addresses.
        """
        (finding,) = found(Environment("eu", exposure=exposure), empty=True)

        assert f"though {door} makes the app public" in finding

    @pytest.mark.parametrize(
        "cluster", ["embedded", "kind", "minikube", "docker-desktop"]
    )
    def test_development(self, cluster):
        """
        What comes and goes on one's own machine needs none.
        """
        dev = Environment("dev", exposure=NodePort([WEB]))
        own = attrs.evolve(STACK, cluster=CLUSTERS[cluster])

        assert [] == found(dev, empty=True, stack=own)

    def test_elsewhere(self):
        """
        Elsewhere everything does, also what the world does not reach.
        """
        (finding,) = found(Environment("eu"), empty=True)

        assert "though a cluster of kind 'generic' may be anybody's" in finding

    @pytest.mark.parametrize("cluster", ["embedded", "kind"])
    def test_recorded(self, cluster):
        """
        So does what runs recorded versions, wherever it does.
        """
        prod = Environment("prod")
        own = attrs.evolve(STACK, cluster=CLUSTERS[cluster])
        manifests = compile_app(SHOP, prod, own)
        versions = {"web": Version("v5", f"sha256:{'0' * 64}")}
        recorded = attrs.evolve(own, versions=versions)

        assert [
            (
                "whoever reads its file reads its secrets, because the "
                "passphrase is empty, though it runs recorded versions, as "
                "what others rely on does"
            )
        ] == [
            finding.message
            for finding in check(
                SHOP, prod, recorded, manifests, empty_passphrase=True
            )
            if finding.id == "empty-passphrase"
        ]

    def test_given(self):
        """
        A passphrase, or another provider of secrets, is fine.
        """
        assert [] == found(Environment("prod", protect=True), empty=False)

    @pytest.mark.parametrize(
        ("variables", "empty"),
        [
            ({}, False),
            ({"PULUMI_CONFIG_PASSPHRASE": ""}, True),
            ({"PULUMI_CONFIG_PASSPHRASE": "known"}, False),
            ({"PULUMI_CONFIG_PASSPHRASE": " "}, False),
            ({"PULUMI_CONFIG_PASSPHRASE_FILE": ""}, False),
        ],
        ids=str,
    )
    def test_known(self, variables, empty):
        """
        Empty means set to nothing; who sets nothing is asked by Pulumi.
        """
        assert empty is _passphrase.is_empty(variables)

    @pytest.mark.parametrize(
        ("content", "empty"),
        [
            (b"", True),
            (b"\n", True),
            (b" \t\r\n", True),
            (b"known\n", False),
            (b"\xff", False),
        ],
        ids=repr,
    )
    @pytest.mark.parametrize(
        ("more", "decided"),
        [
            ({}, None),
            ({"PULUMI_CONFIG_PASSPHRASE": ""}, True),
            ({"PULUMI_CONFIG_PASSPHRASE": "known"}, False),
        ],
        ids=str,
    )
    def test_file(self, tmp_path, content, empty, more, decided):
        """
        Pulumi reads the file without the blanks around, and does not look
        at it where the other variable is set, though it be to nothing.
        """
        path = tmp_path / "passphrase"
        path.write_bytes(content)
        variables = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(path), **more}
        expected = empty if decided is None else decided

        assert expected is _passphrase.is_empty(variables)

    def test_no_file(self, tmp_path):
        """
        What a file that cannot be read would say is not known.
        """
        path = str(tmp_path / "none")

        assert not _passphrase.is_empty(
            {"PULUMI_CONFIG_PASSPHRASE_FILE": path}
        )


class TestPullSecrets:
    @pytest.mark.parametrize(
        ("namespace", "secret", "count"),
        [
            (None, "registry", 1),
            (Namespace("there", create=False), "registry", 0),
            (Namespace("new"), PULLED, 0),
        ],
    )
    def test_late(self, namespace, secret, count):
        """
        What nobody can make before the namespace is told.
        """
        stack = attrs.evolve(STACK, pull_secrets=[secret])
        environment = Environment("prod", namespace=namespace)
        manifests = compile_app(SHOP, environment, stack)
        findings = check(SHOP, environment, stack, manifests)

        assert [
            (
                "Stack 'eu': Secret 'registry', by which images are pulled, "
                "cannot be there when the first pods start, because their "
                "namespace is new (late-pull-secret). Let it be made with the "
                "namespace, like 'pullSecrets: {registry: registryAuth}', and "
                "run: pulumi config set --secret registryAuth --stack eu"
            )
        ] * count == [str(f) for f in findings if f.id == "late-pull-secret"]
