"""
Apps and parts as Pulumi components.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import pulumi

from ..compiler import compile_app
from ..environment import Environment, Ingress, LoadBalancer, NodePort
from ..exceptions import SpecError
from ..graph import exposed_services
from ..manifests import Manifests
from ..spec import OFF, App, Job, Part, Service, Worker, title, uses_of
from ..stack import Project, Stack, parse_stack
from ._builds import register_build
from ._resolver import Resolver
from ._resources import register


Bindings = Mapping[str, pulumi.Input[str]]
_RETAINED = frozenset({"Namespace", "PersistentVolumeClaim"})


def current_stack(project: Project) -> Stack:
    """
    The stack that is being deployed, from its Pulumi configuration.

    Raises:
        SpecError: If the configuration is incomplete.
    """
    return parse_stack(
        pulumi.get_stack(),
        pulumi.Config().get,
        root=project.root,
        config_keys=None,
    )


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """
    The desired state of an app, ready to be registered part by part.
    """

    app: App
    environment: Environment
    stack: Stack
    manifests: Manifests
    resolver: Resolver

    @classmethod
    def of(
        cls,
        app: App,
        environment: Environment,
        stack: Stack,
        bind: Bindings | None,
    ) -> "Plan":
        """
        Compile *app* and make sure that all of it can be resolved.
        """
        manifests = compile_app(app, environment, stack)
        resolver = Resolver(app.name, stack.name, bind or {})
        resolver.check(manifests)

        return cls(
            app=app,
            environment=environment,
            stack=stack,
            manifests=manifests,
            resolver=resolver,
        )

    def register(
        self,
        part: Part | None,
        owner: pulumi.Resource,
        depends_on: list[pulumi.CustomResource],
    ) -> dict[str, pulumi.CustomResource]:
        """
        Make the objects of *part* children of *owner*, by role.
        """
        prefix = part.name if part else self.app.name
        found: dict[str, pulumi.CustomResource] = {}
        for manifest in self.manifests.of(part):
            kept = self.environment.protect and manifest.kind in _RETAINED
            found[manifest.role] = register(
                f"{prefix}-{manifest.role}",
                manifest,
                self.resolver.resolve(manifest.body),
                awaited=manifest.kind != "Ingress"
                or self.stack.cluster.ingress_status,
                opts=pulumi.ResourceOptions(
                    parent=owner,
                    depends_on=[*depends_on, *found.values()],
                    protect=kept or None,
                    retain_on_delete=kept or None,
                ),
            )
        return found

    def build(
        self, part: Part, owner: pulumi.Resource
    ) -> list[pulumi.CustomResource]:
        """
        Build the image that *part* brings, if it brings one.
        """
        build = self.manifests.builds.get(part.name)
        if build is None:
            return []
        builder = self.stack.cluster.builder or self.environment.builder
        opts = pulumi.ResourceOptions(parent=owner)

        return [register_build(build, builder, self.stack.root, opts)]


class _PartComponent(pulumi.ComponentResource):
    """
    What the components of all kinds of parts share.

    Args:
        name: Name of the resource.

        part: What is deployed.

        environment: Policy; the default leaves everything to the edition.

        stack: Addresses and versions; the default knows none.

        bind: Values of `mizzen.FromProgram` by name.

        plan: The app that the part belongs to, which deploys it later.

        opts: Options; ``providers`` names the Kubernetes provider.
    """

    token: ClassVar[str]

    resources: dict[str, pulumi.CustomResource]
    """The Kubernetes objects by role, like ``"deployment"``."""

    builds: list[pulumi.CustomResource]
    """The image builds of the part."""

    namespace: str
    """Namespace of the objects."""

    def __init__(
        self,
        name: str,
        part: Part,
        *,
        environment: Environment | None = None,
        stack: Stack | None = None,
        bind: Bindings | None = None,
        plan: Plan | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        alone = plan is None
        if plan is None:
            plan = _plan_alone(name, part, environment, stack, bind)
        super().__init__(self.token, name, {}, opts)
        self._plan = plan
        self.part = part
        self.namespace = plan.manifests.namespace
        self.builds = plan.build(part, self)
        if alone:
            around = plan.register(None, self, [])
            self.deploy([*around.values(), *self.builds])

    def deploy(self, depends_on: list[pulumi.CustomResource]) -> None:
        """
        Register the objects of the part after *depends_on*.
        """
        self.resources = self._plan.register(self.part, self, depends_on)
        self.register_outputs(self._outputs())

    def _outputs(self) -> dict[str, Any]:
        return {"namespace": self.namespace}


def _plan_alone(
    name: str,
    part: Part,
    environment: Environment | None,
    stack: Stack | None,
    bind: Bindings | None,
) -> Plan:
    """
    The plan of a part outside of any app.
    """
    if uses_of(part):
        msg = (
            f"{title(part)} uses other parts and cannot be deployed alone. "
            "Deploy them together by AppComponent."
        )
        raise SpecError(msg)
    app = App(name, edition="2026", parts=[part])
    environment = environment or Environment("alone")
    stack = stack or Stack(pulumi.get_stack(), environment=environment.name)

    return Plan.of(app, environment, stack, bind)


class ServiceComponent(_PartComponent):
    """
    A Service with its image, pods and address, alone or in an app.
    """

    token = "mizzen:index:Service"  # noqa: S105 - a type token

    url: str
    """Address within the cluster."""

    image: str
    """Reference of the image that runs."""

    @property
    def deployment(self) -> Any:
        """
        The Deployment.
        """
        return self.resources["deployment"]

    @property
    def service(self) -> Any:
        """
        The Kubernetes Service.
        """
        return self.resources["service"]

    def _outputs(self) -> dict[str, Any]:
        port = self.part.listens[0]  # type: ignore[union-attr]
        host = f"{self.part.name}.{self.namespace}.svc"
        self.url = f"{port.application}://{host}:{port.number}"
        self.image = self._plan.manifests.images[self.part.name]

        return {**super()._outputs(), "url": self.url, "image": self.image}


class WorkerComponent(_PartComponent):
    """
    A Worker with its image and pods, alone or in an app.
    """

    token = "mizzen:index:Worker"  # noqa: S105 - a type token

    image: str
    """Reference of the image that runs."""

    @property
    def deployment(self) -> Any:
        """
        The Deployment.
        """
        return self.resources["deployment"]

    def _outputs(self) -> dict[str, Any]:
        self.image = self._plan.manifests.images[self.part.name]
        return {**super()._outputs(), "image": self.image}


class JobComponent(_PartComponent):
    """
    A Job with its image and run, alone or in an app.
    """

    token = "mizzen:index:Job"  # noqa: S105 - a type token

    image: str
    """Reference of the image that runs."""

    @property
    def job(self) -> Any:
        """
        The Kubernetes Job.
        """
        return self.resources["job"]

    def _outputs(self) -> dict[str, Any]:
        self.image = self._plan.manifests.images[self.part.name]
        return {**super()._outputs(), "image": self.image}


class StoreComponent(_PartComponent):
    """
    A store with its disk, Secret and pod, alone or in an app.
    """

    token = "mizzen:index:Store"  # noqa: S105 - a type token

    @property
    def stateful_set(self) -> Any:
        """
        The StatefulSet.
        """
        return self.resources["stateful-set"]

    @property
    def credentials(self) -> Any:
        """
        The Secret with all connection settings.
        """
        return self.resources["credentials"]


def _component_class(part: Part) -> type[_PartComponent]:
    if isinstance(part, Service):
        return ServiceComponent
    if isinstance(part, Worker):
        return WorkerComponent
    if isinstance(part, Job):
        return JobComponent
    return StoreComponent


def _in_order(plan: Plan) -> list[Part]:
    """
    Every part after those that it waits for.
    """
    found: dict[str, Part] = {}

    def visit(name: str) -> None:
        if name not in found:
            for earlier in plan.manifests.waits_for[name]:
                visit(earlier)
            found[name] = plan.app[name]

    for part in plan.app.parts:
        visit(part.name)

    return list(found.values())


def _first_port(service: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(service.spec).apply(
        lambda spec: spec["ports"][0]["node_port"]
    )


def _published(service: Any) -> pulumi.Output[Any]:
    def address(status: Any) -> str | None:
        balancer = (status or {}).get("load_balancer") or {}
        for ingress in balancer.get("ingress") or ():
            return ingress.get("hostname") or ingress.get("ip")  # type: ignore[no-any-return]
        return None

    return pulumi.Output.from_input(service.status).apply(address)


class AppComponent(pulumi.ComponentResource):
    """
    A whole app in one stack.

    Args:
        name: Name of the resource.

        app: What is deployed.

        environment: Policy of the stack.

        stack: Addresses and versions; see `current_stack`.

        bind: Values of `mizzen.FromProgram` by name.

        opts: Options; ``providers`` names the Kubernetes provider.

    Attributes:
        url: Public address of the app; `None` where nothing is exposed.

        addresses: Public addresses by part.

        images: Image references by part.

        namespace: Namespace of all objects.

    Raises:
        SpecError: If app, environment and stack contradict each other; then
            nothing is registered.
    """

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
        plan = Plan.of(app, environment, stack, bind)
        super().__init__("mizzen:index:App", name, {}, opts)
        self._plan = plan
        self.namespace = plan.manifests.namespace
        self.images = dict(plan.manifests.images)
        around = list(plan.register(None, self, []).values())
        self._parts = {
            part.name: _component_class(part)(
                part.name,
                part,
                plan=plan,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for part in app.parts
        }
        for part in _in_order(plan):
            waited = self._waited(part)
            self._parts[part.name].deploy([*around, *waited])
        self.addresses = _addresses(self, plan)
        self.url = next(
            iter(self.addresses.values()), pulumi.Output.from_input(None)
        )
        self.register_outputs(
            {
                "url": self.url,
                "addresses": self.addresses,
                "images": self.images,
                "namespace": self.namespace,
            }
        )

    def _waited(self, part: Part) -> list[pulumi.CustomResource]:
        """
        What is finished before the objects of *part* are made: the build of
        its image, which may belong to another part, and the parts that it
        waits for.
        """
        manifests = self._plan.manifests
        image = manifests.images.get(part.name)
        builds = [
            resource
            for name, build in manifests.builds.items()
            if build.reference == image
            for resource in self._parts[name].builds
        ]
        earlier = [
            resource
            for name in manifests.waits_for[part.name]
            for resource in self._parts[name].resources.values()
        ]
        return [*builds, *earlier]

    def __getitem__(self, part: Part | str) -> Any:
        """
        The component of *part*.
        """
        return self._parts[part if isinstance(part, str) else part.name]


def _addresses(run: AppComponent, plan: Plan) -> dict[str, Any]:
    """
    Public addresses by part.
    """
    exposure = plan.environment.exposure
    hosts = plan.stack.hosts
    found: dict[str, Any] = {}
    for part in exposed_services(plan.app, plan.environment):
        scheme = part.listens[0].application
        if isinstance(exposure, NodePort):
            host = hosts[0] if hosts else plan.stack.cluster.node_address
            found[part.name] = pulumi.Output.format(
                "{0}://{1}:{2}",
                scheme,
                host or "NODE",
                _first_port(run[part].service),
            )
        elif isinstance(exposure, LoadBalancer):
            found[part.name] = _published(run[part].service).apply(
                lambda host, scheme=scheme: host and f"{scheme}://{host}"
            )
        elif isinstance(exposure, Ingress):
            tls = "" if exposure.tls is OFF else "s"
            found[part.name] = pulumi.Output.from_input(
                f"http{tls}://{hosts[0]}"
            )
    return found
