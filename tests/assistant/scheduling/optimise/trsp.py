"""Instances of the technician routing and scheduling problem (Pillac, Gueret and Medaglia 2013) as problems of ours.

25 technicians with homes, skills and tools (which count as skills; spare parts do not), 100 requests, coordinates as
minutes. Seeded beside: how long each request takes (30 to 90 min) and its window of two hours in a day of eight.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, hypot
from pathlib import Path
from xml.etree.ElementTree import Element, parse

from assistant.scheduling.optimise.model import Problem, Shift, Task

INSTANCES = ("C101.100_25-5-5-5.xml", "R101.100_25-5-5-5.xml", "R106.100_25-5-5-5.xml")
_DAY = 8 * 60


@dataclass(frozen=True, slots=True)
class Plane:
    """Straight ways between points, rounded up to minutes, which keeps any detour from being shorter."""

    points: Mapping[str, tuple[float, float]]

    def between(self, start: str, end: str, /) -> int:
        (x, y), (u, v) = self.points[start], self.points[end]
        return ceil(hypot(x - u, y - v))


def trsp(path: Path, seed: int = 0) -> Problem:
    """The problem in a file."""
    root, rng = parse(path).getroot(), random.Random(seed)
    points = {
        node.attrib["id"]: (float(node.findtext("cx", "")), float(node.findtext("cy", "")))
        for node in root.iterfind("network/nodes/node")
    }
    tools = {each.attrib["id"] for each in root.iterfind("resources/resource") if each.attrib["renewable"] == "true"}
    fleet = {each.attrib["type"]: each for each in root.iterfind("fleet/vehicle_profile")}
    shifts, can = [], {}
    for number, driver in enumerate(root.iterfind("drivers/driver_profile")):
        vehicle = fleet[driver.findtext("compatible_vehicle_type", "")]
        skills = {f"skill {each.attrib['id']}" for each in driver.iterfind("skill")}
        can[number] = skills | _tools(vehicle, tools)
        shifts.append(Shift(number, 0, _DAY, vehicle.findtext("departure_node", "")))
    tasks = []
    for request in root.iterfind("requests/request"):
        needed = {f"skill {each.text}" for each in request.iterfind("skill")} | _tools(request, tools)
        begin = rng.randrange(0, _DAY - 120 + 1, 15)
        tasks.append(
            Task(
                int(request.attrib["id"]),
                rng.randrange(30, 91),
                ((begin, begin + 120),),
                request.attrib["node"],
                frozenset(number for number, skills in can.items() if needed <= skills),
            )
        )
    return Problem(tasks, shifts, Plane(points))


def _tools(element: Element, tools: set[str]) -> set[str]:
    return {f"tool {each.attrib['id']}" for each in element.iterfind("resource") if each.attrib["id"] in tools}
