"""
What parts reach outside of the app, as users write it.
"""

import pytest

from mizzen import Address, Image, Internet, SpecError, Worker


HOST = (
    "be a network or a host name in lower case, like '10.0.0.0/8' or "
    "'api.example.com'"
)


class TestAddress:
    @pytest.mark.parametrize(
        ("host", "cidrs", "expected"),
        [
            ("10.0.0.0/8", (), ("10.0.0.0/8",)),
            ("192.0.2.4", (), ("192.0.2.4/32",)),
            ("2001:db8::1", (), ("2001:db8::1/128",)),
            ("api.example.com", (), ()),
            ("api.example.com", ["192.0.2.0/24"], ("192.0.2.0/24",)),
        ],
    )
    def test_networks(self, host, cidrs, expected):
        """
        Numbers are networks, and names are where they are said to lead.
        """
        assert expected == Address(host, 443, cidrs=cidrs).networks

    @pytest.mark.parametrize(
        ("outside", "expected"),
        [
            (Address("api.example.com", 443), "api.example.com:443"),
            (Address("2001:db8::1", 80), "[2001:db8::1]:80"),
            (Internet(), "internet"),
            (Internet([80, 443]), "internet:80,443"),
        ],
    )
    def test_text(self, outside, expected):
        """
        People read hosts and ports as in addresses of pages.
        """
        assert expected == str(outside)

    @pytest.mark.parametrize("ports", [0, "443", [443, 65536]])
    def test_wrong_port(self, ports):
        """
        What is no port is refused.
        """
        with pytest.raises(
            SpecError, match=r"^Internet: ports must be a whole number from 1"
        ):
            Internet(ports)

    @pytest.mark.parametrize(
        "host",
        [
            "",
            None,
            "https://api.example.com",
            "API.example.com",
            "10.0.0.1/8",
            "300.1.1.1",
            "fe80::1%eth0",
            "a" * 64 + "." * 200,
        ],
    )
    def test_wrong_host(self, host):
        """
        What is neither a network nor a name is refused.
        """
        with pytest.raises(SpecError) as ei:
            Address(host, 443)

        assert f"host must {HOST} (got {host!r})." in str(ei.value)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"cidrs": "10.0.0.0/8"},
                (
                    "cidrs must be a list, like ['10.0.0.0/8'] (got "
                    "'10.0.0.0/8')."
                ),
            ),
            (
                {"cidrs": ["10.0.0.1/8"]},
                (
                    "cidrs must hold networks, like '192.0.2.0/24' (got "
                    "'10.0.0.1/8')."
                ),
            ),
            (
                {"cidrs": [None]},
                "cidrs must hold networks, like '192.0.2.0/24' (got None).",
            ),
            (
                {"protocol": "tcp"},
                "protocol must be one of 'TCP', 'UDP' (got 'tcp').",
            ),
            (
                {"port": 0},
                (
                    "port must be a whole number from 1 to 65535, like 8000 (got "
                    "0)."
                ),
            ),
        ],
    )
    def test_wrong(self, arguments, message):
        """
        Networks, protocols and ports are as Kubernetes wants them.
        """
        with pytest.raises(SpecError) as ei:
            Address("api.example.com", **{"port": 443, **arguments})

        assert f"Address 'api.example.com': {message}" == str(ei.value)

    def test_networks_of_networks(self):
        """
        Only names lead somewhere else.
        """
        with pytest.raises(SpecError) as ei:
            Address("10.0.0.0/8", 443, cidrs=["10.1.0.0/16"])

        assert (
            "Address '10.0.0.0/8': cidrs must come with a host name, because "
            "the host is a network (got ('10.1.0.0/16',))."
        ) == str(ei.value)


class TestReaches:
    def test_wrong(self):
        """
        Only what is outside of the app is reached without being used.
        """
        with pytest.raises(SpecError) as ei:
            Worker("w", image=Image("a/b:1"), reaches=["api.example.com"])

        assert (
            "Worker 'w': reaches must hold addresses, like Internet() or "
            "Address('api.example.com', 443) (got 'api.example.com')."
        ) == str(ei.value)
