"""What authors write: the library of modules and paths as files, read whole, checked whole, and rendered safely."""

from content.faults import LibraryBroken, Problem, parsed
from content.files import parse_toml
from content.finishing import Delivery, DeliveryMode, Finishing
from content.library import Inspection, Library, inspect_library, read_library, stamp_translations
from content.markdown import render_markdown
from content.module_files import module_files
from content.quiz import Match, Multiple, Numeric, Order, Question, QuestionText, Quiz, QuizText, Single, TrueFalse
from content.specs import ModuleSource, ModuleSpec, PathFile, Skills, canonical_json, module_from_json, online
from content.toml_form import toml_form
from content.trust import EVERY_KIND, Trusted, TrustTable, trust_in
from content.vocabulary import CreditPoints, Id, Iri, Language, Line, MoveOn, Slug, Status

__all__ = [
    "EVERY_KIND",
    "CreditPoints",
    "Delivery",
    "DeliveryMode",
    "Finishing",
    "Id",
    "Inspection",
    "Iri",
    "Language",
    "Library",
    "LibraryBroken",
    "Line",
    "Match",
    "ModuleSource",
    "ModuleSpec",
    "MoveOn",
    "Multiple",
    "Numeric",
    "Order",
    "PathFile",
    "Problem",
    "Question",
    "QuestionText",
    "Quiz",
    "QuizText",
    "Single",
    "Skills",
    "Slug",
    "Status",
    "TrueFalse",
    "TrustTable",
    "Trusted",
    "canonical_json",
    "inspect_library",
    "module_files",
    "module_from_json",
    "online",
    "parse_toml",
    "parsed",
    "read_library",
    "render_markdown",
    "stamp_translations",
    "toml_form",
    "trust_in",
]
