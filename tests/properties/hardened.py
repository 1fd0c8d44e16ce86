"""
Pods may do what they need and nothing else, and as many run as should.
"""

import collections


_SCALERS = {"HorizontalPodAutoscaler", "ScaledObject"}


def pods_are_restricted(seen):
    """
    Every pod passes Pod Security ``restricted`` and cannot write but where
    it may: its root only if somebody has said so.
    """
    open_parts = {
        part.name
        for part in seen.parts
        for owner in getattr(part, "containers", ())
        if "/" in (owner.writable or ())
    }
    trusted = {
        subject["name"]
        for kind in ("RoleBinding", "ClusterRoleBinding")
        for binding in seen.of_kind(kind)
        for subject in binding.body["subjects"]
    }
    for container, pod in seen.containers:
        security = container["securityContext"]
        asks = pod.spec["serviceAccountName"] in trusted
        assert pod.spec["automountServiceAccountToken"] is asks
        assert not pod.spec["enableServiceLinks"]
        assert security["readOnlyRootFilesystem"] or pod.part in open_parts
        assert security["runAsNonRoot"]
        assert security.get("runAsUser", 1) != 0
        assert not security["allowPrivilegeEscalation"]
        capabilities = security["capabilities"]
        assert ["ALL"] == capabilities["drop"]
        assert {"NET_BIND_SERVICE"}.issuperset(capabilities.get("add", ()))
        profile = security["seccompProfile"]["type"]
        assert profile in {"RuntimeDefault", "Localhost"}
        assert {"memory", "ephemeral-storage"} == set(
            container["resources"]["limits"]
        )


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
    namespaces_enforce,
    pods_are_restricted_as_wholes,
    pods_are_restricted,
    replicas_have_one_owner,
)
