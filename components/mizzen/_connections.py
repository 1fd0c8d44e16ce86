"""
How parts are reached: settings, and the Secrets that hold them.
"""

import hashlib

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

import attrs

from . import _names
from ._later import HashedName
from .spec import (
    DaemonSet,
    ExternalService,
    FromSecret,
    Later,
    Part,
    Service,
    Setting,
    Store,
    Use,
    first_name,
    run_by_others,
    uses_of,
)
from .spec.external import External
from .spec.servers import Access, Account
from .spec.store_answers import connection_of, further_settings_of
from .spec.texts import (
    Generated,
    Kept,
    Placeholder,
    Previous,
    bracketed,
    kept_in,
    value_of,
    whole_kept,
    written,
)
from .spec.values import OFF


CERTIFICATE = "ca.crt"
_FINGERPRINT = 8


@attrs.frozen(eq=False)
class Connection:
    """
    How a part is reached.

    Attributes:
        settings: Values by field, in the order of ``connection_fields``, and
            further ones.

        content: Content of the Secret that holds them, for stores.

        secret: Name of that Secret.
    """

    settings: Mapping[str, str]
    content: Mapping[str, str]
    secret: str

    def reference(self, field: str) -> tuple[str, str]:
        """
        Name and key of the Secret that a field is in.
        """
        kept = whole_kept(self.settings[field])
        return (kept.name, kept.key) if kept else (self.secret, field)


# How somebody reaches all parts, by their names.
SeenConnections = Mapping[str, Connection]


@attrs.frozen(eq=False)
class Connections:
    """
    How all parts are reached, and by whom.

    Attributes:
        parts: How services and, by their administrators, stores are
            reached, by the names of the parts.

        accounts: How each account reaches a store, by the store's name and
            the account's.

        access: What the classes of stores know of each, by their names.
    """

    parts: dict[str, Connection]
    accounts: Mapping[str, Mapping[str, Connection]]
    access: Mapping[str, Access]

    def seen_by(self, user: str) -> SeenConnections:
        """
        How *user* reaches all parts, by their names.
        """
        # A copy for each user would cost a square.
        own = {
            store: users[user]
            for store, users in self.accounts.items()
            if user in users
        }
        return ChainMap(own, self.parts)

    def of(self, part: str, user: str) -> Connection:
        """
        How *user* reaches *part*.
        """
        return self.accounts.get(part, {}).get(user) or self.parts[part]


def _service_connection(part: Service | DaemonSet) -> Connection:
    port = part.listens[0]
    settings = {
        "host": part.name,
        "port": str(port.number),
        "url": f"{port.scheme}://{part.name}:{port.number}",
    }
    return Connection(settings, {}, "")


def namespace_of(part: ExternalService, stack: str) -> str:
    """
    Where the pods of what another app runs are.
    """
    return part.namespace or _names.instance(str(part.app), stack)


def _other_connection(part: ExternalService, stack: str) -> Connection:
    host = f"{part.part}.{namespace_of(part, stack)}.svc"
    if part.host is not None:
        host = value_of(part.host)
    port = str(part.port)
    url = f"{part.scheme}://" + bracketed(host) + ":" + port

    return Connection({"host": host, "port": port, "url": url}, {}, "")


def _fingerprint(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()[:_FINGERPRINT]


def _account(store: Store, name: str) -> Account:
    """
    An account whose name changes with its password, so that both the old
    and the new one are valid while those who use it are exchanged. What is
    derived from the stack's key is too long to be guessed from a hash.
    """
    password = Placeholder.of(Generated(f"{store.name} password of {name}"))
    # What is cut off still tells accounts apart, by their passwords.
    start = name[: store.longest_user - len("-") - _FINGERPRINT]

    return Account(
        user=f"{start}-" + written(password, _fingerprint), password=password
    )


def _administrator(part: Store) -> Account:
    source = part.password_from or Generated(f"{first_name(part)} password")

    return Account(
        user=part.administrator,
        password=value_of(source),
        previous=value_of(Previous(source)),
    )


def _own_access(part: Store, users: Iterable[str]) -> Access:
    return Access(
        host=part.name,
        port=str(part.listens[0].number),
        database=part.database_name,
        administrator=_administrator(part),
        accounts=tuple(_account(part, user) for user in users),
    )


def certificate_folder(part: Store) -> str:
    """
    Where those that use *part* find the certificate of its authority.
    """
    return f"/run/secrets/{part.name}-authority"


def _credential(value: str | Later | FromSecret) -> str:
    if isinstance(value, FromSecret):
        return value_of(Kept(value.name, str(value.key)))
    return value_of(value)


def _signing_in(at: External) -> Account:
    """
    As whom parts sign in: as nobody, where nobody is asked.
    """
    known = at.credentials
    if known is OFF:
        return Account(user="", password="")
    password = "" if known.password is OFF else _credential(known.password)

    return Account(user=_credential(known.user), password=password)


def _external_access(part: Store, at: External) -> Access:
    authority = f"{certificate_folder(part)}/{CERTIFICATE}"

    return Access(
        host=value_of(at.host),
        port=str(at.port or part.listens[0].number),
        database=at.database or part.database_name,
        administrator=_signing_in(at),
        tls=None if at.tls is OFF else at.tls,
        ca=None if at.certificate is None else authority,
    )


def _external_connection(
    part: Store, at: External, access: Access
) -> Connection:
    told = connection_of(part, access, access.administrator)
    if at.credentials is not OFF and at.credentials.url is not None:
        told["url"] = _credential(at.credentials.url)
    content = {
        field: value for field, value in told.items() if not kept_in(value)
    }
    if at.certificate is not None:
        content[CERTIFICATE] = value_of(at.certificate)
    secret = HashedName.of(f"{part.name}-credentials", content)
    settings = {**told, **further_settings_of(part, access)}

    return Connection(settings, content, secret)


def _own_connection(part: Store, access: Access) -> Connection:
    told = connection_of(part, access, access.administrator)
    # Where each part has an account, nobody follows the administrator's.
    secret = (
        _names.errands(part.name)
        if part.has_accounts
        else HashedName.of(f"{part.name}-credentials", told)
    )
    settings = {**told, **further_settings_of(part, access)}

    return Connection(settings, told, secret)


def _account_connections(
    part: Store, access: Access, users: Iterable[str]
) -> Iterator[tuple[str, Connection]]:
    further = further_settings_of(part, access)
    for user, account in zip(users, access.accounts, strict=True):
        told = connection_of(part, access, account)
        secret = HashedName.of(f"{part.name}-for-{user}", told)
        yield user, Connection({**told, **further}, told, secret)


def connections(parts: Iterable[Part], stack: str) -> Connections:
    """
    How each part that others can use is reached, and what others run.
    """
    parts = tuple(parts)
    users: dict[str, list[str]] = {}
    for part in parts:
        for use in uses_of(part):
            users.setdefault(use.part.name, []).append(part.name)
    found = {
        other.name: _other_connection(other, stack)
        for other in run_by_others(parts)
    }
    accounts: dict[str, dict[str, Connection]] = {}
    reached: dict[str, Access] = {}
    for part in parts:
        if isinstance(part, (Service, DaemonSet)) and part.listens:
            found[part.name] = _service_connection(part)
        if not isinstance(part, Store):
            continue
        if part.at is not None:
            access = reached[part.name] = _external_access(part, part.at)
            found[part.name] = _external_connection(part, part.at, access)
            continue
        names = users.get(part.name, []) + [c.name for c in part.clients]
        own = names if part.has_accounts else []
        access = reached[part.name] = _own_access(part, own)
        found[part.name] = _own_connection(part, access)
        accounts[part.name] = dict(_account_connections(part, access, own))

    return Connections(found, accounts, reached)


def use_settings(use: Use) -> dict[str, Setting | str]:
    """
    Environment variables that an edge gives to the part that uses.
    """
    if use.env is not None:
        return dict(use.env)
    prefix = use.prefix or _names.variable_prefix(use.part.name)
    if use.files is not None:
        return {
            f"{prefix}_{field.upper()}_FILE": f"{use.files}/{field}"
            for field in use.part.connection_fields
        }

    return {
        f"{prefix}_{field.upper()}": Setting(use.part, field)
        for field in use.part.connection_fields
    }
