"""The Pulumi program: a stack's plan into resources.

A stack is one scalable unit, and its name says which: `<site>.<unit>`. The program finds the site's
folder, insists that its rendered/ is current, and declares one resource for each rack of the unit's
plan. It decides nothing: what was reviewed is what is declared.
"""

from __future__ import annotations

from pathlib import Path

from rackwright import inputs, plan
from rackwright.problems import PlanError, RackwrightError
from rackwright.provision.inputs import properties


def main(project: Path) -> None:
    """Declare the racks of the current stack; `project` is the folder of Pulumi.yaml.

    Raises:
        RunError: The stack leads to no plan, or to one that is not current; says what to do.
    """
    import pulumi

    try:
        declare(planned(project, pulumi.get_stack()))
    except RackwrightError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise pulumi.RunError(f"{error.message}{hint}") from None


def planned(project: Path, stack: str) -> plan.UnitPlan:
    """Return the plan that a stack's name leads to.

    Raises:
        PlanError: The name leads nowhere.
        StaleRender: The plan is not what the specification says today.
    """
    site, _, unit = stack.partition(".")
    folder = _folder(project, site)
    inputs.require_current(folder)
    if unit not in (units := plan.read_site(folder).units):
        raise _no_plan(stack, f"the units of {site} are {', '.join(units)}")
    return plan.read_unit(folder, unit)


def declare(unit: plan.UnitPlan) -> None:
    """Declare a unit's racks, and export their names and whether all are ready."""
    import pulumi

    from rackwright.provision.resources import Rack

    racks = [Rack(rack.name, properties(unit, rack)) for rack in unit.racks]
    pulumi.export("racks", [rack.name for rack in unit.racks])
    pulumi.export("ready", pulumi.Output.all(*(rack.ready for rack in racks)).apply(all))


def _folder(project: Path, site: str) -> Path:
    for place in plan.SITE_FOLDERS:
        folder = project / place / site
        if site and (folder / "site.yaml").is_file():
            return folder
    raise _no_plan(site, f"there is no site of this name in {' or '.join(plan.SITE_FOLDERS)}")


def _no_plan(stack: str, why: str) -> PlanError:
    return PlanError(f"the stack {stack!r} leads to no plan: {why}", "name it SITE.UNIT")
