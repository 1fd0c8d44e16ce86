"""
A whole app as a component.
"""

from typing import Any, cast, overload

import pulumi
import pulumi_kubernetes as kubernetes

from ..environment import Environment
from ..project import Project
from ..spec import App, CronJob, DaemonSet, Job, Part, Service, Store, Worker
from ..stack import Stack
from ..stack_configuration import parse_stack
from ._addresses import Address, public_addresses
from ._parts import (
    CronJobComponent,
    DaemonSetComponent,
    JobComponent,
    PartComponent,
    ServiceComponent,
    StoreComponent,
    WorkerComponent,
    register_parts,
)
from ._plan import Plan
from ._resolver import Bindings


def current_stack(project: Project) -> Stack:
    """
    The stack that is being deployed, from its Pulumi configuration.

    Raises:
        mizzen.SpecError: If the configuration is incomplete or names
            something unknown.
    """
    name = pulumi.get_stack()
    keys = pulumi.runtime.get_config_env()
    project.refuse_slips(keys, f"Configuration of stack {name!r}")

    stack = parse_stack(
        name,
        pulumi.Config().get,
        root=project.root,
        config_keys=None,
        clusters=project.clusters,
        throwaway=project.is_throwaway(name),
    )
    project.refuse_shared_versions(stack)

    return stack


class AppComponent(pulumi.ComponentResource):
    """
    A whole app in one stack.

    ``component[part]`` is the component of one of its parts:
    ``component[api].service`` is the Kubernetes Service of *api*.
    """

    url: Address
    """
    Public address of the app; nothing where it is not exposed. ``NODE`` in
    it stands for the address of a node, where the stack names no host.
    """

    addresses: dict[str, Address]
    """
    Public addresses by name of the part, the leading one first; those of
    single ports by names like ``"broker:mqtt"``.
    """

    images: dict[str, str]
    """Image references by name of the part."""

    namespace: str
    """Namespace of all objects."""

    def __init__(
        self,
        name: str,
        *,
        app: App,
        environment: Environment,
        stack: Stack,
        bind: Bindings | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Deploy *app*.

        Args:
            name:
                Name of the resource. Where it is not that of *app*, those of
                all its parts and objects begin with it, so that a program
                may deploy an app several times.

            app: What is deployed.

            environment: Policy of the stack.

            stack: Addresses and versions; see `current_stack`.

            bind: Values of `mizzen.FromProgram` by name.

            opts:
                Options; ``provider`` is the Kubernetes provider, and
                ``depends_on`` holds for all that the component makes.

        Raises:
            mizzen.SpecError: If app, environment and stack contradict each
                other; then nothing is registered.
        """
        plan = Plan.of(app, environment, stack, bind, opts)
        super().__init__("mizzen:index:App", name, {}, opts)
        self.namespace = plan.manifests.namespace
        self.images = dict(plan.manifests.images)
        around = plan.register(None, self).values()
        self._parts = register_parts(plan, self, around)
        self.addresses = public_addresses(
            plan,
            lambda part, role: cast(
                "kubernetes.core.v1.Service", self[part].resources[role]
            ),
        )
        nothing: Address = pulumi.Output.from_input(None)
        self.url = next(iter(self.addresses.values()), nothing)
        self.register_outputs(
            {
                "url": self.url,
                "addresses": self.addresses,
                "images": self.images,
                "namespace": self.namespace,
            }
        )

    @overload
    def __getitem__(self, part: Service) -> ServiceComponent: ...
    @overload
    def __getitem__(self, part: Worker) -> WorkerComponent: ...
    @overload
    def __getitem__(self, part: DaemonSet) -> DaemonSetComponent: ...
    @overload
    def __getitem__(self, part: Job) -> JobComponent: ...
    @overload
    def __getitem__(self, part: CronJob) -> CronJobComponent: ...
    @overload
    def __getitem__(self, part: Store) -> StoreComponent: ...

    def __getitem__(self, part: Part) -> PartComponent[Any]:
        """
        The component of *part*.

        Raises:
            KeyError: If it is not a part of the app.
        """
        return self._parts[part.name]
