"""
What holds for whatever users describe.
"""

import collections
import re

import yaml

from hypothesis import given

from mizzen import OFF, Ingress, Internet, Isolation, SpecError
from mizzen.graph import graph
from mizzen.spec import Store, reaches_of, uses_of

from .strategies import deployments, descriptions
from .strategies.containers import KEPT_BY_OTHERS


LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?")


def found(key, node):
    """
    Every value of *key* anywhere in *node*.
    """
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from found(key, value)
    elif isinstance(node, list):
        for item in node:
            yield from found(key, item)


def templates(manifests):
    """
    Each part's pods.
    """
    return {
        manifest.part: manifest.body["spec"]["template"]
        for manifest in manifests
        if "template" in manifest.body.get("spec", {})
    }


def selected(labels, manifests):
    """
    Parts whose pods have *labels*.
    """
    return [
        part
        for part, template in templates(manifests).items()
        if labels.items() <= template["metadata"]["labels"].items()
    ]


def containers(manifests):
    """
    The container of each part, with its pod.
    """
    for template in templates(manifests).values():
        for container in template["spec"]["containers"]:
            yield container, template["spec"]


def kept_keys(manifests):
    """
    Keys of each object that containers can read, by its kind and name.
    """
    keys = {}
    for manifest in manifests:
        body = manifest.body
        if manifest.kind == "ExternalSecret":
            keys["Secret", body["spec"]["target"]["name"]] = {
                source["secretKey"] for source in body["spec"]["data"]
            }
        elif manifest.kind in {"ConfigMap", "Secret"}:
            keys[manifest.kind, manifest.name] = {
                key
                for field in ("data", "binaryData", "stringData")
                for key in body.get(field, ())
            }
    return keys


class TestDescriptions:
    @given(descriptions())
    def test_compiled_or_refused(self, description):
        """
        A description is compiled, or refused by sentences that each name
        what is wrong.
        """
        names = [
            description.environment.name,
            description.stack.name,
            *(part.name for part in description.parts),
        ]
        try:
            assert len(description.compiled()) >= len(description.parts)
        except SpecError as error:
            for problem in error.problems:
                assert any(repr(name) in problem for name in names)

    @given(deployments())
    def test_deterministic(self, deployment):
        """
        The same description gives the same text.
        """
        description, manifests = deployment

        assert manifests.to_yaml() == description.compiled().to_yaml()

    @given(deployments())
    def test_readable(self, deployment):
        """
        What is written is what was compiled.
        """
        _, manifests = deployment

        assert [m.body for m in manifests] == list(
            yaml.safe_load_all(manifests.to_yaml())
        )


class TestSelectors:
    @given(deployments())
    def test_own_pods(self, deployment):
        """
        The selectors of a part's objects match exactly its own pods.
        """
        _, manifests = deployment

        for manifest in manifests:
            if manifest.kind == "NetworkPolicy":
                selector = manifest.body["spec"]["podSelector"]
                assert [manifest.part] == selected(
                    selector["matchLabels"], manifests
                )
            elif manifest.kind == "Service":
                selector = manifest.body["spec"]["selector"]
                assert [manifest.part] == selected(selector, manifests)
            elif manifest.kind == "HorizontalPodAutoscaler":
                # Its selectors find metrics.
                continue
            elif manifest.part:
                for labels in found("matchLabels", manifest.body):
                    assert [manifest.part] == selected(labels, manifests)

    @given(deployments())
    def test_all_pods(self, deployment):
        """
        Each part has pods, and but for stores and jobs their Deployment.
        """
        description, manifests = deployment

        assert {part.name for part in description.parts} == set(
            templates(manifests)
        )


class TestReferences:
    @given(deployments())
    def test_configuration(self, deployment):
        """
        Each Secret and ConfigMap that is read is there with the keys that
        are read, and none is there in vain.
        """
        _, manifests = deployment
        keys = kept_keys(manifests)
        read = collections.defaultdict(set)
        for container, pod in containers(manifests):
            for kind in ("Secret", "ConfigMap"):
                field = f"{kind[0].lower()}{kind[1:]}KeyRef"
                for reference in found(field, container):
                    read[kind, reference["name"]].add(reference["key"])
            mounts = {m["name"]: m for m in container.get("volumeMounts", ())}
            for volume in pod.get("volumes", ()):
                items = {i["key"] for i in next(found("items", volume), ())}
                items |= set(found("subPath", mounts[volume["name"]]))
                if "secret" in volume:
                    name = volume["secret"]["secretName"]
                    read["Secret", name] |= items
                elif "configMap" in volume:
                    read["ConfigMap", volume["configMap"]["name"]] |= items

        assert set(keys) == set(read) - KEPT_BY_OTHERS
        for name, used in read.items():
            assert used
            assert name in KEPT_BY_OTHERS or used <= keys[name]

    @given(deployments())
    def test_pods(self, deployment):
        """
        Accounts, claims, volumes and ports that pods name are there.
        """
        _, manifests = deployment
        there = {(m.kind, m.name) for m in manifests}

        for container, pod in containers(manifests):
            volumes = [volume["name"] for volume in pod.get("volumes", ())]
            mounted = [m["name"] for m in container.get("volumeMounts", ())]
            ports = {port["name"] for port in container.get("ports", ())}
            assert ("ServiceAccount", pod["serviceAccountName"]) in there
            assert set(volumes) == set(mounted)
            for claim in found("claimName", pod):
                assert ("PersistentVolumeClaim", claim) in there
            for kind in ("httpGet", "tcpSocket"):
                for probe in found(kind, container):
                    assert probe["port"] in ports

    @given(deployments())
    def test_services(self, deployment):
        """
        Services lead to ports of their pods, Ingresses to ports of their
        Services, autoscalers to their Deployments, stores to their names.
        """
        _, manifests = deployment

        for manifest in manifests:
            spec = manifest.body.get("spec", {})
            if manifest.kind == "Service":
                template = templates(manifests)[manifest.part]
                ports = {
                    (port["name"], port["protocol"])
                    for port in template["spec"]["containers"][0]["ports"]
                }
                assert {
                    (port["targetPort"], port["protocol"])
                    for port in spec["ports"]
                } == ports
            for backend in found("backend", spec):
                name = backend["service"]["name"]
                service = manifests.get("Service", name)
                assert backend["service"]["port"]["name"] in {
                    port["name"] for port in service["spec"]["ports"]
                }
            for target in found("scaleTargetRef", spec):
                assert manifests.get(target["kind"], target["name"])
            for name in found("serviceName", spec):
                assert manifests.get("Service", name)

    @given(deployments())
    def test_variables(self, deployment):
        """
        What edges tell of a part leads to a Service of that name and to a
        port that it has.
        """
        description, manifests = deployment

        for part in description.parts:
            for use in uses_of(part):
                ports = manifests.get("Service", use.part.name)["spec"][
                    "ports"
                ]
                container = templates(manifests)[part.name]["spec"][
                    "containers"
                ][0]
                values = {
                    variable["name"]: variable.get("value")
                    for variable in container.get("env", ())
                }
                name = f"OWN_{use.part.name.replace('-', '_')}"
                if use.prefix == name:
                    assert use.part.name == values[f"{name}_HOST"]
                    assert values[f"{name}_PORT"] in {
                        str(port["port"]) for port in ports
                    }


class TestNetwork:
    @staticmethod
    def allowed(manifests, source, target):
        """
        Ports of *target* that the policies let *source* connect to.
        """

        def matches(peer, part):
            if "ipBlock" in peer:
                # What parts reach outside is not about the app's own pods.
                return peer == {"ipBlock": {"cidr": "0.0.0.0/0"}}
            if peer.get("namespaceSelector"):
                return False
            labels = peer.get("podSelector", {}).get("matchLabels", {})
            return part in selected(labels, manifests)

        def opened(part, direction, other):
            spec = manifests.get("NetworkPolicy", part)["spec"]
            if direction not in spec["policyTypes"]:
                return None
            peers, rules = (
                ("from", spec["ingress"])
                if direction == "Ingress"
                else ("to", spec["egress"])
            )
            return {
                (port["protocol"], port["port"])
                for rule in rules
                if any(matches(peer, other) for peer in rule[peers])
                for port in rule.get("ports", ())
            }

        incoming = opened(target, "Ingress", source)
        outgoing = opened(source, "Egress", target)

        return incoming if outgoing is None else incoming & outgoing

    @staticmethod
    def listens(part):
        """
        Protocols and numbers of a part's ports.
        """
        return {(port.protocol, port.number) for port in part.listens}

    @staticmethod
    def open_to_all(description, edges):
        """
        What is exposed to others than an ingress controller that is known.
        """
        known = description.stack.ingress_class or (
            description.stack.ingress_namespace
        )
        routed = isinstance(description.environment.exposure, Ingress)

        return () if routed and known else edges.exposed

    @given(deployments())
    def test_edges(self, deployment):
        """
        Who can connect to whom, by the policies, is who uses whom; with half
        the isolation, everybody reaches what is exposed.
        """
        description, manifests = deployment
        isolation = description.environment.isolation
        edges = graph(description.app(), description.environment)
        policies = [m.part for m in manifests if m.kind == "NetworkPolicy"]
        if isolation is OFF:
            assert [] == policies
            return

        assert [part.name for part in description.parts] == policies
        for source in description.parts:
            used = [use.part for use in uses_of(source)]
            for target in description.parts:
                expected = set()
                exposed = isolation is Isolation.INGRESS and (
                    target in self.open_to_all(description, edges)
                )
                if target in used or exposed:
                    expected = self.listens(target)
                assert expected == self.allowed(
                    manifests, source.name, target.name
                )

    @given(deployments())
    def test_names(self, deployment):
        """
        Who connects to somebody can ask for its address.
        """
        description, manifests = deployment
        if description.environment.isolation is not Isolation.FULL:
            return

        for part in description.parts:
            spec = manifests.get("NetworkPolicy", part.name)["spec"]
            ports = {
                port["port"]
                for rule in spec["egress"]
                for port in rule.get("ports", ())
                if "podSelector" in rule["to"][0]
            }
            named = uses_of(part) or any(
                outside == Internet() or outside.is_name
                for outside in reaches_of(part)
            )
            assert bool(named) is (53 in ports)


class TestLimits:
    @given(deployments())
    def test_names(self, deployment):
        """
        Names are as short as Kubernetes wants them, and each is there once.
        """
        _, manifests = deployment
        names = [(m.kind, m.name) for m in manifests]
        longest = {"Secret": 253, "ConfigMap": 253, "StatefulSet": 52}

        assert len(names) == len(set(names))
        for kind, name in names:
            assert LABEL.fullmatch(name)
            assert len(name) <= longest.get(kind, 63)

    @given(deployments())
    def test_labels(self, deployment):
        """
        Values of labels are as Kubernetes wants them.
        """
        _, manifests = deployment

        for manifest in manifests:
            for key in ("labels", "matchLabels", "selector"):
                for labels in found(key, manifest.body):
                    for value in labels.values():
                        if isinstance(value, str):
                            assert LABEL_VALUE.fullmatch(value)
                            assert len(value) <= 63

    @given(deployments())
    def test_lists(self, deployment):
        """
        Lists that Kubernetes merges by a key have each key once.
        """
        _, manifests = deployment
        lists = {
            "env": "name",
            "volumes": "name",
            "volumeMounts": "mountPath",
            "containers": "name",
        }

        for manifest in manifests:
            for name, key in lists.items():
                for items in found(name, manifest.body):
                    keys = [item[key] for item in items]
                    assert len(keys) == len(set(keys))
            for ports in found("ports", manifest.body):
                keys = [(p.get("name"), p["protocol"]) for p in ports]
                names = [name for name, _ in keys if name]
                assert len(names) == len(set(names))
            if manifest.kind == "Service":
                keys = [
                    (port["port"], port["protocol"])
                    for port in manifest.body["spec"]["ports"]
                ]
                assert len(keys) == len(set(keys))


class TestHardened:
    @given(deployments())
    def test_restricted(self, deployment):
        """
        Every pod passes Pod Security ``restricted`` and cannot write but
        where it may.
        """
        _, manifests = deployment

        for container, pod in containers(manifests):
            security = container["securityContext"]
            assert not pod["automountServiceAccountToken"]
            assert not pod["enableServiceLinks"]
            assert security["readOnlyRootFilesystem"]
            assert security["runAsNonRoot"]
            assert security.get("runAsUser", 1) != 0
            assert not security["allowPrivilegeEscalation"]
            assert {"drop": ["ALL"]} == security["capabilities"]
            assert {"type": "RuntimeDefault"} == security["seccompProfile"]
            assert {"memory", "ephemeral-storage"} == set(
                container["resources"]["limits"]
            )

    @given(deployments())
    def test_replicas(self, deployment):
        """
        Either an autoscaler owns the number of replicas or the Deployment
        does, and whatever has two at all times keeps one.
        """
        description, manifests = deployment
        kinds = collections.defaultdict(set)
        for manifest in manifests:
            kinds[manifest.part].add(manifest.kind)

        for part in description.parts:
            if "Deployment" not in kinds[part.name]:
                assert isinstance(part, Store) or type(part).__name__ == "Job"
                continue
            spec = manifests.get("Deployment", part.name)["spec"]
            scaled = bool(
                {"HorizontalPodAutoscaler", "ScaledObject"} & kinds[part.name]
            )
            assert scaled is ("replicas" not in spec)
            if not scaled:
                assert (spec["replicas"] > 1) is (
                    "PodDisruptionBudget" in kinds[part.name]
                )
