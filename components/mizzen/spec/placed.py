"""
On which nodes parts of your own run, and what their pods are marked with.
"""

from collections.abc import Mapping

import attrs

from .._fields import typed
from .._validators import texts_by_name, words
from . import marks
from .placement import (
    NodeConditions,
    PlacementChanges,
    Toleration,
    architectures,
    are_tolerations,
    as_nodes,
    as_tolerations,
    node_labels,
    priority_class,
)
from .values import Off, unless_off
from .workload import Workload, WorkloadChanges


class PlacedChanges(WorkloadChanges, PlacementChanges, total=False):
    """
    Fields of all placed parts that an environment may override.
    """


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Placed(Workload):
    """
    Fields that decide where the pods of a part run, and what marks them.
    """

    nodes: NodeConditions = attrs.field(
        factory=dict, converter=as_nodes, validator=node_labels
    )
    tolerations: tuple[Toleration, ...] | None = attrs.field(
        default=None, converter=as_tolerations, validator=are_tolerations
    )
    architectures: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=architectures
    )
    priority_class: str | Off | None = attrs.field(
        default=None, validator=unless_off(priority_class)
    )
    pod_labels: Mapping[str, str | Off] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.pod_labels
    )
    pod_annotations: Mapping[str, str | Off] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.pod_annotations
    )
