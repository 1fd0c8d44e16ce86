"""
An app on its way to a cluster: compiled, and registered part by part.
"""

import functools

from collections.abc import Iterable, Mapping

import attrs
import pulumi

from .._adoption import adopted
from .._conventions import marked
from .._exposure import PLAIN_ROLES
from .._names import part_of
from ..compiler import compile_app
from ..environment import Environment
from ..manifests import Manifest, Manifests, goes_first
from ..spec import App, Part
from ..stack import Stack
from ._builds import register_build
from ._charts import rendered
from ._disks import adopting, claims_of, guarded
from ._replicas import left_to_autoscaler, taking_back
from ._resolver import Bindings, Resolver
from ._resources import import_id, register
from ._timeouts import timeouts


Resources = dict[str, pulumi.CustomResource]

KEPT = frozenset({"Namespace", "PersistentVolumeClaim"})
_NAMED_BY_ROUTES = ("FrontendConfig", "Gateway", "Middleware")
_RUNS_PODS = frozenset(
    {"CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"}
)


def _left_alone(manifest: Manifest) -> list[str] | None:
    """
    Fields that others decide: disks grow without Pulumi, and a number of
    replicas that is no longer said stays until the autoscaler changes it, or
    there would be one until then.
    """
    if manifest.kind == "Deployment":
        spec = manifest.body.get("spec", {})
        return None if "replicas" in spec else ["spec.replicas"]
    if manifest.kind == "PersistentVolumeClaim":
        return ["spec", "metadata.labels", "metadata.annotations"]
    return None


def _is_scaled(manifest: Manifest) -> bool:
    """
    Whether *manifest* has replicas, of which an autoscaler may decide.
    """
    return manifest.kind == "Deployment" and not manifest.extra


def _name(owner: pulumi.Resource, manifest: Manifest) -> str:
    return f"{owner.pulumi_resource_name}-{manifest.role}"


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """
    The desired state of an app, ready to be registered part by part.
    """

    app: App
    environment: Environment
    stack: Stack
    manifests: Manifests
    charts: Mapping[str, list[list[Manifest]]]
    resolver: Resolver
    inherited: pulumi.ResourceOptions

    @classmethod
    def of(
        cls,
        app: App,
        environment: Environment,
        stack: Stack,
        bind: Bindings | None,
        opts: pulumi.ResourceOptions | None,
    ) -> "Plan":
        """
        Compile *app* and make sure that all of it can be resolved.
        """
        manifests = compile_app(app, environment, stack)
        conventions = environment.conventions
        resolver = Resolver(app.name, stack.name, bind or {})
        resolver.check(manifest.body for manifest in manifests)

        return cls(
            app=app,
            environment=environment,
            stack=stack,
            manifests=manifests,
            charts={
                name: [
                    [marked(manifest, conventions) for manifest in stage]
                    for stage in rendered(
                        chart, manifests.namespace, stack.root
                    )
                ]
                for name, chart in manifests.charts.items()
            },
            resolver=resolver,
            # Children get the rest of the options from Pulumi.
            inherited=pulumi.ResourceOptions(
                depends_on=opts.depends_on if opts else None
            ),
        )

    def register(
        self,
        part: Part | None,
        owner: pulumi.Resource,
        *,
        after: Iterable[pulumi.Resource] = (),
        pods_after: Iterable[pulumi.Resource] = (),
    ) -> Resources:
        """
        Make the objects of *part* children of *owner*, by role.

        Args:
            part: The part; `None` for the objects of the app itself.

            owner: The component.

            after: What is there before any of them.

            pods_after: What is ready before pods of *part* start, beside
                the objects that stand before them.
        """
        found: Resources = {}
        for manifest in self.manifests.at(part.name if part else None):
            earlier = [*after]
            if "namespace" in found:
                earlier.append(found["namespace"])
            if manifest.kind in _RUNS_PODS:
                earlier.extend((*pods_after, *found.values()))
            elif manifest.role == "autoscaler":
                earlier.append(found["deployment"])
            found[manifest.role] = self._one(manifest, owner, earlier)
        return found

    def register_extra(
        self,
        name: str,
        owner: pulumi.Resource,
        after: list[pulumi.Resource],
    ) -> Resources:
        """
        Make the raw object, the chart or the routes called *name* children
        of *owner*, each object after those of them that it needs.
        """
        found: Resources = {}
        for stage in self._stages(name):
            earlier = [*after, *found.values()]
            for manifest in stage:
                found[manifest.role] = self._one(manifest, owner, earlier)
        return found

    def _stages(self, name: str) -> list[list[Manifest]]:
        """
        The objects of the step called *name*, those first that the others
        of them need.
        """
        if name in self.charts:
            return self.charts[name]
        named: list[Manifest] = []
        plain: list[Manifest] = []
        others: list[Manifest] = []
        for manifest in self.manifests.at(name):
            if manifest.kind in _NAMED_BY_ROUTES:
                named.append(manifest)
            elif manifest.leads and manifest.role in PLAIN_ROLES:
                # It gives up a path before another may take it.
                plain.append(manifest)
            else:
                others.append(manifest)

        return [named, plain, others]

    def _one(
        self,
        manifest: Manifest,
        owner: pulumi.Resource,
        after: list[pulumi.Resource],
    ) -> pulumi.CustomResource:
        """
        The resource of *manifest*. Its name begins with that of *owner*, so
        it has also been called what it was when *owner* had another name.
        """
        body = self.resolver.resolve(manifest.body)
        if _is_scaled(manifest):
            body = left_to_autoscaler(body, self.manifests.of(manifest.part))
        return register(
            _name(owner, manifest),
            manifest,
            body,
            self.stack.cluster,
            self._options(manifest, owner, after),
        )

    def _options(
        self,
        manifest: Manifest,
        owner: pulumi.Resource,
        depends_on: list[pulumi.Resource],
    ) -> pulumi.ResourceOptions:
        kept = self.environment.protect and manifest.kind in KEPT
        there = adopted(manifest, self.stack)

        return pulumi.ResourceOptions.merge(
            self.inherited,
            pulumi.ResourceOptions(
                parent=owner,
                depends_on=depends_on,
                protect=kept or None,
                retain_on_delete=kept or None,
                delete_before_replace=goes_first(manifest.body) or None,
                ignore_changes=_left_alone(manifest),
                hooks=self._hooks(manifest, _name(owner, manifest)),
                custom_timeouts=timeouts(
                    manifest, self.manifests.of(manifest.part)
                ),
                import_=import_id(manifest.body) if there else None,
            ),
        )

    def _hooks(
        self, manifest: Manifest, name: str
    ) -> pulumi.ResourceHookBinding | None:
        part = self._parts.get(manifest.part or "")
        if part is None:
            return None
        claims = claims_of(part, self.manifests, self.stack)
        if manifest.kind == "ServiceAccount":
            return guarded(claims, name)
        found = None
        if part.formerly and manifest.kind in _RUNS_PODS:
            found = adopting(claims, manifest, name)
        if _is_scaled(manifest):
            mine = taking_back(self.stack.context, name)
            found = pulumi.ResourceHookBinding.merge(found, mine)
        return found

    @functools.cached_property
    def _parts(self) -> dict[str, Part]:
        return {part.name: part for part in self.app.parts}

    def build(
        self, part: Part, owner: pulumi.Resource
    ) -> list[pulumi.CustomResource]:
        """
        Build the images that the containers of *part* bring.
        """
        builder = self.stack.cluster.builder or self.environment.builder
        opts = pulumi.ResourceOptions.merge(
            self.inherited, pulumi.ResourceOptions(parent=owner)
        )
        called = owner.pulumi_resource_name

        return [
            register_build(
                f"{key.replace(part.name, called, 1)}-image",
                build,
                builder,
                self.stack,
                opts,
            )
            for key, build in self.manifests.builds.items()
            if part_of(key) == part.name
        ]
