"""
The policy pack, for ``pulumi preview --policy-pack policy``.
"""

from pathlib import Path

from pulumi_policy import PolicyPack

from mizzen import load_project
from mizzen.pulumi.policy import policies


PolicyPack("mizzen", policies(load_project(Path(__file__).parent)))
