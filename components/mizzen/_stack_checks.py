"""
What is wrong with the stack itself.
"""

from collections.abc import Iterator

from ._adoption import adopted
from ._scene import Problem, Scene, subject


# Kinds of clusters that run on the machine of whoever deploys to them.
_OWN_MACHINE = ("embedded", "kind", "minikube", "docker-desktop")


def empty_passphrase(scene: Scene) -> Iterator[Problem]:
    """
    Secrets of a stack that others rely on are encrypted with an empty
    passphrase.
    """
    if not scene.empty_passphrase:
        return
    if scene.environment.protect:
        why = f"environment {scene.environment.name!r} protects its data"
    elif scene.entrance:
        why = f"{subject(scene.entrance)} makes the app public"
    elif scene.stack.versions:
        why = "it runs recorded versions, as what others rely on does"
    elif scene.stack.cluster.name not in _OWN_MACHINE:
        why = (
            f"a cluster of kind {scene.stack.cluster.name!r} may be anybody's"
        )
    else:
        return
    yield Problem(
        scene.stack,
        "whoever reads its file reads its secrets, because the passphrase "
        f"is empty, though {why}",
        "Set PULUMI_CONFIG_PASSPHRASE and run: pulumi stack "
        f"change-secrets-provider passphrase --stack {scene.stack.name}",
    )


def late_pull_secret(scene: Scene) -> Iterator[Problem]:
    """
    A Secret by which images are pulled cannot be there when it is needed.
    """
    namespace = scene.environment.namespace
    if namespace is not None and not namespace.create:
        return
    made = {secret.name for secret in scene.of_kind("Secret")}
    for name in scene.stack.pull_secret_names:
        if name not in made:
            yield Problem(
                scene.stack,
                f"Secret {name!r}, by which images are pulled, cannot be there "
                "when the first pods start, because their namespace is new",
                "Let it be made with the namespace, like 'pullSecrets: "
                f"{{{name}: registryAuth}}', and run: pulumi config set "
                f"--secret registryAuth --stack {scene.stack.name}",
            )


def throwaway_protected(scene: Scene) -> Iterator[Problem]:
    """
    A stack that is to go again protects what it makes.
    """
    if scene.stack.throwaway and scene.environment.protect:
        yield Problem(
            scene.stack,
            "its file stands for many that come and go, but environment "
            f"{scene.environment.name!r} protects namespaces and disks from "
            "being removed",
            "Derive the environment with protect=False.",
        )


def taken_over(scene: Scene) -> Iterator[Problem]:
    """
    A deployment takes over an object that somebody else has made.
    """
    for manifest in scene.manifests:
        if adopted(manifest, scene.stack):
            yield Problem(
                manifest,
                "it is taken over from whoever has made it, and becomes "
                "what is described here",
                "Look at mizzen preview first, and take it out of adopt in "
                f"the file of stack {scene.stack.name!r} afterwards.",
            )
