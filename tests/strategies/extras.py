"""
Objects and charts of others.
"""

from hypothesis import strategies as st

from mizzen import Definitions, HelmChart, Raw, RawFile


WIDGETS = "objects/widgets.yaml"
_LEASE = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
_RANK = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
_WIDGET = {"apiVersion": "acme.example.com/v1", "kind": "Widget"}
_POOL = {"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool"}


def widget(size, **fields):
    """
    An object of a kind that the files of the project define.
    """
    body = {"metadata": {"name": "w"}, "spec": {"size": size}}
    return Raw({**_WIDGET, **body}, **fields)


def _listed(**parts):
    """
    Lists of what belongs together, which wait for *parts* or that these wait
    for.
    """
    pool = {"metadata": {"name": "public", "namespace": "metallb-system"}}
    spec = {"spec": {"addresses": ["192.0.2.0/24"]}}
    return [
        [Raw({**_LEASE, "metadata": {"name": "leader"}}, **parts)],
        [Raw({**_RANK, "metadata": {"name": "high"}, "value": 5}, **parts)],
        [Raw({**_POOL, **pool, **spec}, clustered=False, **parts)],
        [RawFile("objects/leases.yaml", **parts)],
        [HelmChart("operator", chart="op", version="1.0.0", **parts)],
        [
            HelmChart(
                "cache",
                chart="redis",
                version="v1.0.0-rc.1",
                repository="https://charts.example.com",
                values={"replicas": 2, "auth": {"enabled": False}},
                namespace="caches",
                create_namespace=True,
                **parts,
            )
        ],
    ]


def _widgets(**parts):
    """
    The same for a kind that is defined nowhere, beside the app, or by it.
    """
    return [
        [widget(5, clustered=True, **parts)],
        [widget(5, **parts), Definitions(WIDGETS)],
        [widget(5, **parts), RawFile(WIDGETS)],
    ]


@st.composite
def extras(draw, all_parts):
    """
    Objects and charts of others, which parts wait for or that wait for them.
    """
    order = draw(st.sampled_from(["before", "after"]))
    parts = {order: all_parts[:1]}
    several = st.sampled_from(_listed(**parts))
    chosen = [
        *draw(st.lists(several, max_size=2, unique_by=id)),
        *draw(st.lists(st.sampled_from(_widgets(**parts)), max_size=1)),
    ]
    return [extra for listed in chosen for extra in listed]
