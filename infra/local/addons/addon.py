"""
The add-ons that there are.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

from .. import network, tools
from ..gobuild import GoTool


_FOLDER = Path(__file__).parent


@attrs.frozen(kw_only=True)
class Addon:
    """
    A controller that runs in the cluster, in a namespace and as a Deployment
    of its own name.

    Args:
        name: Its name; the file with its manifests is called like it.

        tool: The command that it is.

        custom_resources:
            Projects whose custom resources it knows.

        needs: Names of the add-ons that it cannot do without.
    """

    name: str = attrs.field(kw_only=False)
    tool: GoTool
    custom_resources: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def manifests(self, image: str) -> Iterator[dict[str, Any]]:
        """
        Its objects, when *image* holds its command.
        """
        text = (
            (_FOLDER / f"{self.name}.yaml")
            .read_text()
            .replace("$IMAGE", image)
            .replace("$ADDRESSES", network.LOAD_BALANCERS)
        )

        yield from yaml.safe_load_all(text)


ADDONS = {
    addon.name: addon
    for addon in (
        Addon(
            "cert-manager",
            tool=tools.CERT_MANAGER,
            custom_resources=("cert-manager", "gateway-api"),
        ),
        Addon("metallb", tool=tools.METALLB, custom_resources=("metallb",)),
        Addon("metrics-server", tool=tools.METRICS_SERVER),
        Addon(
            "traefik",
            tool=tools.TRAEFIK,
            custom_resources=("gateway-api", "traefik"),
            needs=("metallb",),
        ),
    )
}
