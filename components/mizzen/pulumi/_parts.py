"""
One part as a component, alone or in an app.
"""

from collections.abc import Iterable
from graphlib import TopologicalSorter
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import pulumi
import pulumi_kubernetes as kubernetes

from .._names import part_of
from ..environment import Environment
from ..exceptions import SpecError
from ..spec import (
    App,
    CronJob,
    DaemonSet,
    Job,
    Part,
    Service,
    Store,
    Worker,
    title,
    uses_of,
)
from ..stack import Stack
from ._plan import Plan, Resources
from ._resolver import Bindings


P = TypeVar("P", bound=Part)
_EDITION = "2026"


def _app_around(name: str, part: Part) -> App:
    """
    The app of nothing but *part*.
    """
    if uses_of(part):
        msg = (
            f"{title(part)} uses other parts and cannot be deployed alone. "
            "Deploy them together by AppComponent."
        )
        raise SpecError(msg)

    return App(name, edition=_EDITION, parts=[part])


class PartComponent(pulumi.ComponentResource, Generic[P]):
    """
    What the components of all kinds of parts share.
    """

    _token: ClassVar[str]

    part: P
    """What is deployed."""

    namespace: str
    """Namespace of the objects."""

    resources: Resources
    """The Kubernetes objects by role, like ``"network-policy"``."""

    builds: list[pulumi.CustomResource]
    """The builds of the images that its containers bring."""

    def __init__(
        self,
        name: str,
        part: P,
        *,
        environment: Environment | None = None,
        stack: Stack | None = None,
        bind: Bindings | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Deploy *part* alone, next to other resources of a program.

        Args:
            name:
                Name of the resource, with which those of its objects begin.
                The namespace is ``<name>-<stack>`` unless *environment*
                names another one.

            part: What is deployed. It cannot use other parts.

            environment: Policy; the default is that of the edition.

            stack: Addresses and versions; the default knows none.

            bind: Values of `mizzen.FromProgram` by name.

            opts:
                Options; ``provider`` is the Kubernetes provider, and
                ``depends_on`` holds for all that the component makes.

        Raises:
            mizzen.SpecError: If it could not be deployed; then nothing is
                registered.
        """
        environment = environment or Environment("alone")
        stack = stack or Stack(
            pulumi.get_stack(), environment=environment.name
        )
        app = _app_around(name, part)
        plan = Plan.of(app, environment, stack, bind, opts)
        self._begin(plan, name, part, opts)
        around = plan.register(None, self)
        self._deploy(after=around.values(), pods_after=self.builds)

    @classmethod
    def _in_app(cls, plan: Plan, part: P, owner: pulumi.Resource) -> Self:
        """
        The component of *part* in an app, which deploys it later.
        """
        self = cls.__new__(cls)
        called = owner.pulumi_resource_name
        # No name of a part has a dot.
        before = "" if called == plan.app.name else f"{called}."
        opts = pulumi.ResourceOptions(parent=owner)
        self._begin(plan, f"{before}{part.name}", part, opts, before)

        return self

    def _begin(
        self,
        plan: Plan,
        name: str,
        part: P,
        opts: pulumi.ResourceOptions | None,
        before: str = "",
    ) -> None:
        aliases = [pulumi.Alias(f"{before}{name}") for name in part.formerly]
        renamed = pulumi.ResourceOptions(aliases=[*aliases])
        opts = pulumi.ResourceOptions.merge(opts, renamed)
        super().__init__(self._token, name, {}, opts)
        self._plan = plan
        self.part = part
        self.namespace = plan.manifests.namespace
        self.builds = plan.build(part, self)

    def _deploy(
        self,
        *,
        after: Iterable[pulumi.Resource],
        pods_after: Iterable[pulumi.Resource],
    ) -> None:
        """
        Register the objects of the part, and its pods when all that they
        need is ready.
        """
        self.resources = self._plan.register(
            self.part, self, after=after, pods_after=pods_after
        )
        self.register_outputs(self._outputs())

    def _outputs(self) -> dict[str, Any]:
        return {"namespace": self.namespace}


class _WorkloadComponent(PartComponent[P]):
    """
    What the components of parts that run your own code share.
    """

    @property
    def image(self) -> str:
        """
        Reference of the image that runs.
        """
        return self._plan.manifests.images[self.part.name]

    def _outputs(self) -> dict[str, Any]:
        return {**super()._outputs(), "image": self.image}


class ServiceComponent(_WorkloadComponent[Service]):
    """
    A `mizzen.Service` with its image, pods and address.
    """

    _token = "mizzen:index:Service"  # noqa: S105 - a type token

    @property
    def url(self) -> str:
        """
        Address within the cluster, from all of its namespaces.
        """
        port = self.part.listens[0]
        name = self._plan.manifests.names[self.part.name]
        host = f"{name}.{self.namespace}.svc"

        return f"{port.scheme}://{host}:{port.number}"

    @property
    def deployment(self) -> "kubernetes.apps.v1.Deployment":
        """
        The Deployment.
        """
        return cast(
            "kubernetes.apps.v1.Deployment", self.resources["deployment"]
        )

    @property
    def service(self) -> "kubernetes.core.v1.Service":
        """
        The Kubernetes Service.
        """
        return cast("kubernetes.core.v1.Service", self.resources["service"])

    def _outputs(self) -> dict[str, Any]:
        return {**super()._outputs(), "url": self.url}


class WorkerComponent(_WorkloadComponent[Worker]):
    """
    A `mizzen.Worker` with its image and pods.
    """

    _token = "mizzen:index:Worker"  # noqa: S105 - a type token

    @property
    def deployment(self) -> "kubernetes.apps.v1.Deployment":
        """
        The Deployment.
        """
        return cast(
            "kubernetes.apps.v1.Deployment", self.resources["deployment"]
        )


class DaemonSetComponent(_WorkloadComponent[DaemonSet]):
    """
    A `mizzen.DaemonSet` with its image, pods and address.
    """

    _token = "mizzen:index:DaemonSet"  # noqa: S105 - a type token

    @property
    def daemon_set(self) -> "kubernetes.apps.v1.DaemonSet":
        """
        The Kubernetes DaemonSet.
        """
        return cast(
            "kubernetes.apps.v1.DaemonSet", self.resources["daemon-set"]
        )

    @property
    def service(self) -> "kubernetes.core.v1.Service | None":
        """
        The Kubernetes Service; `None` if it listens on nothing.
        """
        return cast(
            "kubernetes.core.v1.Service | None", self.resources.get("service")
        )


class CronJobComponent(_WorkloadComponent[CronJob]):
    """
    A `mizzen.CronJob` with its image and schedule.
    """

    _token = "mizzen:index:CronJob"  # noqa: S105 - a type token

    @property
    def cron_job(self) -> "kubernetes.batch.v1.CronJob":
        """
        The Kubernetes CronJob.
        """
        return cast("kubernetes.batch.v1.CronJob", self.resources["cron-job"])


class JobComponent(_WorkloadComponent[Job]):
    """
    A `mizzen.Job` with its image and its run.
    """

    _token = "mizzen:index:Job"  # noqa: S105 - a type token

    @property
    def job(self) -> "kubernetes.batch.v1.Job":
        """
        The Kubernetes Job; it has succeeded when it is there.
        """
        return cast("kubernetes.batch.v1.Job", self.resources["job"])


class StoreComponent(PartComponent[Store]):
    """
    A store with its disk, pod and credentials.
    """

    _token = "mizzen:index:Store"  # noqa: S105 - a type token

    @property
    def stateful_set(self) -> "kubernetes.apps.v1.StatefulSet":
        """
        The StatefulSet.
        """
        return cast(
            "kubernetes.apps.v1.StatefulSet", self.resources["stateful-set"]
        )

    @property
    def service(self) -> "kubernetes.core.v1.Service":
        """
        The Kubernetes Service, under whose name it is reached.
        """
        return cast("kubernetes.core.v1.Service", self.resources["service"])

    @property
    def credentials(self) -> "kubernetes.core.v1.Secret":
        """
        The Secret with the settings of the administrator, like ``"url"``.
        """
        return cast("kubernetes.core.v1.Secret", self.resources["credentials"])

    def credentials_of(self, user: str) -> "kubernetes.core.v1.Secret":
        """
        The Secret with the settings of a part or client that uses it.

        Raises:
            KeyError: If there is none of that name.
        """
        return cast(
            "kubernetes.core.v1.Secret",
            self.resources[f"credentials-{user}"],
        )


_COMPONENTS: dict[type[Part], type[PartComponent[Any]]] = {
    Service: ServiceComponent,
    Worker: WorkerComponent,
    DaemonSet: DaemonSetComponent,
    Job: JobComponent,
    CronJob: CronJobComponent,
    Store: StoreComponent,
}


def _component_of(part: Part) -> type[PartComponent[Any]]:
    return next(
        component
        for kind, component in _COMPONENTS.items()
        if isinstance(part, kind)
    )


def register_parts(
    plan: Plan, owner: pulumi.Resource, after: Iterable[pulumi.Resource]
) -> dict[str, PartComponent[Any]]:
    """
    The components of all parts by name, each deployed after those that it
    waits for; then what leads to them.
    """
    manifests = plan.manifests
    parts = {
        part.name: _component_of(part)._in_app(plan, part, owner)  # noqa: SLF001 - of this module
        for part in plan.app.parts
    }
    # An image that a part runs may be built for another part.
    builds = {
        build.reference: parts[part_of(key)].builds
        for key, build in manifests.builds.items()
    }
    extras: dict[str, Resources] = {}
    around = [*after]
    for name in TopologicalSorter(manifests.waits_for).static_order():
        others = manifests.waits_for[name]
        before = [
            *around,
            *(r for other in others for r in extras.get(other, {}).values()),
        ]
        pods_after = [
            resource
            for other in others
            if other in parts
            for resource in parts[other].resources.values()
        ]
        if name not in parts:
            before.extend(pods_after)
            extras[name] = plan.register_extra(name, owner, before)
            continue
        for key, image in manifests.images.items():
            if part_of(key) == name:
                pods_after.extend(builds.get(image, ()))
        parts[name]._deploy(after=before, pods_after=pods_after)  # noqa: SLF001 - of this module

    return parts
