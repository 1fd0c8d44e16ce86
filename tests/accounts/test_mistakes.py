"""
Permissions and identities that nobody can have.
"""

import attrs
import pytest

from mizzen import Allow, AwsRole, AzureClient, FromConfig, GcpAccount, Stack

from .support import message


class TestMistakes:
    @pytest.mark.parametrize("field", ["verbs", "on"])
    def test_wildcard(self, field):
        """
        Everything is allowed by nobody who has not said so.
        """
        verb, on = ("*", "pods") if field == "verbs" else ("get", "*")

        assert (
            f"Allow: {field} must name each one, or be meant for all by "
            "wildcard=True (got '*')."
        ) == message(Allow, verb, on=on)

    def test_verb(self):
        """
        Unknown verbs are refused with the nearest one.
        """
        text = message(Allow, "gett", on="pods")

        assert text.startswith("Allow: verb 'gett' is unknown; choose one of:")
        assert "(nearest to 'gett': 'get')." in text

    def test_nothing(self):
        """
        To allow nothing is a mistake.
        """
        assert (
            "Allow: verbs must be given, like Allow('get', on='pods') (got "
            "())."
        ) == message(Allow, on="pods")
        assert "Allow: on must be given, like on='pods' (got ())." == message(
            Allow, "get", on=[]
        )

    def test_resource(self):
        """
        Resources are those of a namespace, and written as kubectl does.
        """
        assert (
            "Allow: on must name resources with their group, like 'pods', "
            "'pods/log' or 'deployments.apps' (got 'apps/Deployment')."
        ) == message(Allow, "get", on="apps/Deployment")
        assert (
            "Allow: on must name resources of a namespace, or come with "
            "within=ALL_NAMESPACES for those of the whole cluster (got "
            "'nodes')."
        ) == message(Allow, "get", on=["pods", "nodes"])

    @pytest.mark.parametrize(
        ("on", "hint"),
        [
            ("deployments", "; did you mean 'deployments.apps'?"),
            ("jobs", "; did you mean 'jobs.batch'?"),
            ("pod", "; did you mean 'pods'?"),
            (
                "ingresses.apps",
                "; did you mean 'ingresses.networking.k8s.io'?",
            ),
            ("xyz", "."),
        ],
    )
    def test_no_resource(self, on, hint):
        """
        What no cluster has is refused with what may be meant.
        """
        assert (
            f"Allow: on {on!r} is no resource of Kubernetes{hint}"
        ) == message(Allow, "get", on=on)

    def test_within(self):
        """
        Other namespaces are named as Kubernetes wants them.
        """
        assert message(Allow, "get", on="pods", within="A b").startswith(
            "Allow: within must be a DNS label"
        )

    def test_names(self):
        """
        Names restrict nothing that has none yet.
        """
        assert (
            "Allow: names must be left out with 'create', which no name "
            "restricts (got ('a',))."
        ) == message(Allow, "create", on="pods", names="a")

    @pytest.mark.parametrize("on", ["pods/exec", "serviceaccounts/token"])
    def test_names_below(self, on):
        """
        What is below an object is made under its name.
        """
        assert ("a",) == Allow("create", on=on, names="a").names

    def test_not_a_permission(self, web):
        """
        What is no permission, and no identity, is refused.
        """
        assert (
            "Service 'web': permissions must hold permissions, like "
            "Allow('get', on='pods') (got 'get')."
        ) == message(attrs.evolve, web, permissions=["get"])
        assert (
            "Service 'web': identity must be AwsRole(…), GcpAccount(…), "
            "AzureClient(…) or OFF (got 'arn')."
        ) == message(attrs.evolve, web, identity="arn")

    @pytest.mark.parametrize(
        ("kind", "field", "rule"),
        [
            (
                AwsRole,
                "arn",
                (
                    "be the ARN of a role, like "
                    "'arn:aws:iam::123456789012:role/api'"
                ),
            ),
            (
                GcpAccount,
                "email",
                (
                    "be the address of a service account, like "
                    "'api-dev@shop-123.iam.gserviceaccount.com'"
                ),
            ),
            (
                AzureClient,
                "id",
                "be a client id, like '01234567-89ab-cdef-0123-456789abcdef'",
            ),
        ],
    )
    def test_format(self, kind, field, rule):
        """
        What cannot be known to the cloud is refused.
        """
        name = kind.__name__
        secret = FromConfig("key", secret=True)

        assert f"{name} 'x': {field} must {rule} (got 'x')." == message(
            kind, "x"
        )
        assert (
            f"{name}: {field} must not be secret (got "
            "FromConfig(key='key', secret=True))."
        ) == message(kind, secret)

    def test_unbound(self, web, desired):
        """
        An identity that the configuration does not have is refused.
        """
        stack = Stack("dev", environment="dev", config_keys=())
        web = attrs.evolve(web, identity=AwsRole(FromConfig("role")))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'web': identity comes from the configuration of "
            "stack 'dev', which has no 'role'. Run: pulumi config set role "
            "--stack dev"
        ) == message(desired, web, stack=stack)
