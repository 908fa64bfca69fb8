"""Ways through modules: requirement trees, enrolments, and completion that explains itself."""

from paths import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from paths.authoring import PathSource, check_paths, read_path, requirement_tree
from paths.completion import LATEST, Fulfilment, State, Verdict, evaluate
from paths.events import PathCompleted, PathLost, RequirementSatisfied
from paths.requirements import ROOT, All, Group, Leaf, Node, NOf

__all__ = [
    "LATEST",
    "ROOT",
    "All",
    "Fulfilment",
    "Group",
    "Leaf",
    "NOf",
    "Node",
    "PathCompleted",
    "PathLost",
    "PathSource",
    "RequirementSatisfied",
    "State",
    "Verdict",
    "check_paths",
    "evaluate",
    "read_path",
    "requirement_tree",
]
