"""
Whatever an object names is there.
"""

import collections

from urllib.parse import unquote, urlsplit

from tests.strategies.containers import KEPT_BY_OTHERS

from mizzen import ExternalService
from mizzen.spec import Store, uses_of
from mizzen.spec.texts import Placeholder

from .seen import found


def _keys_read(container, pod):
    """
    Keys of Secrets and ConfigMaps that *container* reads.
    """
    for kind, field in (
        ("Secret", "secretKeyRef"),
        ("ConfigMap", "configMapKeyRef"),
    ):
        for reference in found(field, container):
            yield kind, reference["name"], {reference["key"]}
    mounts = {m["name"]: m for m in container.get("volumeMounts", ())}
    for volume in pod.spec.get("volumes", ()):
        if volume["name"] not in mounts:
            continue
        items = {item["key"] for item in next(found("items", volume), ())}
        items |= set(found("subPath", mounts[volume["name"]]))
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"], items
        elif "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"], items


def _keys_kept(seen):
    """
    Keys of each object that containers can read, by its kind and name.
    """
    keys = {}
    for manifest in seen.of_kind("ConfigMap", "Secret"):
        keys[manifest.kind, manifest.name] = {
            key
            for field in ("data", "binaryData", "stringData")
            for key in manifest.body.get(field, ())
        }
    for manifest in seen.of_kind("ExternalSecret"):
        spec = manifest.body["spec"]
        keys["Secret", spec["target"]["name"]] = {
            source["secretKey"] for source in spec["data"]
        }
    return keys


def configuration_is_there(seen):
    """
    Each Secret and ConfigMap that is read is there with the keys that are
    read, and none is there in vain but those of an account of a store and of
    its administrator, and of a store that is run elsewhere, which parts need
    not read, and those by which nodes pull images.
    """
    keys = _keys_kept(seen)
    spare = {
        ("Secret", m.name)
        for m in seen.of_kind("Secret")
        if m.role.startswith(("credentials", "pull-secret-"))
        or m.part in seen.run_elsewhere
    }
    read = collections.defaultdict(set)
    for container, pod in seen.containers:
        for kind, name, items in _keys_read(container, pod):
            # Without items, all of it is mounted.
            read[kind, name] |= items or keys.get((kind, name), set())

    assert set(keys) - spare == set(read) - spare - KEPT_BY_OTHERS
    for name, items in read.items():
        assert name in KEPT_BY_OTHERS or items <= keys[name]


def _read_of_others(pod, kind, own):
    """
    Names of the Secrets or ConfigMaps that *pod* reads and that are not among
    the app's *own* ones.
    """
    field = f"{kind[0].lower()}{kind[1:]}"
    sources = [*found(field, pod.spec), *found(f"{field}KeyRef", pod.spec)]
    names = {
        source.get(f"{field}Name") or source["name"] for source in sources
    }

    return sorted(name for name in names if (kind, name) not in own)


def changes_of_others_restart_readers(seen):
    """
    What runs on and reads what somebody else keeps names it to Reloader, and
    nothing else.
    """
    own = {(m.kind, m.name) for m in seen.manifests}
    for pod in seen.pods:
        annotations = pod.owner.body["metadata"].get("annotations", {})
        for kind in ("ConfigMap", "Secret"):
            key = f"{kind.lower()}.reloader.stakater.com/reload"
            told = [*filter(None, annotations.get(key, "").split(","))]
            runs_on = pod.owner.kind in {"DaemonSet", "Deployment"}
            assert told == (_read_of_others(pod, kind, own) if runs_on else [])


def accounts_and_claims_are_there(seen):
    """
    The accounts and claims that pods name are there.
    """
    there = {(m.kind, m.name) for m in seen.manifests}
    for pod in seen.pods:
        assert ("ServiceAccount", pod.spec["serviceAccountName"]) in there
        for claim in found("claimName", pod.spec):
            name = ("PersistentVolumeClaim", claim)
            assert name in there or name in KEPT_BY_OTHERS


def volumes_are_mounted(seen):
    """
    What containers mount is a volume of their pod, and each is mounted.
    """
    for pod in seen.pods:
        volumes = [volume["name"] for volume in pod.spec.get("volumes", ())]
        mounted = [
            mount["name"]
            for container in pod.containers
            for mount in container.get("volumeMounts", ())
        ]
        assert set(volumes) == set(mounted)


def probes_ask_own_ports(seen):
    """
    Probes ask at ports of their own container, by name.
    """
    for container, _ in seen.containers:
        ports = {port["name"] for port in container.get("ports", ())}
        for kind in ("httpGet", "tcpSocket"):
            for probe in found(kind, container):
                assert probe["port"] in ports


def services_lead_to_ports(seen):
    """
    Services lead to ports that their pods have.
    """
    for service in seen.of_kind("Service"):
        spec = service.body["spec"]
        ports = {
            (port["name"], port["protocol"])
            for pod in seen.selected(spec["selector"])
            for container in pod.spec["containers"]
            for port in container.get("ports", ())
        }
        targets = {(p["targetPort"], p["protocol"]) for p in spec["ports"]}

        assert targets
        assert targets <= ports


def routes_lead_to_services(seen):
    """
    What leads requests from outside leads to ports that Services have.
    """
    for manifest in seen.manifests:
        spec = manifest.body.get("spec", {})
        for backend in found("backend", spec):
            service = seen.manifests.get("Service", backend["service"]["name"])
            assert backend["service"]["port"]["name"] in {
                port["name"] for port in service["spec"]["ports"]
            }
        for references in found("backendRefs", spec):
            for reference in references:
                service = seen.manifests.get("Service", reference["name"])
                assert reference["port"] in {
                    port["port"] for port in service["spec"]["ports"]
                }


def owners_are_there(seen):
    """
    Autoscalers have what they scale, stores the Service of their name.
    """
    for manifest in seen.manifests:
        spec = manifest.body.get("spec", {})
        for target in found("scaleTargetRef", spec):
            kind = target.get("kind", "Deployment")
            assert seen.manifests.get(kind, target["name"])
        for name in found("serviceName", spec):
            assert seen.manifests.get("Service", name)


def _place(seen, other):
    """
    The host, if the app knows it, and the ports of what parts use.
    """
    if isinstance(other, ExternalService):
        return None, {other.port}
    part = next(part for part in seen.parts if part.name == other.name)
    if part.name in seen.run_elsewhere:
        return None, {part.at.port or part.listens[0].number}
    service = seen.object_of("Service", part)
    ports = {port["port"] for port in service["spec"]["ports"]}

    return service["metadata"]["name"], ports


def edges_tell_addresses(seen):
    """
    What edges tell of a part leads to a Service of that name and to a port
    that it has; what they tell of others, to the port that was said.
    """
    for part in seen.parts:
        for use in uses_of(part):
            host, ports = _place(seen, use.part)
            container = seen.pods_of_part(part.name)[0].spec["containers"][0]
            values = {
                variable["name"]: variable.get("value")
                for variable in container.get("env", ())
            }
            name = f"OWN_{use.part.name.replace('-', '_')}"
            if use.prefix == name:
                assert host in {None, values[f"{name}_HOST"]}
                assert int(values[f"{name}_PORT"]) in ports


def _known(text):
    """
    *text* as it may be once it is deployed.
    """
    if isinstance(text, Placeholder):
        return text.pieces.fill(lambda _: "2001:db8::1")
    return text


def urls_lead_there(seen):
    """
    The URL in a Secret has the host, the port and the user that stand
    beside it.
    """
    for manifest in seen.of_kind("Secret"):
        texts = manifest.body.get("stringData", {})
        if {"url", "host"} <= set(texts):
            known = {key: _known(text) for key, text in texts.items()}
            url = urlsplit(known["url"])
            assert known["host"] == url.hostname
            assert known["port"] == str(url.port)
            assert known["user"] == unquote(url.username or "")
            assert known["password"] == unquote(url.password or "")


def jobs_are_waited_for(seen):
    """
    Parts wait for the jobs that come before them, and routes for the
    services that they lead to.
    """
    waits = seen.manifests.waits_for
    for part in seen.description.parts:
        for other in getattr(part, "before", ()):
            assert part.name in waits[other.name]
        for use in uses_of(part):
            own = isinstance(use.part, Store)
            if own and use.part.name not in seen.run_elsewhere:
                assert use.part.name in waits[part.name]


ALL = (
    jobs_are_waited_for,
    configuration_is_there,
    changes_of_others_restart_readers,
    accounts_and_claims_are_there,
    volumes_are_mounted,
    probes_ask_own_ports,
    services_lead_to_ports,
    routes_lead_to_services,
    owners_are_there,
    edges_tell_addresses,
    urls_lead_there,
)
