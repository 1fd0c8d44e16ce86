"""
The recorded app, and what is the matter with its parts.
"""

import math

from tests.troubles import LABEL, RECORDED

from mizzen.diagnosis import diagnose
from mizzen.live import Live


PARTS = {
    name: name
    for body in RECORDED
    for name in [body["metadata"].get("labels", {}).get(LABEL)]
    if name
}
STUCK, HOPELESS, PASSING = 60, 0, math.inf


def live(bodies=None):
    """
    An app as the cluster has it.
    """
    return Live.of(
        RECORDED if bodies is None else bodies, "lab-dev", {**PARTS}
    )


def about(bodies, kind, part):
    """
    The object of *kind* of a part.
    """
    (found,) = (
        body
        for body in bodies
        if body["kind"] == kind
        and body["metadata"].get("labels", {}).get(LABEL) == part
    )
    return found


def only(bodies, part):
    """
    The diagnoses of one part.
    """
    return [each for each in diagnose(live(bodies)) if each.part == part]
