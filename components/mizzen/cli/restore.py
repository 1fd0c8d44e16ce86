"""
``mizzen restore``.
"""

import click

from .. import _names, runs
from .._backups import restoration
from ..exceptions import SpecError, chosen
from ..kubectl import Kubectl
from ..spec import Store, title
from ._options import app_option, context_option, stack_option
from ._target import Target, context_of, target_of


def _store(target: Target, name: str) -> Store:
    stores = {p.name: p for p in target.app.parts if isinstance(p, Store)}

    return chosen("Store", name, stores)


@click.command()
@click.argument("store")
@click.argument("backup", required=False)
@stack_option
@app_option
@context_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(
    store: str,
    backup: str | None,
    stack: str,
    app: str | None,
    context: str | None,
    *,
    yes: bool,
) -> int:
    """
    Put STORE back to BACKUP, or to the last one, and wait for it.

    What was written since then is lost. It needs kubectl. The exit code is
    that of the Job.
    """
    target = target_of(stack, app)
    part = _store(target, store)
    manifests = target.compile()
    name = manifests.names[store]
    try:
        manifests.get("CronJob", _names.backups(name))
    except KeyError:
        msg = (
            f"{title(part)} has no backups in stack {stack!r}. Set backup, "
            "like backup=Backup('0 3 * * *', disk='20Gi')."
        )
        raise SpecError(msg) from None
    if not yes:
        which = backup or "its last backup"
        question = f"Put {title(part)} of stack {stack!r} back to {which}?"
        click.confirm(question, abort=True, err=True)
    kubectl = Kubectl(
        context=context_of(target, context), namespace=manifests.namespace
    )
    labels = _names.selector(
        _names.errands(name),
        _names.instance(target.app.name, target.stack.name),
    )
    # The image and the disk there may be others than those here.
    maker = runs.deployed(
        kubectl, f"What makes backups of {title(part)} is", "CronJob", labels
    )
    return runs.follow(kubectl, restoration(part, maker, backup))
