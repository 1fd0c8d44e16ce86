"""
What Kubernetes has and mizzen has no word for: raw fields, functions,
objects and charts of others.
"""

import datetime as dt
import re

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    describe,
    dns_label,
    instance_of,
    matching,
    one_or_many,
    refuse,
    subdomain,
)
from ..exceptions import SpecError
from .values import FromConfig, FromProgram, FromStack, Off


_text = instance_of("be text", str)
_optional_bool = instance_of("be True, False or None", bool, type(None))
_VERSION = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_optional_text = attrs.validators.optional(_text)
_namespace = matching(
    r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "be the name of a namespace, lower-case letters, digits and hyphens, "
    "like 'monitoring'",
)


_KNOWN = (str, int, float, type(None))
_SAID_ELSEWHERE = (Off, FromConfig, FromStack, FromProgram)
_LEAVES = (str, int, float, type(None), *_SAID_ELSEWHERE)


def plain_data(
    inst: Any,
    field: str,
    node: Any,
    rule: str = "be plain data, a later value or OFF",
    leaves: tuple[type, ...] = _LEAVES,
) -> None:
    """
    Data as YAML has it, in which nothing but *leaves* stand.
    """
    if isinstance(node, Mapping):
        for key, value in node.items():
            if not isinstance(key, str):
                refuse(inst, field, "have text as keys", key)
            plain_data(inst, f"{field}.{key}", value, rule, leaves)
    elif isinstance(node, (list, tuple)):
        for number, value in enumerate(node):
            plain_data(inst, f"{field}[{number}]", value, rule, leaves)
    elif isinstance(node, dt.date):
        # What YAML makes of a date is no text, and is meant as such.
        msg = (
            f"{describe(inst)}: {field} must {rule} (got the date {node}). "
            "Write it in quotes."
        )
        raise SpecError(msg)
    elif not isinstance(node, leaves):
        refuse(inst, field, rule, node)


def _fields(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, Mapping) or not value:
        rule = "be fields of the object, like {'spec': {…}}"
        refuse(inst, attr.name, rule, value)
    plain_data(inst, attr.name, value)


def _identity_kept(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    metadata = value.get("metadata", {})
    fixed = [field for field in ("apiVersion", "kind") if field in value]
    if isinstance(metadata, Mapping):
        fixed += [f for f in ("name", "namespace") if f in metadata]
    else:
        fixed.append("metadata")
    if fixed:
        rule = (
            "leave apiVersion, kind, name and namespace alone, because "
            "other objects refer to them"
        )
        refuse(inst, attr.name, rule, fixed[0])


def _no_directives(inst: Any, attr: Any, value: Any) -> None:
    """
    What tells ``kubectl patch`` how to merge would be taken for fields.
    """
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key.startswith("$"):
                rule = "remove by OFF, as in {'volumes': {'tmp': OFF}}"
                refuse(inst, attr.name, rule, key)
            _no_directives(inst, attr, below)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _no_directives(inst, attr, item)


def _patched(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, Patchable):
        refuse(inst, attr.name, "be a part, as in api.patch(…)", value)


@attrs.frozen(eq=False, repr=False, field_transformer=typed)
class Patch:
    """
    Raw fields of objects of a part; made by ``part.patch(…)``.

    Attributes:
        part: The part.

        kind: Kind of the object, like ``"Deployment"``.

        fields: What is merged into it.

        name: Name of the object; `None` for all of the kind.
    """

    part: Any = attrs.field(validator=_patched)
    kind: str = attrs.field(validator=_text)
    fields: Mapping[str, Any] = attrs.field(
        validator=[_fields, _identity_kept, _no_directives]
    )
    name: str | None = attrs.field(default=None, validator=_optional_text)

    def __repr__(self) -> str:
        return f"<Patch {self.kind} of {self.part.name}>"


class Patchable:
    """
    A part whose objects can be patched.
    """

    __slots__ = ()

    def patch(
        self, kind: str, fields: Mapping[str, Any], *, name: str | None = None
    ) -> Patch:
        """
        Raw *fields* that are merged into its objects of *kind*, or into the
        one called *name*, for apps and environments.

        Maps merge by key, lists of named things by name, other lists are
        replaced. `OFF` removes a field, and ``{"tmp": OFF}`` in place of a
        list its item of that name.

        Raises:
            SpecError: If the fields are no plain data.
        """
        return Patch(self, kind, fields, name)


def _function(inst: Any, attr: Any, value: Any) -> None:
    if not callable(value):
        rule = "be a function from an object to an object"
        refuse(inst, attr.name, rule, value)


@attrs.frozen(eq=False, field_transformer=typed)
class Transform:
    """
    A function that every object of a kind goes through.

    Args:
        kind: Kind of the objects, like ``"Ingress"``.

        function:
            Is given a copy of the object and returns what it becomes. It
            must give the same for the same.

    >>> def unlimited(body):
    ...     del body["spec"]["activeDeadlineSeconds"]
    ...     return body
    >>> Transform("Job", unlimited).kind
    'Job'
    """

    kind: str = attrs.field(validator=_text)
    function: Callable[[dict[str, Any]], dict[str, Any]] = attrs.field(
        validator=_function
    )


# These are called as people like, but for what would change addresses.
_RIGHTS = "rbac.authorization.k8s.io/"


def _is_list(body: Mapping[str, Any]) -> bool:
    kind = str(body.get("kind"))
    listed = kind.endswith("List") and isinstance(body.get("items"), list)

    return kind == "List" or listed


def _object_name(inst: Any, attr: Any, body: Mapping[str, Any]) -> None:
    name = body["metadata"]["name"]
    if str(body["apiVersion"]).startswith(_RIGHTS):
        if name in (".", "..") or not {"/", "%"}.isdisjoint(name):
            rule = "have neither '/' nor '%', like 'acme:reader'"
            refuse(inst, attr.name, rule, name)
        return
    subdomain(inst, attr, name)


def _body(inst: Any, attr: Any, value: Any) -> None:
    _fields(inst, attr, value)
    if _is_list(value):
        rule = (
            "be that of one object. Give each item a Raw of its own, or write "
            "them to a RawFile"
        )
        refuse(inst, f"{attr.name}.kind", rule, value["kind"])
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    for field, given in (
        ("apiVersion", value.get("apiVersion")),
        ("kind", value.get("kind")),
        ("metadata.name", name),
    ):
        if not isinstance(given, str) or not given:
            refuse(inst, f"{attr.name}.{field}", "be text", given)
    place = metadata.get("namespace", "") if metadata else ""
    if not isinstance(place, (str, *_SAID_ELSEWHERE)):
        refuse(inst, f"{attr.name}.metadata.namespace", "be text", place)
    if place and isinstance(place, str):
        _namespace(inst, attr.evolve(name="body.metadata.namespace"), place)
    _object_name(inst, attr.evolve(name="body.metadata.name"), value)


def _neighbours(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


def _ordered(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for other in value:
        if not hasattr(other, "name") and not isinstance(other, RawFile):
            rule = "hold parts and extras, like [api]"
            refuse(inst, attr.name, rule, other)


def _known_now(inst: Any, attr: Any, value: Any) -> None:
    rule = (
        "be plain data that is known now, because helm renders it; a secret "
        "belongs into a Secret, like a Raw with FromConfig(…, secret=True), "
        "which values name, like existingSecret"
    )
    plain_data(inst, attr.name, value, rule, _KNOWN)


def _exact(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        rule = "be one exact version, like '1.2.3'"
        refuse(inst, attr.name, rule, value)


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Raw:
    """
    An object as Kubernetes has it, next to the parts of the app.

    It is there after namespaces and after the custom resource definition
    of its kind. What that definition would not take is refused, if the app
    has it or finds it by `Definitions`.

    Args:
        body: The object.

        clustered: Whether it belongs to no namespace; `None` for what is
            known of its kind. Without a namespace of its own it is put into
            the app's.

        before: Parts and extras that wait for it.

        after: Parts and extras that it waits for.

    Raises:
        SpecError: If it has no ``apiVersion``, ``kind`` or name.

    >>> names = {"apiVersion": "v1", "kind": "ConfigMap"}
    >>> Raw({**names, "metadata": {"name": "sizes"}, "data": {"a": "1"}})
    <Raw ConfigMap sizes>
    """

    body: Mapping[str, Any] = attrs.field(kw_only=False, validator=_body)
    clustered: bool | None = attrs.field(
        default=None, validator=_optional_bool
    )
    before: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )
    after: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )

    def __repr__(self) -> str:
        return f"<Raw {self.body['kind']} {self.name}>"

    @property
    def name(self) -> str:
        """
        Name of the object.
        """
        return str(self.body["metadata"]["name"])


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class RawFile:
    """
    The objects in a YAML file, each as if it was a `Raw`.

    Args:
        path: Path of the file, relative to the project.

        clustered: Whether they belong to no namespace; `None` for what is
            known of their kinds.

        before: Parts and extras that wait for all of them.

        after: Parts and extras that they wait for.

    >>> RawFile("manifests/quota.yaml").path
    'manifests/quota.yaml'
    """

    path: str = attrs.field(kw_only=False, validator=_text)
    clustered: bool | None = attrs.field(
        default=None, validator=_optional_bool
    )
    before: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )
    after: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class HelmChart:
    """
    A chart of others, deployed next to the app.

    Objects of kinds that the app does not define wait for all charts, which
    may bring them. ``mizzen render`` names it, and a deployment renders it
    by ``helm template``, so that program has to be there. Hooks are made
    once, like other objects, before or after those that are none; what runs
    at roll-backs, removals and tests is left out.

    Args:
        name: Name of the release. Each chart of an app has another one.

        chart:
            Name in the repository, path relative to the project, or
            ``"oci://…"``.

        version: Exact version, like ``"1.2.3"``.

        repository: Address of the repository, unless *chart* has it.

        values: Values of the chart, known now. Secrets have no place there:
            name one that a `Raw` makes.

        namespace: Namespace of its objects; the default is the app's.

        create_namespace: Whether it makes *namespace*, which otherwise has
            to be there.

        before: Parts and extras that wait for it.

        after: Parts and extras that it waits for.

    >>> HelmChart("operator", chart="oci://example.com/op", version="0.22.1")
    <HelmChart operator>
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    chart: str = attrs.field(validator=_text)
    version: str = attrs.field(validator=_exact)
    repository: str | None = attrs.field(
        default=None, validator=_optional_text
    )
    values: Mapping[str, Any] = attrs.field(factory=dict, validator=_known_now)
    namespace: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(_namespace)
    )
    create_namespace: bool = attrs.field(
        default=False, validator=instance_of("be True or False", bool)
    )
    before: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )
    after: tuple[Any, ...] = attrs.field(
        default=(), converter=_neighbours, validator=_ordered
    )

    def __attrs_post_init__(self) -> None:
        if self.create_namespace and self.namespace is None:
            rule = "be False without a namespace, because the app's is made"
            refuse(self, "create_namespace", rule, self.create_namespace)

    def __repr__(self) -> str:
        return f"<HelmChart {self.name}>"


def _paths(inst: Any, attr: Any, value: tuple[str, ...]) -> None:
    for path in value:
        _text(inst, attr, path)
    if not value or not all(value):
        refuse(inst, attr.name, "name files, like 'crds/widgets.yaml'", value)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Definitions:
    """
    Files with CustomResourceDefinitions that are not deployed, because the
    cluster has them already or gets them by a chart.

    Custom resources of the app are checked against them, as they are against
    those that are deployed with it: one whose definition would not take it
    is refused before anything is deployed.

    Args:
        paths: Path of the file, or paths of files, relative to the project.

    >>> Definitions("crds/widgets.yaml").paths
    ('crds/widgets.yaml',)
    """

    paths: tuple[str, ...] = attrs.field(
        kw_only=False, converter=one_or_many, validator=_paths
    )


Extra = Raw | RawFile | HelmChart | Definitions

_HOLDS = {
    "patches": ("patches, like api.patch('Deployment', {…})", (Patch,)),
    "transforms": ("transforms, like Transform('Job', f)", (Transform,)),
    "extras": (
        "extras, like Raw({…}), RawFile('…') or HelmChart('…', …)",
        (Raw, RawFile, HelmChart, Definitions),
    ),
}


def hatches(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    """
    Validator of the three lists that apps and environments have.
    """
    rule, classes = _HOLDS[attr.name]
    for hatch in value:
        if not isinstance(hatch, classes):
            refuse(inst, attr.name, f"hold {rule}", hatch)
