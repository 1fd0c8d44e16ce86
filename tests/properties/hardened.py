"""
Pods may do what they need and nothing else, and as many run as should.
"""

import collections

from mizzen import OFF, HostPath, SecurityContext


_SCALERS = {"HorizontalPodAutoscaler", "ScaledObject"}


_CLOSED = SecurityContext()


def _owners(seen):
    """
    Each container with its pod, and what is said of it; nothing for those of
    stores.
    """
    said = {
        (part.name, names.get(owner.name, owner.name)): owner
        for part in seen.parts
        for names in [{part.name: seen.manifests.names[part.name]}]
        for owner in getattr(part, "containers", ())
    }
    for container, pod in seen.containers:
        yield container, pod, said.get((pod.part, container["name"]))


def pods_are_restricted(seen):
    """
    Every container may do what was said of it, by which most pass Pod
    Security ``restricted``, and cannot write but where it may: its root only
    if somebody has said so.
    """
    trusted = {
        subject["name"]
        for kind in ("RoleBinding", "ClusterRoleBinding")
        for binding in seen.of_kind(kind)
        for subject in binding.body["subjects"]
    }
    for container, pod, owner in _owners(seen):
        security = container["securityContext"]
        asks = pod.spec["serviceAccountName"] in trusted
        assert pod.spec["automountServiceAccountToken"] is asks
        assert not pod.spec["enableServiceLinks"]
        opened = "/" in (getattr(owner, "writable", None) or ())
        assert security["readOnlyRootFilesystem"] is not opened
        as_root = getattr(owner, "user", None) == 0
        assert security["runAsNonRoot"] is not as_root
        assert (security.get("runAsUser") == 0) is as_root
        assert {"memory", "ephemeral-storage"} == set(
            container["resources"]["limits"]
        )
        _does_what_was_said(security, getattr(owner, "security_context", None))


def _kind_of(profile):
    """
    How Kubernetes calls a kind of profile; nothing where none is said.
    """
    if profile is OFF:
        return "Unconfined"
    return "Localhost" if "/" in (profile or "") else profile


def _does_what_was_said(security, context):
    """
    What a container has of rights is what its *context* says.
    """
    said = context or _CLOSED
    capabilities = security["capabilities"]
    assert ["ALL"] == capabilities["drop"]
    assert said.capabilities == tuple(capabilities.get("add", ()))
    gains = security["allowPrivilegeEscalation"]
    assert said.allow_privilege_escalation is gains
    assert said.privileged is security.get("privileged", False)
    for field, profile in (
        ("seccompProfile", said.seccomp_profile),
        ("appArmorProfile", said.app_armor_profile),
    ):
        assert _kind_of(profile) == security.get(field, {}).get("type")


def nodes_are_shared_as_was_said(seen):
    """
    Pods have of their nodes what was said, and nothing else.
    """
    for part in seen.parts:
        for pod in seen.pods_of_part(part.name):
            for field, key in (
                ("host_network", "hostNetwork"),
                ("host_pid", "hostPID"),
            ):
                assert getattr(part, field, False) is pod.spec.get(key, False)
            said = {
                (volume.path, volume.read_only)
                for owner in getattr(part, "containers", ())
                for volume in owner.volumes.values()
                if isinstance(volume, HostPath)
            }
            assert said == {*_mounted_from_node(pod)}


def _mounted_from_node(pod):
    """
    The paths of the node that *pod* mounts, and whether it only reads them.
    """
    for volume in pod.spec.get("volumes", ()):
        if "hostPath" in volume:
            for container in pod.containers:
                for mount in container.get("volumeMounts", ()):
                    if mount["name"] == volume["name"]:
                        reads = mount.get("readOnly", False)
                        yield volume["hostPath"]["path"], reads


def replicas_have_one_owner(seen):
    """
    Either an autoscaler owns the number of replicas or the Deployment does,
    and whatever has two at all times keeps one.
    """
    kinds = collections.defaultdict(set)
    for manifest in seen.manifests:
        kinds[manifest.part].add(manifest.kind)
    for manifest in seen.of_kind("Deployment"):
        spec = manifest.body["spec"]
        others = kinds[manifest.part]
        scaled = bool(_SCALERS & others)

        assert scaled is ("replicas" not in spec)
        if not scaled:
            several = spec["replicas"] > 1
            assert several is ("PodDisruptionBudget" in others)


def namespaces_enforce(seen):
    """
    A namespace that is made holds its pods to the level that was said.
    """
    wanted = seen.description.environment.namespace
    level = wanted.pod_security if wanted else "restricted"
    for namespace in seen.of_kind("Namespace"):
        labels = namespace.body["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == level


def pods_are_restricted_as_wholes(seen):
    """
    What Pod Security asks of containers is said of their pods, too.
    """
    for pod in seen.pods:
        security = pod.spec["securityContext"]
        assert security["runAsNonRoot"] or not any(
            container["securityContext"]["runAsNonRoot"]
            for container in pod.containers
        )
        assert {"type": "RuntimeDefault"} == security["seccompProfile"]


ALL = (
    nodes_are_shared_as_was_said,
    namespaces_enforce,
    pods_are_restricted_as_wholes,
    pods_are_restricted,
    replicas_have_one_owner,
)
