"""
Certificates of single hosts.
"""

import pytest

from tests.exposed import served_fixture

from mizzen import App, Ingress, Route, SpecError, TlsSecret


__all__ = ["served_fixture"]


def test_hosts(web, served):
    """
    Single hosts have certificates of their own.
    """
    routes = [Route("/", web), Route("/admin", web, hosts=["admin"])]
    app = App("shop", edition="2026", parts=[web], routes=routes)
    own = {"admin": "ops", "*.example.com": "wildcard"}
    found = served(
        Ingress(tls=TlsSecret("shop", hosts=own)),
        app,
        hosts=["example.com", "*.example.com", "example.net"],
        host_groups={"admin": ["a.example.com", "b.example.com"]},
    )

    assert [
        {"hosts": ["example.com", "example.net"], "secretName": "shop"},
        {"hosts": ["*.example.com"], "secretName": "wildcard"},
        {"hosts": ["a.example.com", "b.example.com"], "secretName": "ops"},
    ] == found.get("Ingress", "shop")["spec"]["tls"]


def test_unknown_group(served):
    """
    A group of hosts that has a certificate has to be there.
    """
    tls = TlsSecret("shop", hosts={"admin": "ops"})
    with pytest.raises(SpecError) as ei:
        served(Ingress(tls=tls))

    assert (
        "Environment 'dev': TlsSecret 'shop': hosts 'admin' is none of "
        "the hostGroups of stack 'dev'; there are none yet. Set it in the "
        "stack's file, like 'hostGroups: {admin: [admin.example.com]}', "
        "or name a whole host."
    ) in str(ei.value)


@pytest.mark.parametrize(
    ("hosts", "problem"),
    [
        (
            {"Admin": "ops"},
            (
                "hosts must hold host names in lower case, like "
                "'app.example.com' (got 'Admin')."
            ),
        ),
        (
            {"admin": "a b"},
            (
                "hosts must be the name of an object of Kubernetes, "
                "lower-case letters, digits, hyphens and dots, like "
                "'billing' (got 'a b')."
            ),
        ),
    ],
)
def test_refused(hosts, problem):
    """
    Hosts and Secrets have names as Kubernetes knows them.
    """
    with pytest.raises(SpecError) as ei:
        TlsSecret("shop", hosts=hosts)

    assert problem in str(ei.value)
