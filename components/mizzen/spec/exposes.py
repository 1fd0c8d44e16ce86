"""
Ports that the world outside reaches without HTTP.
"""

import attrs

from .._fields import typed
from .._validators import port_number
from .targets import Led, Target, target


@attrs.frozen(eq=False, field_transformer=typed)
class Expose(Led):
    """
    A port of the app that the world outside reaches as it is: what `Route`
    is to HTTP, for brokers, name servers and whatever else speaks TCP or UDP.

    How it is reached, an environment says: at a port of the nodes where its
    exposure is a `NodePort`, else under an address from the cluster's
    provider, or not at all where it exposes nothing or has ``exposes=OFF``.
    What an environment lists in ``exposes`` is opened as it says there.

    Args:
        to:
            One of the ports of a service, like ``broker["mqtt"]``, or the
            service whose first port is meant.

        public_port:
            Port under which the provider's address answers. The default is
            the own port. Ports of the nodes are numbered by environments.

    Raises:
        SpecError: If it is no port of a service.

    >>> from mizzen import Image, Port, Service
    >>> mqtt = Port("mqtt", 1883, application="tcp")
    >>> image = Image("acme/broker:v5")
    >>> broker = Service("broker", image=image, ports=[mqtt])
    >>> Expose(broker["mqtt"]).port.number
    1883
    """

    to: Target = attrs.field(validator=target("Expose(broker['mqtt'])"))
    public_port: int | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(port_number),
    )
