"""
What listens.
"""

import pytest

from mizzen import App, Image, Port, Route, Service, SpecError


class TestPort:
    @pytest.mark.parametrize(
        "name", ["", "HTTP", "80", "a--b", "-a", "a-", "a" * 16, "a_b", 5]
    )
    def test_name(self, name):
        """
        Names are those that Kubernetes accepts.
        """
        with pytest.raises(SpecError) as ei:
            Port(name, 80)

        who = "Port" if name == 5 else f"Port {name!r}"
        assert (
            f"{who}: name must be at most 15 lower-case letters, digits and "
            "single hyphens with at least one letter, like 'http' (got "
            f"{name!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("field", "rule"),
        [
            ("protocol", "'TCP', 'UDP'"),
            ("application", "'http', 'https', 'grpc', 'ws', 'tcp'"),
        ],
    )
    def test_words(self, field, rule):
        """
        Protocols are words that are known.
        """
        with pytest.raises(SpecError) as ei:
            Port("http", 80, **{field: "SCTP"})

        assert (
            f"Port 'http': {field} must be one of {rule} (got 'SCTP')."
        ) == str(ei.value)


class TestEndpoint:
    def test_replaced(self):
        """
        A route to a port that its service no longer has is refused by name.
        """
        ports = [Port("http", 8080), Port("admin", 9090)]
        web = Service("web", image=Image("acme/web:v5"), ports=ports)
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/", web["admin"])],
        )
        with pytest.raises(SpecError) as ei:
            app.replace(web, ports=ports[:1])

        assert (
            "Service 'web': port 'admin' is unknown; choose one of: 'http'."
        ) == str(ei.value)
