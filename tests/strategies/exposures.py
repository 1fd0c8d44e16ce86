"""
How the world outside reaches an app.
"""

from hypothesis import strategies as st

from mizzen import (
    OFF,
    CertManager,
    Gateway,
    Ingress,
    LoadBalancer,
    NodePort,
    TlsSecret,
)


@st.composite
def exposures(draw, public):
    """
    How some of the *public* services are reached from outside.
    """
    kind = draw(
        st.sampled_from([None, NodePort, LoadBalancer, Ingress, Gateway])
    )
    if kind is None:
        return None
    if kind in {Ingress, Gateway}:
        tls = st.sampled_from([OFF, CertManager(), TlsSecret("certificate")])
        return kind(tls=draw(tls))
    numbers = {NodePort: (30080, 32767, None), LoadBalancer: (80, 9090, None)}
    given = draw(st.permutations(numbers[kind]))

    return kind(dict(zip(draw(st.permutations(public)), given, strict=False)))
