"""
Certificates that clients and servers of one cluster accept, and nobody else
can read.
"""

import pytest
import yaml

from cryptography import x509
from infra.local import certificates
from infra.local.control_plane import write_certificates


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    """
    All certificates of a cluster.
    """
    folder = tmp_path_factory.mktemp("certificates")
    write_certificates(
        folder,
        address="10.98.0.100",
        url="https://127.0.0.1:6443",
        outside_url="https://127.0.0.1:16443",
        node="mizzen",
    )

    return folder


def _load(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


class TestWriteCertificates:
    @pytest.mark.parametrize("name", ["kube-apiserver", "admin", "kubelet"])
    def test_issuer(self, folder, name):
        """
        Every certificate is signed by the authority, and none of them can
        sign others.
        """
        authority = _load(folder / "ca.crt")
        certificate = _load(folder / f"{name}.crt")

        certificate.verify_directly_issued_by(authority)
        with pytest.raises(x509.ExtensionNotFound):
            certificate.extensions.get_extension_for_class(
                x509.BasicConstraints
            )

    def test_names(self, folder):
        """
        The API server is known under every name and address that leads to
        it.
        """
        names = (
            _load(folder / "kube-apiserver.crt")
            .extensions.get_extension_for_class(x509.SubjectAlternativeName)
            .value
        )

        assert "kubernetes.default.svc" in names.get_values_for_type(
            x509.DNSName
        )
        assert ["127.0.0.1", "10.96.0.1", "10.98.0.100"] == [
            str(address)
            for address in names.get_values_for_type(x509.IPAddress)
        ]

    def test_modes(self, folder):
        """
        Keys and kubeconfigs are for their owner alone.
        """
        secret = [*folder.glob("*.key"), *folder.glob("*.kubeconfig")]

        assert 11 == len(secret)
        assert {0o600} == {path.stat().st_mode & 0o777 for path in secret}

    def test_kubeconfig(self, folder):
        """
        The one context is named mizzen and leads to where programs of this
        machine reach the server.
        """
        content = yaml.safe_load((folder / "admin.kubeconfig").read_text())

        assert "mizzen" == content["current-context"]
        assert (
            "https://127.0.0.1:16443"
            == content["clusters"][0]["cluster"]["server"]
        )

    def test_no_secret_shown(self):
        """
        The text form of an identity has no key in it.
        """
        identity = certificates.Authority("test").identity

        assert "PRIVATE" not in repr(identity)
