"""
The complete desired state: plain Kubernetes objects, searchable, as YAML.
"""

import functools
import json
import re

from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import encode_basestring
from typing import Any

import attrs

from ._lenient import Lenient
from .spec import Dockerfile, HelmChart, Part


# What Secrets and ConfigMaps hold, apart from what is said of them.
CONTENT = ("data", "stringData")

# What stands for all that leads to parts; no part or extra is called so.
ROUTES = "Routes"


def rolling_update(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    How many pods of a Deployment may come and go at once while they are
    exchanged; nothing where it says nothing.

    >>> rolling_update({"spec": {"strategy": {"type": "Recreate"}}})
    {}
    """
    strategy = (body.get("spec") or {}).get("strategy") or {}

    return strategy.get("rollingUpdate") or {}


@attrs.frozen(eq=False)
class Manifest:
    """
    One Kubernetes object.

    Attributes:
        part: Name of the part that it belongs to; `None` for the app's own.

        role: What it is to its part, like ``"deployment"``: the ending of
            its Pulumi resource name.

        body: The object.

        extra: What others wait for it by, if it is a raw object.

        leads: Whether it leads requests to parts, and so comes after them.
    """

    part: str | None
    role: str
    # Bodies are long, and those of raw Secrets are nobody's business.
    body: dict[str, Any] = attrs.field(repr=False)
    extra: str | None = None
    leads: bool = False

    @property
    def step(self) -> str | None:
        """
        What others wait for it by; `None` for what comes before all parts.
        """
        return ROUTES if self.leads else self.extra or self.part

    @property
    def kind(self) -> str:
        """
        Kind of the object.
        """
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        """
        Name of the object.
        """
        return self.body["metadata"]["name"]  # type: ignore[no-any-return]


@attrs.frozen(eq=False)
class Hatch:
    """
    What somebody has changed of a compiled object.

    Attributes:
        manifest: The object as it is now.

        by: By what: ``"patch"`` or ``"transform"``.

        fields: Paths of the fields that are different now.
    """

    manifest: Manifest
    by: str
    fields: tuple[str, ...]


@attrs.frozen(kw_only=True, eq=False)
class ImageBuild:
    """
    An image that has to be built.

    Attributes:
        part: Name of the first part that runs it.

        dockerfile: What it is built from.

        reference: Repository and tag.

        platform: Platform it is built for.

        push: Whether it goes to a registry.
    """

    part: str
    dockerfile: Dockerfile
    reference: str
    platform: str
    push: bool


def _grouped(
    objects: Iterable[Manifest], key: Callable[[Manifest], str | None]
) -> dict[str | None, tuple[Manifest, ...]]:
    groups: dict[str | None, list[Manifest]] = {}
    for manifest in objects:
        groups.setdefault(key(manifest), []).append(manifest)

    return {name: tuple(group) for name, group in groups.items()}


@attrs.frozen(kw_only=True, eq=False)
class Manifests:
    """
    The desired state of an app in one stack.

    Attributes:
        namespace: Namespace of all objects.

        objects: All objects, in an order in which they can be created.

        builds: Images to build, by part.

        images: Image references of containers, by part.

        waits_for: Names of the parts and extras that have to be ready
            before a part or an extra starts, or before ``"Routes"`` lead
            to parts.

        names: Names under which parts are reached, by part.

        hatches: What patches and transforms have changed.

        charts: Charts that a deployment renders, by the names that others
            wait for.
    """

    namespace: str
    objects: tuple[Manifest, ...] = attrs.field(repr=False)
    builds: Mapping[str, ImageBuild]
    images: Mapping[str, str]
    waits_for: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    hatches: tuple[Hatch, ...]
    charts: Mapping[str, HelmChart]

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)

    def of(self, part: Part | str | None) -> tuple[Manifest, ...]:
        """
        The objects of *part*; those of the app itself for `None`.
        """
        name = part if part is None or isinstance(part, str) else part.name
        return self._by_part.get(name, ())

    def at(self, step: str | None) -> tuple[Manifest, ...]:
        """
        The objects that others wait for by the name *step*; for `None`,
        those that come before all parts.
        """
        return self._by_step.get(step, ())

    @functools.cached_property
    def _by_part(self) -> dict[str | None, tuple[Manifest, ...]]:
        own = [manifest for manifest in self.objects if not manifest.extra]
        return _grouped(own, lambda manifest: manifest.part)

    @functools.cached_property
    def _by_step(self) -> dict[str | None, tuple[Manifest, ...]]:
        return _grouped(self.objects, lambda manifest: manifest.step)

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """
        The object of *kind* that is called *name*.

        Raises:
            KeyError: If there is none.
        """
        for manifest in self.objects:
            if manifest.kind == kind and manifest.name == name:
                return manifest.body
        msg = f"{kind} {name}"
        raise KeyError(msg)

    def to_yaml(self) -> str:
        """
        All objects as one YAML stream, charts named at its end.
        """
        objects = "---\n".join(to_yaml(m.body) for m in self.objects)
        charts = "".join(
            f"# {chart!r}, {chart.chart} {chart.version}: objects at "
            "deployment\n"
            for chart in self.charts.values()
        )
        return objects + charts

    def to_json(self) -> str:
        """
        All objects as one List.
        """
        items = [m.body for m in self.objects]
        return to_json({"apiVersion": "v1", "kind": "List", "items": items})


# Anything else is quoted: YAML 1.1 reads y, 1e3, 08 and more as no text.
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9./_-]*")
_AMBIGUOUS = re.compile("y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _quoted(text: str) -> str:
    quoted = encode_basestring(text)
    if not quoted.isprintable():
        quoted = _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)
    return quoted


@functools.lru_cache
def _key(key: str) -> str:
    if _PLAIN_KEY.fullmatch(key) and not _AMBIGUOUS.fullmatch(key):
        return key
    return _quoted(key)


def _scalar(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value) if type(value) is int else json.dumps(value)


def _write(node: Any, indent: str, lead: str, lines: list[str]) -> None:
    """
    Append *node* in block style; *lead* stands before its first line.
    """
    deeper = f"{indent}  "
    if isinstance(node, dict):
        for key, value in node.items():
            start = f"{lead}{_key(key)}:"
            if isinstance(value, str):
                lines.append(f"{start} {_quoted(value)}\n")
            elif value and isinstance(value, (dict, list)):
                lines.append(f"{start}\n")
                _write(value, deeper, deeper, lines)
            else:
                lines.append(f"{start} {_scalar(value)}\n")
            lead = indent
    else:
        for item in node:
            if isinstance(item, str):
                lines.append(f"{lead}- {_quoted(item)}\n")
            elif item and isinstance(item, (dict, list)):
                _write(item, deeper, f"{lead}- ", lines)
            else:
                lines.append(f"{lead}- {_scalar(item)}\n")
            lead = indent


def goes_first(body: Mapping[str, Any]) -> bool:
    """
    Whether an object has to go before its successor comes: both would hold
    the same disk, or the same port of the nodes.
    """
    spec = body.get("spec") or {}
    kind = body.get("kind")
    if kind == "StatefulSet":
        return bool(spec.get("replicas", 1) == 1)
    if kind == "Service":
        return any("nodePort" in port for port in spec.get("ports") or ())
    return bool((spec.get("strategy") or {}).get("type") == "Recreate")


def pod_template(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """
    What an object makes pods from, which is a pod itself; `None` if it makes
    none.

    >>> pod_template({"kind": "Job", "spec": {"template": {"spec": {}}}})
    >>> pod = {"kind": "Pod", "spec": {"containers": []}}
    >>> pod_template(pod) == pod
    True
    """
    whole = Lenient(body)
    spec = whole["spec"]
    if whole["kind"].value == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = whole if whole["kind"].value == "Pod" else spec["template"]
    makes_pods = template["spec"]["containers"].value is not None
    found: Mapping[str, Any] = template.value

    return found if makes_pods else None


def containers_of(pod: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """
    All containers of a pod with this specification, those for the start
    first.

    >>> containers_of({"containers": [{"name": "api"}]})
    ({'name': 'api'},)
    """
    starting = pod.get("initContainers") or ()

    return (*starting, *(pod.get("containers") or ()))


def to_json(body: dict[str, Any]) -> str:
    """
    One object as JSON for people.
    """
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def to_yaml(body: dict[str, Any]) -> str:
    r"""
    One object as YAML. Every text is quoted, so that what is written is
    what every parser reads.

    >>> to_yaml({"kind": "ConfigMap", "data": {"y": "12e7"}})
    'kind: "ConfigMap"\ndata:\n  "y": "12e7"\n'
    """
    lines: list[str] = []
    _write(body, "", "", lines)

    return "".join(lines)
