"""
What the programs of stores read: each Secret has one reader, which so starts
anew when what it reads changes, and for nothing else.
"""

from collections.abc import Iterator, Mapping

import attrs

from . import _errands, _names
from ._later import HashedName
from ._scope import Scope
from ._server_variables import BACKUP, SERVER, secret_variables
from .spec import Store
from .spec.servers import Access, Server
from .spec.store_answers import dump_of, server_of
from .spec.texts import same, sample


@attrs.frozen(eq=False)
class StoreSecret:
    """
    A Secret of a store.

    Attributes:
        name: Its name.

        content: What it keeps, by key.

        fixed: Whether its name stands for all of its content.
    """

    name: str
    content: Mapping[str, str]
    fixed: bool = attrs.field(kw_only=True)


def _content(server: Server) -> dict[str, str]:
    return {**server.files, **secret_variables(server.env, SERVER)}


def _restarting(part: Store, access: Access) -> dict[str, str]:
    """
    What the server of *part* reads at its start alone. The accounts and
    their passwords are none of it where `setup` tells them while it runs.
    """
    told = attrs.evolve(access, accounts=()) if part.has_accounts else access
    server = server_of(part, told)
    found = {
        key: text
        for key, text in _content(server).items()
        if key not in server.without_restart
    }
    if not part.has_accounts:
        return found
    return {key: sample(text) for key, text in found.items()}


def _within(some: Mapping[str, str], content: Mapping[str, str]) -> bool:
    return all(
        key in content and same(text, content[key])
        for key, text in some.items()
    )


def _told(part: Store, scope: Scope) -> StoreSecret:
    own = scope.connections.parts[part.name]
    fixed = part.at is not None or not part.has_accounts

    return StoreSecret(own.secret, own.content, fixed=fixed)


def server_secret(part: Store, scope: Scope) -> StoreSecret:
    """
    What the server of *part* reads. Where nothing of it starts it anew, it
    is in the Secret of the administrator, which keeps its name.
    """
    access = scope.connections.access[part.name]
    content = _content(server_of(part, access))
    restarting = _restarting(part, access)
    told = _told(part, scope)
    both = {**told.content, **content}
    if part.has_accounts and not restarting and _within(told.content, both):
        return attrs.evolve(told, content=both)
    name = HashedName.of(_names.suffixed(part.name, SERVER), restarting)

    return StoreSecret(name, content, fixed=restarting == content)


def backup_secret(part: Store, scope: Scope) -> StoreSecret:
    """
    What makes copies of *part* and puts them back reads: its own Secret, or
    that of the administrator where all of it is there.
    """
    errand = dump_of(part, scope.connections.access[part.name])
    content = _errands.content(errand, BACKUP)
    server = server_secret(part, scope)
    if server.name == _told(part, scope).name and _within(
        content, server.content
    ):
        return server
    name = _errands.secret(part, BACKUP, errand)

    return StoreSecret(name, content, fixed=True)


def store_secrets(
    part: Store, scope: Scope
) -> Iterator[tuple[str, StoreSecret]]:
    """
    The Secrets of a store, each with its role: that of its administrator,
    what its server and its copies read, and those of all others that sign
    in.
    """
    told = _told(part, scope)
    roles, found = {told.name: "credentials"}, {told.name: told}
    own = {}
    if part.at is None:
        own["server-files"] = server_secret(part, scope)
        if part.backup is not None:
            own["backup-files"] = backup_secret(part, scope)
    for role, secret in own.items():
        if secret.content:
            roles.setdefault(secret.name, role)
            found[secret.name] = secret
    for name, secret in found.items():
        yield roles[name], secret
    others = scope.connections.accounts.get(part.name, {})
    for user, connection in others.items():
        secret = StoreSecret(connection.secret, connection.content, fixed=True)
        yield f"credentials-{user}", secret
