"""The set-up programs are no package: they run before anything is installed."""

import sys
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "infra/tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "pulumi")]
