"""
``mizzen preview``.
"""

from pathlib import Path

import click

from ._changes import show_changes, shows_changes
from ._engine import drift_of, engine_of, runs_pulumi
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@runs_pulumi
@shows_changes
def preview(
    stack: str,
    app: str | None,
    config_file: Path | None,
    **shown: str | Path | None,
) -> int:
    """
    Show what an update of STACK would change, in terms of the app.

    Pulumi looks at what is deployed: it needs the stack's state and its
    secrets. What has been changed in the cluster by others is shown too, and
    what `mizzen check` finds.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    import attrs  # noqa: PLC0415

    from ..changes import preview_change  # noqa: PLC0415
    from ._findings import findings_of  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    engine = engine_of(target, config_file)
    with ThreadPoolExecutor() as pool:
        looking = pool.submit(drift_of, engine)
        planned = preview_change(stack, engine.preview())
        drift, unknown = looking.result()
    found = attrs.evolve(
        planned,
        acknowledge=target.stack.acknowledge,
        drift=drift,
        findings=findings_of(target),
        warnings=(*planned.warnings, *unknown),
    )

    return show_changes([found], **shown)  # type: ignore[arg-type]
