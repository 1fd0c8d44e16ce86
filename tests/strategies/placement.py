"""
Where pods run.
"""

from hypothesis import strategies as st

from mizzen import OFF, NotIn, Toleration

from .values import maybe, mostly, texts


nodes = st.dictionaries(
    st.sampled_from(["disk", "example.com/pool", "topology/zone"]),
    st.sampled_from(["y", "", ["a", "b"], NotIn("1e3"), True, False]),
    max_size=2,
)
tolerations = st.lists(
    st.sampled_from(
        [
            Toleration(),
            Toleration("dedicated", value="y", effect="NoSchedule"),
            Toleration("spot", effect="NoExecute", seconds=0),
        ]
    ),
    max_size=2,
)
placement = {
    "nodes": nodes,
    "tolerations": maybe(tolerations),
    "architectures": mostly(
        st.sampled_from([None, ["amd64"]]), ["arm64", "amd64"]
    ),
    "pod_labels": st.sampled_from([{}, {"example.com/mesh": "", "tier": "b"}]),
    "pod_annotations": st.dictionaries(
        st.sampled_from(["example.com/note", "prometheus.io/scheme"]),
        texts,
        max_size=1,
    ),
    "priority_class": st.sampled_from([None, "system-node-critical", OFF]),
}
