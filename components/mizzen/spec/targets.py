"""
Services and ports of theirs, as what the world outside is led to.
"""

from .._validators import Validator, instance_of
from .ports import Endpoint, Port
from .services import Service


Target = Service | Endpoint


def target(example: str) -> Validator:
    """
    A Service or one of its ports, as *example* names one.
    """
    rule = f"be a Service or one of its ports, like {example}"
    return instance_of(rule, Service, Endpoint)


class Led:
    """
    What leads to a service, by its first port, or to one of its ports.
    """

    __slots__ = ()

    to: Target

    @property
    def service(self) -> Service:
        """
        The service that it leads to.
        """
        if isinstance(self.to, Service):
            return self.to
        service: Service = self.to.part
        return service

    @property
    def port(self) -> Port:
        """
        The port of the service.
        """
        if isinstance(self.to, Endpoint):
            return self.to.port
        return self.to.listens[0]

    @property
    def place(self) -> str:
        """
        The service and the name of its port, like ``"broker:mqtt"``.
        """
        return f"{self.service.name}:{self.port.name}"
