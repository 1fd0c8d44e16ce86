"""
Objects of a cluster in which each part has a trouble of its own, as recorded.
"""

import json

from pathlib import Path


FILE = Path(__file__).parent / "recorded" / "troubles.jsonl"
RECORDED = [json.loads(line) for line in FILE.read_text().splitlines()]
LABEL = "app.kubernetes.io/name"
