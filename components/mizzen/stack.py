"""
One deployment of an app: its addresses and versions.
"""

import re

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from ._fields import typed
from ._validators import (
    Validator,
    balancer_class,
    dns_label,
    instance_of,
    matching,
    one_or_many,
    refuse,
    subdomain,
    texts,
    texts_by_name,
    words,
)
from .environment import (
    CLUSTERS,
    Cluster,
    Monitoring,
    PullSecret,
    Registry,
    SecretStore,
)
from .spec import host_names
from .spec.outside import networks


_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# As routes name a Gateway.
_GATEWAY = ("namespace", "name", "sectionName")


@attrs.frozen(field_transformer=typed)
class Version:
    """
    A recorded version of an image.

    Attributes:
        tag: Its name for people, like ``"v5"``.

        digest: What is pulled, like ``"sha256:…"``.

        previous: What was recorded before, the latest first.
    """

    tag: str
    digest: str
    previous: tuple["Version", ...] = ()

    def __attrs_post_init__(self) -> None:
        if not _TAG.fullmatch(self.tag):
            rule = "be an image's tag, like 'v5'"
            refuse(self, "tag", rule, self.tag)
        if not _DIGEST.fullmatch(self.digest):
            rule = "be 'sha256:' and 64 hexadecimal digits"
            refuse(self, "digest", rule, self.digest)


def _versions(versions: Mapping[str, Version]) -> dict[str, Version]:
    return dict(versions)


def _config_keys(keys: Iterable[str] | None) -> frozenset[str] | None:
    return None if keys is None else frozenset(one_or_many(keys))


def _host_groups(groups: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    return {
        name: tuple(hosts) if isinstance(hosts, (list, tuple)) else hosts
        for name, hosts in groups.items()
    }


def _in_file(validate: Validator) -> Validator:
    """
    *validate*, with the word that the stack's file has for the field.
    """

    def validate_key(inst: Any, attr: Any, value: Any) -> None:
        key = re.sub("_(.)", lambda hump: hump[1].upper(), attr.name)
        validate(inst, attr.evolve(name=key), value)

    return validate_key


def _each_once(
    inst: Any, field: str, hosts: tuple[str, ...], group: str = ""
) -> None:
    """
    Hosts of one list are different ones, because Kubernetes refuses routes
    that name one twice.
    """
    for number, host in enumerate(hosts):
        if host in hosts[:number]:
            where = f" in {group!r}" if group else ""
            refuse(inst, field, f"name each host once{where}", host)


def _hosts(inst: Any, attr: Any, value: tuple[str, ...]) -> None:
    host_names(inst, attr, value)
    _each_once(inst, attr.name, value)


def _groups(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for name, hosts in value.items():
        # Nobody means the hosts of all by a group of none.
        if not isinstance(hosts, tuple) or not hosts:
            rule = f"list hosts for {name!r}, like [{name}.example.com]"
            refuse(inst, attr.name, rule, hosts)
        host_names(inst, attr, hosts)
        _each_once(inst, attr.name, hosts, name)


def _reasons(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for line, reason in value.items():
        part, _, check = str(line).partition(": ")
        if not (part and check):
            rule = "name a part and a check, like 'logs: runs-as-root'"
            refuse(inst, attr.name, rule, line)
        if not isinstance(reason, str) or not reason.strip():
            rule = f"say why {line!r} is accepted"
            refuse(inst, attr.name, rule, reason)


_namespace = matching(
    "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "be the name of a namespace, like 'ingress-nginx'",
)
_OBJECT = attrs.validators.optional(_in_file(subdomain))
_PLATFORM = matching(
    "[a-z0-9]+(/[a-z0-9]+){1,2}",
    "be a system and its architecture, like 'linux/amd64'",
)


def _gateway(inst: Any, attr: Any, value: Any) -> None:
    names = value.split("/") if isinstance(value, str) else []
    if not 0 < len(names) <= len(_GATEWAY):
        rule = (
            "be namespace and name of a Gateway, and a listener of it if need "
            "be, like 'infra/shared' or 'infra/shared/https'"
        )
        refuse(inst, attr.name, rule, value)
    for name in names:
        subdomain(inst, attr, name)


def _digests(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for reference, digest in value.items():
        if not reference or "@" in reference:
            rule = "name images without digests, like 'postgres:17'"
            refuse(inst, attr.name, rule, reference)
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            rule = f"give {reference!r} 'sha256:' and 64 hexadecimal digits"
            refuse(inst, attr.name, rule, digest)


def _secret_name(secret: Any) -> Any:
    return secret.name if isinstance(secret, PullSecret) else secret


def _secret_names(inst: Any, attr: Any, value: Any) -> None:
    if isinstance(value, str):
        texts(inst, attr, value)
    names = [_secret_name(each) for each in value]
    for name in names:
        subdomain(inst, attr, name)
    if len(set(names)) < len(names):
        refuse(inst, attr.name, "name each Secret once", value)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Stack:
    """
    Name, addresses and versions of one deployment.

    Args:
        name: Name of the Pulumi stack.

        environment: Name of its environment.

        cluster: What kind of cluster it goes to.

        context: Context of the kubeconfig that leads there.

        registry: Where images are pushed to; `None` shares the local
            Docker engine's images with the cluster.

        pull_secrets:
            Secrets of the namespace by which images are pulled: the names of
            those that somebody else makes, or `PullSecret` for those that
            are made with it.

        platform: Platform that images are built for.

        hosts: Host names of the app, the first one leading.

        host_groups: Host names of single routes, by the name of the group.

        gateway:
            Namespace and name of a Gateway that the app joins, and of the
            listener, like ``"infra/shared/https"``; without a listener, the
            app is served by all of them.

        gateway_class: Class of the app's own Gateway, or of the one that it
            joins.

        ingress_class: Class of the ingress controller.

        internal_class: Class of the controller that serves internal routes.

        ingress_namespace:
            Namespace of the ingress controller, where the kind of cluster
            does not say it.

        ingress_sources:
            Networks that the requests of the ingress controller come from,
            where it is no pod of the cluster.

        issuer: Cluster issuer of cert-manager.

        internal_issuer: That of internal routes, if it is another one.

        load_balancer_class: Class of what gives load balancers their
            addresses, where several could.

        storage_class: Class of disks, where that of the kind of cluster is
            not the right one.

        shared_class: Class of disks that several nodes can mount at once,
            where the kind of cluster does not say it.

        secret_store: Where External Secrets finds secrets.

        monitoring: What reads the metrics of parts.

        versions: Recorded versions of images, by name of the part, or like
            ``"shop/api"`` by those of the app and the part.

        digests: Recorded digests of images that the app does not build, by
            their references, like ``"postgres:17"``.

        acknowledge: Dangerous changes that are meant, in the words in which
            `mizzen diff` tells of them.

        accepts: Why findings of checks are meant, by part and name of the
            check, like ``"logs: runs-as-root"``; those about no part are of
            ``the app``.

        adopt: Objects that are in the cluster already and are taken over
            as they are, by kind and name, like ``"Service/api"``.

        config_keys: Keys that the stack's configuration has; `None` if that
            is not known.

        config_hashes: Hashes of what the stack's file has for each key,
            encrypted or not, by which another value is noticed.

        root: Folder that build contexts are relative to.

        throwaway: Whether it is one of many that come and go, as those of
            pull requests do.

    >>> Stack("dev", environment="dev").platform
    'linux/amd64'
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    environment: str
    cluster: Cluster = attrs.field(
        default=CLUSTERS["generic"],
        validator=instance_of(
            "be a Cluster, like CLUSTERS['eks'] of mizzen.environment", Cluster
        ),
    )
    context: str | None = None
    registry: Registry | None = None
    pull_secrets: tuple[str | PullSecret, ...] = attrs.field(
        default=(), converter=words, validator=_secret_names
    )
    platform: str = attrs.field(
        default="linux/amd64", validator=_in_file(_PLATFORM)
    )
    hosts: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_hosts
    )
    host_groups: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict, converter=_host_groups, validator=_in_file(_groups)
    )
    gateway: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(_in_file(_gateway))
    )
    gateway_class: str | None = attrs.field(default=None, validator=_OBJECT)
    ingress_class: str | None = attrs.field(default=None, validator=_OBJECT)
    internal_class: str | None = attrs.field(default=None, validator=_OBJECT)
    ingress_namespace: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(_in_file(_namespace)),
    )
    ingress_sources: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_in_file(networks)
    )
    issuer: str | None = attrs.field(default=None, validator=_OBJECT)
    internal_issuer: str | None = attrs.field(default=None, validator=_OBJECT)
    load_balancer_class: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(_in_file(balancer_class)),
    )
    storage_class: str | None = attrs.field(default=None, validator=_OBJECT)
    shared_class: str | None = attrs.field(default=None, validator=_OBJECT)
    secret_store: SecretStore | None = None
    monitoring: Monitoring = attrs.field(factory=Monitoring)
    versions: Mapping[str, Version] = attrs.field(
        factory=dict, converter=_versions
    )
    digests: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=_digests
    )
    acknowledge: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=texts
    )
    accepts: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=_in_file(_reasons)
    )
    adopt: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=texts
    )
    config_keys: frozenset[str] | None = attrs.field(
        default=None, converter=_config_keys
    )
    config_hashes: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )
    root: Path = attrs.field(default=Path(), converter=Path)
    throwaway: bool = False

    def __repr__(self) -> str:
        return f"<Stack {self.name}>"

    def of(self, app: str) -> "Stack":
        """
        The stack with versions of the app called *app* alone, by the names
        of its parts.
        """
        if not any("/" in name for name in self.versions):
            return self
        own = {
            name.removeprefix(f"{app}/"): version
            for name, version in self.versions.items()
            if name.startswith(f"{app}/") or "/" not in name
        }
        return attrs.evolve(self, versions=own)

    def hosts_of_word(self, word: str) -> tuple[str, ...]:
        """
        The host names that *word* stands for: those of the group of that
        name, or itself.

        >>> groups = {"admin": ["a.example.com"]}
        >>> stack = Stack("dev", environment="dev", host_groups=groups)
        >>> stack.hosts_of_word("admin"), stack.hosts_of_word("b.example.com")
        (('a.example.com',), ('b.example.com',))
        """
        return self.host_groups.get(word, (word,))

    @property
    def disk_class(self) -> str | None:
        """
        Class of disks that one node at a time mounts; `None` for the one
        that the cluster itself gives them.
        """
        return self.storage_class or self.cluster.storage_class

    @property
    def shared_storage_class(self) -> str | None:
        """
        Class of disks that several nodes can mount at once; `None` if that
        is not known.
        """
        return self.shared_class or self.cluster.shared_storage_class

    @property
    def pull_secret_names(self) -> tuple[str, ...]:
        """
        Names of the Secrets by which images are pulled.
        """
        return tuple(map(_secret_name, self.pull_secrets))

    @property
    def joined_gateway(self) -> dict[str, str] | None:
        """
        The Gateway that the app joins, as routes name it.

        >>> Stack("dev", environment="dev", gateway="infra/shared").joined_gateway
        {'namespace': 'infra', 'name': 'shared'}
        """
        if self.gateway is None:
            return None
        names = self.gateway.split("/")
        keys = _GATEWAY[1:] if len(names) == 1 else _GATEWAY

        return dict(zip(keys, names, strict=False))
