"""
Parts that keep data on a disk of their own: what every store has in common.
"""

import re

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Unpack

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    describe,
    dns_label,
    instance_of,
    one_or_many,
    processor_quantity,
    refuse,
    subdomain,
    texts_by_name,
    whole_number,
    words,
)
from ..exceptions import SpecError
from . import marks
from .backups import Backup
from .edges import Override, override
from .external import Client, External, client_list, secret_later
from .hatches import Patchable
from .images import Image
from .placement import (
    NodeConditions,
    PlacementChanges,
    Toleration,
    architectures,
    are_tolerations,
    as_nodes,
    as_tolerations,
    node_labels,
    priority_class,
)
from .ports import Port
from .renames import former_names
from .servers import Access, Account, Errand, Server
from .store_versions import image_of_version, major_version
from .texts import bracketed, percent_encoded
from .values import Addressed, Later, Off, Setting, unless_off


_OPTIONAL = attrs.validators.optional


def _backup(inst: Any, attr: Any, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, Backup):
        rule = "be Backup(…), like Backup('0 3 * * *', disk='20Gi')"
        refuse(inst, attr.name, rule, value)
    if not inst.restore:
        rule = "be left out, because nothing says how to restore one"
        refuse(inst, attr.name, rule, value)


def _place(value: External | Off | None) -> External | None:
    return None if isinstance(value, Off) else value


def _copies(value: Backup | Off | None) -> Backup | None:
    return None if isinstance(value, Off) else value


def _by_name(values: Mapping[str, str | Off]) -> dict[str, Any]:
    return dict(values)


_SETTING = re.compile(r"[a-z][a-z0-9_.-]*", re.ASCII)


def _settings(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    for name, text in value.items():
        if not isinstance(name, str) or not _SETTING.fullmatch(name):
            rule = "name settings of the server, like 'timeout'"
            refuse(inst, attr.name, rule, name)
        if name in inst.own_settings:
            rule = "leave out what the package says itself"
            refuse(inst, attr.name, rule, name)
        if not isinstance(text, (str, Off)):
            refuse(inst, f"{attr.name} {name}", "be text, like '100'", text)


def _unfinished(kind: Any) -> Iterator[str]:
    """
    What a class of one's own leaves open.
    """
    if not getattr(kind, "listens", ()):
        yield "listens, like (Port('redis', 6379),)"
    if not hasattr(kind, "scheme"):
        yield "scheme, like 'redis'"
    for method, needed, why in (
        ("server", True, "how its server runs"),
        ("setup", kind.has_accounts, "how has_accounts=True is kept"),
        ("dump", bool(kind.restore), "how the copies for restore are made"),
    ):
        if needed and getattr(kind, method) is getattr(Store, method):
            yield f"{method}(access), which says {why}"


class StoreChanges(PlacementChanges, total=False):
    """
    Fields of a store that an environment may override.
    """

    disk: str
    storage_class: str | Off | None
    memory: str | None
    cpu: str | None
    image: Image | Off | None
    password_from: Later | Off | None
    grace_seconds: int
    at: External | Off | None
    clients: Iterable[Client] | Off
    backup: Backup | Off | None
    settings: Mapping[str, str | Off] | Off


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Store(Addressed, Patchable):
    """
    A server that keeps data on a disk: what `Postgres` and `Redis` are, and
    what other stores derive from.

    A class of one's own says how its server runs and how it is reached;
    everything else is the same for all stores: disk, pod, address, Secret,
    network, overrides, and what the parts that use it are given.

    Args:
        name:
            DNS label of the store. Renaming it abandons its disk,
            unless *formerly* names the old one.

        version: Major version.

        disk: Size of the disk, like ``"10Gi"``. Disks never shrink.

        storage_class: StorageClass of the disk; the default is that of the
            stack. Another one is another, empty disk.

        memory: What it is given and may use, like ``"512Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly:
            Name that it had before, or several, the first one first. Its
            disk and its passwords keep the first; to leave it out later
            abandons them.

        at: `External`, where it is managed elsewhere.

        clients: Parts of other apps in the cluster that may use it.

        backup: `Backup`, where the class says how to make copies.

        settings:
            Settings of the server in its own words. Overrides merge theirs
            by key, and `OFF` removes one.

        nodes:
            Labels that its nodes have, and their values: text, a list of
            texts, `NotIn`, or `True` and `False` for any value and none.

        tolerations: Taints of nodes that do not keep it away; see
            `Toleration`.

        architectures: Processors that it runs on, like ``["arm64"]``; the
            default is any.

        priority_class: Name of the PriorityClass of its pods.

        pod_labels: Labels of its pods, beside those that all of them have.

        pod_annotations: Annotations of its pods.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> @attrs.frozen(kw_only=True, eq=False, repr=False)
    ... class Valkey(Store):
    ...     listens = (Port("valkey", 6379, application="tcp"),)
    ...     scheme = "redis"
    ...
    ...     def server(self, access):
    ...         return Server(
    ...             image=f"valkey/valkey:{self.version}",
    ...             data="/data",
    ...             ready=["valkey-cli", "ping"],
    ...         )
    >>> Valkey("cache", version=9, disk="1Gi")
    <Valkey cache>
    """

    listens: ClassVar[tuple[Port, ...]]
    """Its ports, the one that others use first."""

    scheme: ClassVar[str]
    """What its URLs begin with."""

    secure_scheme: ClassVar[str] = ""
    """What they begin with where the way is encrypted; the same if empty."""

    product: ClassVar[str] = ""
    """Its name for people; the default is that of the class."""

    administrator: ClassVar[str] = "default"
    """The user who may do everything."""

    restore: ClassVar[tuple[str, ...]] = ()
    """Command that puts back the copy that ``BACKUP`` names, or the last."""

    own_settings: ClassVar[frozenset[str]] = frozenset()
    """Settings that `server` says itself, so that nobody else may."""

    usual_memory: ClassVar[str] = "256Mi"
    """What it is given and may use where *memory* says nothing."""

    lowest_version: ClassVar[int | None] = None
    """
    The oldest major version that it can run. Where there is one, an *image*
    of another version is refused by its tag.
    """

    unfit_images: ClassVar[Mapping[str, str]] = {}
    """Words in tags of images that it cannot be run from, and why."""

    has_accounts: ClassVar[bool] = False
    """
    Whether each part signs in under a name of its own, which `setup` makes.
    """

    longest_user: ClassVar[int] = 63
    """How many characters the name of an account may have."""

    name: str = attrs.field(kw_only=False, validator=dns_label)
    version: int = attrs.field(validator=major_version)
    disk: str = attrs.field(validator=binary_quantity)
    storage_class: str | None = attrs.field(
        default=None, validator=_OPTIONAL(subdomain)
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    image: Image | None = attrs.field(
        default=None, validator=_OPTIONAL(image_of_version)
    )
    password_from: Later | None = attrs.field(
        default=None, validator=_OPTIONAL(secret_later)
    )
    grace_seconds: int = attrs.field(
        default=60, validator=whole_number(1, 86_400, 60)
    )
    at: External | None = attrs.field(
        default=None,
        converter=_place,
        validator=_OPTIONAL(instance_of("be External(…)", External)),
    )
    clients: tuple[Client, ...] = attrs.field(
        default=(), converter=tuple[Client, ...], validator=client_list
    )

    backup: Backup | None = attrs.field(
        default=None, converter=_copies, validator=_backup
    )
    settings: Mapping[str, str] = attrs.field(
        factory=dict, converter=_by_name, validator=_settings
    )
    formerly: tuple[str, ...] = attrs.field(
        default=(), converter=one_or_many, validator=former_names
    )
    nodes: NodeConditions = attrs.field(
        factory=dict, converter=as_nodes, validator=node_labels
    )
    tolerations: tuple[Toleration, ...] | None = attrs.field(
        default=None, converter=as_tolerations, validator=are_tolerations
    )
    architectures: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=architectures
    )
    priority_class: str | Off | None = attrs.field(
        default=None, validator=unless_off(priority_class)
    )
    pod_labels: Mapping[str, str | Off] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.pod_labels
    )
    pod_annotations: Mapping[str, str | Off] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.pod_annotations
    )

    def __attrs_post_init__(self) -> None:
        for missing in _unfinished(type(self)):
            msg = f"{describe(self)}: its class must define {missing}."
            raise SpecError(msg)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def server(self, access: Access) -> Server:
        """
        How its server runs.
        """
        raise NotImplementedError

    def setup(self, access: Access) -> Errand:
        """
        What makes its accounts the only ones, each time that one of them
        changes; it may be run again at any time.
        """
        raise NotImplementedError

    def dump(self, access: Access) -> Errand:
        """
        What writes a copy of its data to `BACKUPS`; what puts one back
        finds the same files and variables.
        """
        raise NotImplementedError

    @property
    def database_name(self) -> str:
        """
        What others call the data that they find in it, if it has a name.
        """
        return ""

    @property
    def connection_fields(self) -> tuple[str, ...]:
        """
        What others are told of it.
        """
        named = ("database",) if self.database_name else ()
        return ("host", "port", *named, "user", "password", "url")

    @property
    def administered(self) -> bool:
        """
        Whether programs work on it as its administrator.
        """
        return self.has_accounts or self.backup is not None

    @property
    def given_memory(self) -> str:
        """
        What it is given and may use.
        """
        return self.memory or self.usual_memory

    @property
    def filling(self) -> int:
        """
        How many bytes of its disk it takes when its memory is full of data;
        0 where its memory does not tell.
        """
        return 0

    def connection(self, access: Access, account: Account) -> dict[str, str]:
        """
        What a part that signs in as *account* is told, by field.
        """
        told = {
            "host": access.host,
            "port": access.port,
            "database": access.database,
            "user": account.user,
            "password": account.password,
            "url": self.address(access, account),
        }
        return {field: told[field] for field in self.connection_fields}

    def further_settings(
        self,
        access: Access,  # noqa: ARG002 - for those that derive
    ) -> Mapping[str, str]:
        """
        What parts are told of it by `Use.env` alone, by field.
        """
        return {}

    def address(self, access: Access, account: Account) -> str:
        """
        The URL that a part which signs in as *account* is told.
        """
        who = percent_encoded(account.user)
        if account.password:
            who += ":" + percent_encoded(account.password)
        host = bracketed(access.host)
        place = host + ":" + access.port
        if access.database:
            place += "/" + percent_encoded(access.database)
        secure = self.secure_scheme if access.tls else ""

        return f"{secure or self.scheme}://" + (who and who + "@") + place

    @property
    def port(self) -> Setting:
        """
        The port that it listens on, for `Use.env`.
        """
        return Setting(self, "port")

    @property
    def database(self) -> Setting:
        """
        The name of its data, for `Use.env`.
        """
        return Setting(self, "database")

    @property
    def user(self) -> Setting:
        """
        The user that others sign in as, for `Use.env`.
        """
        return Setting(self, "user")

    @property
    def password(self) -> Setting:
        """
        The password that others sign in with, for `Use.env`.
        """
        return Setting(self, "password")

    @property
    def url(self) -> Setting:
        """
        Address with user, password and database, for `Use.env`.
        """
        return Setting(self, "url")

    def override(self, **changes: Unpack[StoreChanges]) -> Override:
        """
        The same store with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
