"""What cmi5 defined statements must carry as their result (9.5), and how it agrees with the mastery score."""

from modules.cmi5 import MASTERY_SCORE, MOVE_ON_CATEGORY
from modules.kinds import VerbIri
from modules.session_state import Act, Broken, SessionState, expected, names

JUDGED = frozenset({VerbIri.PASSED, VerbIri.FAILED})
SATISFYING = JUDGED | {VerbIri.COMPLETED}


def _stray_score(_: SessionState, act: Act) -> str | None:
    stray = act.result.score is not None and act.verb not in JUDGED
    return "Only passed and failed carry a score." if stray else None


def _raw_alone(_: SessionState, act: Act) -> str | None:
    alone = act.score.raw is not None and (act.score.min is None or act.score.max is None)
    return "score.raw needs score.min and score.max beside it." if alone else None


def _success(verb: VerbIri, *, must_be: bool) -> Broken:
    def broken(_: SessionState, act: Act) -> str | None:
        return expected("result.success", act.result.success, must_be) if act.verb == verb else None

    return broken


def _stray_success(_: SessionState, act: Act) -> str | None:
    stray = act.result.success is not None and act.verb not in JUDGED
    return "Only passed and failed carry result.success." if stray else None


def _incomplete(_: SessionState, act: Act) -> str | None:
    completed = act.verb == VerbIri.COMPLETED
    return expected("result.completion", act.result.completion, True) if completed else None


def _stray_completion(_: SessionState, act: Act) -> str | None:
    stray = act.result.completion is not None and act.verb != VerbIri.COMPLETED
    return "Only completed carries result.completion." if stray else None


def _no_duration(verb: VerbIri) -> Broken:
    def broken(_: SessionState, act: Act) -> str | None:
        missing = act.verb == verb and act.result.duration is None
        return f"A {verb.word} statement needs result.duration." if missing else None

    return broken


def _no_move_on(_: SessionState, act: Act) -> str | None:
    if not act.satisfying or names(act.activities.category, MOVE_ON_CATEGORY):
        return None
    return f"A statement with success or completion needs the category {MOVE_ON_CATEGORY}."


def _no_mastery(state: SessionState, act: Act) -> str | None:
    if state.mastery is None or act.verb not in JUDGED or act.result.score is None:
        return None
    return expected("The masteryscore extension", act.extensions.get(MASTERY_SCORE), state.mastery)


def _passed_below(state: SessionState, act: Act) -> str | None:
    if state.mastery is None or act.verb != VerbIri.PASSED or act.score.scaled is None:
        return None
    below = act.score.scaled < state.mastery
    return f"score.scaled is {act.score.scaled}; to pass it must be at least {state.mastery}." if below else None


def _failed_above(state: SessionState, act: Act) -> str | None:
    if state.mastery is None or act.verb != VerbIri.FAILED or act.score.scaled is None:
        return None
    above = act.score.scaled >= state.mastery
    return f"score.scaled is {act.score.scaled}; to fail it must be below {state.mastery}." if above else None


RESULT_RULES: tuple[tuple[str, Broken], ...] = (
    ("9.5.1.0-2", _stray_score),
    ("9.5.1.0-3", _raw_alone),
    ("9.5.2.0-1", _success(VerbIri.PASSED, must_be=True)),
    ("9.5.2.0-2", _success(VerbIri.FAILED, must_be=False)),
    ("9.5.2.0-3", _stray_success),
    ("9.5.3.0-1", _incomplete),
    ("9.5.3.0-2", _stray_completion),
    ("9.5.4.1-1", _no_duration(VerbIri.TERMINATED)),
    ("9.5.4.1-2", _no_duration(VerbIri.COMPLETED)),
    ("9.5.4.1-3", _no_duration(VerbIri.PASSED)),
    ("9.5.4.1-4", _no_duration(VerbIri.FAILED)),
    ("9.6.2.2-1", _no_move_on),
    ("9.6.3.2-2", _no_mastery),
    ("9.3.4.0-2", _passed_below),
    ("9.3.5.0-2", _failed_above),
)
