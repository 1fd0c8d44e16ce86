"""
Selectors find exactly the pods that they are for.
"""

from .seen import pods_of


_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet")


def _selector(manifest):
    """
    The labels by which *manifest* finds pods.
    """
    spec = manifest.body["spec"]
    if manifest.kind == "Service":
        return spec["selector"]
    field = "podSelector" if manifest.kind == "NetworkPolicy" else "selector"

    return spec[field].get("matchLabels", {})


def controllers_own_their_pods(seen):
    """
    What controls pods finds those that it makes, and no others.
    """
    for manifest in seen.of_kind(*_CONTROLLERS):
        labels = manifest.body["spec"]["selector"]["matchLabels"]
        found = [pod.owner for pod in seen.selected(labels)]

        assert [manifest] * len(list(pods_of(manifest))) == found


def services_find_their_part(seen):
    """
    A Service, a budget, a monitor and a policy of a part find its pods alone;
    what denies by default, all pods; what lets cert-manager's answer, none.
    """
    others = {
        "default-deny": {pod.part for pod in seen.pods},
        "acme-solvers": set(),
    }
    for manifest in seen.of_kind(
        "Service", "PodDisruptionBudget", "PodMonitor", "NetworkPolicy"
    ):
        labels = _selector(manifest)

        expected = {manifest.part} if manifest.part else others[manifest.role]
        assert expected == {pod.part for pod in seen.selected(labels)}


def spreading_is_about_oneself(seen):
    """
    Replicas keep away from each other, and from nobody else.
    """
    for pod in seen.pods:
        terms = [
            preferred["podAffinityTerm"]
            for preferred in pod.spec.get("affinity", {})
            .get("podAntiAffinity", {})
            .get("preferredDuringSchedulingIgnoredDuringExecution", ())
        ]
        terms += pod.spec.get("topologySpreadConstraints", ())
        for term in terms:
            labels = term["labelSelector"]["matchLabels"]
            assert [pod] == seen.selected(labels)


def all_parts_have_pods(seen):
    """
    Each part that is not run elsewhere has pods, and no pods are of no part.
    """
    names = {part.name for part in seen.description.parts}
    names -= seen.run_elsewhere

    assert names == {pod.part for pod in seen.pods}


def selectors_never_change(seen):
    """
    Whatever finds pods of a part does so by the name of a part and by the app and its
    stack, so that neither another image nor another stack in the same
    namespace changes what is found.
    """
    app, stack = seen.description.name, seen.description.stack.name
    for manifest in seen.of_kind(
        *_CONTROLLERS,
        "Service",
        "PodDisruptionBudget",
        "PodMonitor",
        "NetworkPolicy",
    ):
        if manifest.part is None:
            continue
        labels = _selector(manifest)
        instance = labels["app.kubernetes.io/instance"]

        assert instance.startswith(f"{app}-")
        assert instance.removeprefix(f"{app}-").lstrip("-").startswith(stack)
        assert {*labels} == {
            "app.kubernetes.io/name",
            "app.kubernetes.io/instance",
        }


ALL = (
    selectors_never_change,
    controllers_own_their_pods,
    services_find_their_part,
    spreading_is_about_oneself,
    all_parts_have_pods,
)
