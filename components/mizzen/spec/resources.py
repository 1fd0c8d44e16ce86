"""
The resources that every cluster has, and which of them are in a namespace.
"""

# By their groups, as kubectl writes both.
_NAMESPACED = {
    "": (
        "bindings configmaps endpoints events limitranges "
        "persistentvolumeclaims pods podtemplates replicationcontrollers "
        "resourcequotas secrets serviceaccounts services"
    ),
    "apps": (
        "controllerrevisions daemonsets deployments replicasets statefulsets"
    ),
    "authorization.k8s.io": "localsubjectaccessreviews",
    "autoscaling": "horizontalpodautoscalers",
    "batch": "cronjobs jobs",
    "coordination.k8s.io": "leases",
    "discovery.k8s.io": "endpointslices",
    "events.k8s.io": "events",
    "networking.k8s.io": "ingresses networkpolicies",
    "policy": "poddisruptionbudgets",
    "rbac.authorization.k8s.io": "rolebindings roles",
    "resource.k8s.io": "resourceclaims resourceclaimtemplates",
    "storage.k8s.io": "csistoragecapacities",
}
# Users, groups and signers are no objects, but rules are about them.
_OF_THE_CLUSTER = {
    "": "componentstatuses groups namespaces nodes persistentvolumes users",
    "admissionregistration.k8s.io": (
        "mutatingadmissionpolicies mutatingadmissionpolicybindings "
        "mutatingwebhookconfigurations validatingadmissionpolicies "
        "validatingadmissionpolicybindings validatingwebhookconfigurations"
    ),
    "apiextensions.k8s.io": "customresourcedefinitions",
    "apiregistration.k8s.io": "apiservices",
    "authentication.k8s.io": "selfsubjectreviews tokenreviews uids userextras",
    "authorization.k8s.io": (
        "selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews"
    ),
    "certificates.k8s.io": (
        "certificatesigningrequests clustertrustbundles signers"
    ),
    "flowcontrol.apiserver.k8s.io": "flowschemas prioritylevelconfigurations",
    "networking.k8s.io": "ingressclasses ipaddresses servicecidrs",
    "node.k8s.io": "runtimeclasses",
    "rbac.authorization.k8s.io": "clusterrolebindings clusterroles",
    "resource.k8s.io": "deviceclasses resourceslices",
    "scheduling.k8s.io": "priorityclasses",
    "storage.k8s.io": (
        "csidrivers csinodes storageclasses volumeattachments "
        "volumeattributesclasses"
    ),
}


def _named(groups: dict[str, str]) -> frozenset[str]:
    return frozenset(
        f"{name}.{group}".rstrip(".")
        for group, names in groups.items()
        for name in names.split()
    )


NAMESPACED = _named(_NAMESPACED)
OF_THE_CLUSTER = _named(_OF_THE_CLUSTER)
GROUPS = frozenset((*_NAMESPACED, *_OF_THE_CLUSTER))
"""
The groups of which all resources are known.
"""


def meant_by(name: str) -> str | None:
    """
    What somebody meant who wrote a resource that there is not; `None` if
    nothing is like it.

    >>> meant_by("deployments"), meant_by("pod")
    ('deployments.apps', 'pods')
    """
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    plurals = {
        known.partition(".")[0]: known
        for known in sorted((*NAMESPACED, *OF_THE_CLUSTER), reverse=True)
    }
    near = difflib.get_close_matches(name.partition(".")[0], plurals, n=1)

    return plurals[near[0]] if near else None
