"""
A certificate authority for one cluster, and kubeconfigs with its identities.
"""

import base64
import datetime as dt
import ipaddress

from collections.abc import Iterable
from pathlib import Path

import attrs
import yaml

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


_LIFETIME = dt.timedelta(days=3650)
_CLOCK_SKEW = dt.timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class Identity:
    """
    A certificate and its private key, both as PEM.
    """

    certificate: bytes
    key: bytes = attrs.field(repr=False)

    def write(self, folder: Path, name: str) -> None:
        """
        Write ``<name>.crt`` and ``<name>.key``, the latter for the owner's
        eyes only.
        """
        (folder / f"{name}.crt").write_bytes(self.certificate)
        key = folder / f"{name}.key"
        key.touch(mode=0o600)
        key.write_bytes(self.key)


def private_key() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """
    A new private key, and the same as PEM.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )

    return key, pem


def _name(common_name: str, organizations: Iterable[str] = ()) -> x509.Name:
    return x509.Name(
        [
            *(
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)
                for organization in organizations
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


class Authority:
    """
    A new authority that signs what it is asked to.

    Attributes:
        certificate: Its own certificate as PEM.
    """

    def __init__(self, common_name: str) -> None:
        self._subject = _name(common_name)
        self._key, self._pem = private_key()
        certificate = (
            _builder(self._subject, self._subject, self._key.public_key())
            .add_extension(
                x509.BasicConstraints(ca=True, path_length=0), critical=True
            )
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def identity(self) -> Identity:
        """
        The authority's own certificate and key.
        """
        return Identity(certificate=self.certificate, key=self._pem)

    def issue(
        self,
        common_name: str,
        *,
        organizations: Iterable[str] = (),
        names: Iterable[str] = (),
        addresses: Iterable[str] = (),
    ) -> Identity:
        """
        A new identity, for clients and for servers under *names* and
        *addresses*.
        """
        key, pem = private_key()
        alternatives = [
            *(x509.DNSName(name) for name in names),
            *(
                x509.IPAddress(ipaddress.ip_address(address))
                for address in addresses
            ),
        ]
        builder = _builder(
            _name(common_name, organizations), self._subject, key.public_key()
        ).add_extension(
            x509.ExtendedKeyUsage(
                [
                    ExtendedKeyUsageOID.CLIENT_AUTH,
                    ExtendedKeyUsageOID.SERVER_AUTH,
                ]
            ),
            critical=False,
        )
        if alternatives:
            builder = builder.add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            )
        certificate = builder.sign(self._key, hashes.SHA256())

        return Identity(
            certificate=certificate.public_bytes(serialization.Encoding.PEM),
            key=pem,
        )


def write_kubeconfig(
    path: Path,
    identity: Identity,
    *,
    authority: bytes,
    server: str,
    name: str = "mizzen",
) -> None:
    """
    Write a kubeconfig, for the owner's eyes only, whose one context is
    *name*.
    """

    def encoded(content: bytes) -> str:
        return base64.b64encode(content).decode()

    cluster = {
        "server": server,
        "certificate-authority-data": encoded(authority),
    }
    user = {
        "client-certificate-data": encoded(identity.certificate),
        "client-key-data": encoded(identity.key),
    }
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": name}}
        ],
        "current-context": name,
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
