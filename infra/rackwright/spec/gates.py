"""Gates: how much one change may do, and what needs somebody's word.

A reviewer at the end of a long day approves what is green. A site can say beforehand what may never
be green by itself: `rackwright diff` judges every change by these lines.
"""

from typing import Annotated, Literal

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Form, Whole

Effect = Literal[
    "reload",
    "restart",
    "recable",
    "deploy",
    "reboot",
    "redeploy",
    "replace",
    "decommission",
]
"""What a change does on the metal; `rackwright diff` names it, with its reason."""

_LABEL = Form("[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,49}", "a label of a pull request, 50 at most")


class Gates(Spec):
    """What a change must pass before it is merged."""

    max_racks_per_change: Annotated[Whole, Bounds(ge=0)] | None = field(
        default=None,
        description="On the metal of how many racks one change may act: deploy, re-cable, reboot, "
        "redeploy, replace or decommission something in them.",
    )
    max_nodes_restarted_per_change: Annotated[Whole, Bounds(ge=0)] | None = field(
        default=None,
        description="On how many nodes one change may restart or reload a program.",
    )
    forbid: tuple[Effect, ...] = field(
        default=(), description="What no change may do: reboot, decommission, …"
    )
    require_label: dict[Effect, Annotated[str, _LABEL]] = field(
        default_factory=dict,
        description="What needs a label on the pull request, such as {replace: metal-approved}; "
        "CI says which it has.",
    )
