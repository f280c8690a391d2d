"""Everything that the clerk's window offers, in one table: buttons, keys and F1 are made of it.

Who may do something follows from where it is offered: a place is open to those who have a role for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QKeySequence

from resources import word

_PRINTED = {"Return": "Enter", "Left": "←", "Up": "↑", "Down": "↓", "-": "−"}


class Scope(StrEnum):
    """Where something is offered; its word is of the kind ``scope``."""

    WINDOW = "window"
    HOME = "home"
    VISIT = "visit"
    STEP = "step"
    IDENTIFY = "identify"
    CHOOSE = "choose"
    FORM = "form"
    MATERIALS = "materials"
    READ_BACK = "read_back"
    DONE = "done"
    CASES = "cases"
    LOOK = "look"
    REVIEW = "review"


class ActionKey(StrEnum):
    """What can be done; the value is the object name of its button and of its shortcut, and finds its words."""

    HELP = "help"
    STEPS = "steps"
    CLOSE = "close"
    CUSTOMER = "show_customer"
    LOGIN_AGAIN = "login_again_chip"
    LOGOUT = "logout"
    BEGIN = "begin"
    FIND = "find"
    NOTE = "note_newest"
    RECOVER = "recover"
    PARK = "park"
    NEXT = "next"
    BACK = "back"
    UNDO = "undo"
    NEXT_CASE = "next_case"
    DROP_CASE = "drop_case"
    TYPE_IDENTITY = "type_identity"
    TAKE_TYPED = "manual_enter"
    ADD_CASE = "add_case"
    NEXT_FIELD = "next_field"
    OPEN_LIST = "open_list"
    ADD_ROW = "add_row"
    DROP_ROW = "drop_row"
    ROW_UP = "row_up"
    ROW_DOWN = "row_down"
    AS_ON_CARD = "as_on_card"
    SECTION_1 = "section_1"
    SECTION_2 = "section_2"
    SECTION_3 = "section_3"
    SECTION_4 = "section_4"
    SECTION_5 = "section_5"
    SECTION_6 = "section_6"
    TAKE_PAGE = "take_page"
    BY_HAND = "by_hand"
    AMEND = "amend"
    READ_AGAIN = "read_again"
    SIGN_AGAIN = "sign_again"
    PRINT = "print_receipt"
    END = "end_visit"
    MEND = "mend"
    RELOAD = "reload"
    PRINT_AGAIN = "print_again"
    SEND_AGAIN = "send_again"
    TAKE_OFF = "take_off"
    REOPEN = "reopen"
    LEAVE_CASE = "leave_case"
    APPROVE = "act_approve"
    RETURN = "act_return"
    REFUSE = "act_refuse"
    NEXT_TASK = "next_task"
    PREVIOUS_PAGE = "previous_page"
    NEXT_PAGE = "next_page"
    ZOOM_OUT = "zoom_out"
    ZOOM_IN = "zoom_in"
    FIT_PAGE = "fit_page"
    FIT_WIDTH = "fit_width"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"


SECTIONS = tuple(key for key in ActionKey if key.value.startswith("section_"))
BY_EDITORS = frozenset({ActionKey.NEXT_FIELD, ActionKey.OPEN_LIST})
"""What the fields of a form do with keys themselves."""


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the table. ``keys`` as Qt writes them, none where only its button does it; ``icon`` as in
    ``resources/icons``; ``has_tip``: the pointer is told more.
    """

    key: ActionKey
    scopes: tuple[Scope, ...]
    keys: str = ""
    icon: str = ""
    has_tip: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return word("action", self.key.value)

    @property
    def tip(self) -> str:
        """What the pointer is told, "" for nothing."""
        return word("action_tip", self.key.value) if self.has_tip else ""

    @property
    def where(self) -> str:
        """The places at which it is offered; of more than two the first."""
        names = [word("scope", scope.value) for scope in self.scopes]
        return "、".join(names) if len(names) <= 2 else word("named", "places", name=names[0])

    @property
    def printed_keys(self) -> str:
        """The keys as they are printed on a keyboard."""
        text = "+".join(_PRINTED.get(part, part) for part in self.keys.split("+"))
        return text.replace("Space", word("key", "space"))

    @property
    def sequences(self) -> list[QKeySequence]:
        """Everything that does the same: either Enter key, and plus with or without Shift."""
        sequences = [QKeySequence(self.keys)] if self.keys else []
        if self.keys.endswith("Return"):
            sequences.append(QKeySequence(self.keys.replace("Return", "Enter")))
        if self.keys.endswith("++"):
            sequences.append(QKeySequence(self.keys.replace("++", "+=")))  # the same key without Shift
        return sequences


_PAGES = (Scope.LOOK, Scope.REVIEW)
ACTIONS = (
    Action(ActionKey.HELP, (Scope.WINDOW,), keys="F1"),
    Action(ActionKey.CLOSE, (Scope.WINDOW,), keys="Esc"),
    Action(ActionKey.CUSTOMER, (Scope.WINDOW,), keys="F9"),
    Action(ActionKey.LOGIN_AGAIN, (Scope.WINDOW,), has_tip=True),
    Action(ActionKey.LOGOUT, (Scope.WINDOW,)),
    # the desk
    Action(ActionKey.BEGIN, (Scope.WINDOW,), keys="F2"),
    Action(ActionKey.FIND, (Scope.HOME, Scope.CASES, Scope.LOOK, Scope.CHOOSE), keys="Ctrl+F"),
    Action(ActionKey.NOTE, (Scope.HOME,), keys="F8"),
    Action(ActionKey.RECOVER, (Scope.HOME,), has_tip=True),
    # the visit at the counter
    Action(ActionKey.NEXT, (Scope.STEP,), keys="Ctrl+Return"),
    Action(ActionKey.BACK, (Scope.STEP,), keys="Alt+Left", icon="arrow_left"),
    Action(ActionKey.UNDO, (Scope.FORM, Scope.MATERIALS), keys="Ctrl+Z", icon="undo"),
    Action(ActionKey.STEPS, (Scope.VISIT,), keys="F6"),
    Action(ActionKey.PARK, (Scope.VISIT,), keys="F8", has_tip=True),
    Action(ActionKey.NEXT_CASE, (Scope.VISIT,), keys="F3"),
    Action(ActionKey.DROP_CASE, (Scope.VISIT,), keys="Shift+F3", has_tip=True),
    Action(ActionKey.TYPE_IDENTITY, (Scope.IDENTIFY,), keys="F4"),
    Action(ActionKey.TAKE_TYPED, (Scope.IDENTIFY,)),
    Action(ActionKey.ADD_CASE, (Scope.CHOOSE,), keys="Ctrl+Shift+Return"),
    Action(ActionKey.NEXT_FIELD, (Scope.FORM,), keys="Return"),
    Action(ActionKey.OPEN_LIST, (Scope.FORM,), keys="Down"),
    Action(ActionKey.ADD_ROW, (Scope.FORM,), keys="Alt+Ins"),
    Action(ActionKey.DROP_ROW, (Scope.FORM,), keys="Alt+Del"),
    Action(ActionKey.ROW_UP, (Scope.FORM,), keys="Ctrl+Shift+Up"),
    Action(ActionKey.ROW_DOWN, (Scope.FORM,), keys="Ctrl+Shift+Down"),
    Action(ActionKey.AS_ON_CARD, (Scope.FORM,), keys="Alt+S"),
    Action(ActionKey.SECTION_1, (Scope.FORM,), keys="Alt+Q"),
    Action(ActionKey.SECTION_2, (Scope.FORM,), keys="Alt+W"),
    Action(ActionKey.SECTION_3, (Scope.FORM,), keys="Alt+E"),
    Action(ActionKey.SECTION_4, (Scope.FORM,), keys="Alt+R"),
    Action(ActionKey.SECTION_5, (Scope.FORM,), keys="Alt+T"),
    Action(ActionKey.SECTION_6, (Scope.FORM,), keys="Alt+Y"),
    Action(ActionKey.TAKE_PAGE, (Scope.MATERIALS,), keys="Space", icon="camera"),
    Action(ActionKey.BY_HAND, (Scope.MATERIALS,), keys="F7"),
    Action(ActionKey.AMEND, (Scope.READ_BACK,)),
    Action(ActionKey.READ_AGAIN, (Scope.READ_BACK,)),
    Action(ActionKey.SIGN_AGAIN, (Scope.READ_BACK,)),
    Action(ActionKey.END, (Scope.DONE,), keys="Ctrl+Return"),
    Action(ActionKey.PRINT, (Scope.DONE,), keys="Ctrl+P", icon="printer"),
    Action(ActionKey.MEND, (Scope.DONE, Scope.CASES)),
    # the clerk's own cases
    Action(ActionKey.RELOAD, (Scope.CASES, Scope.REVIEW), keys="F5", icon="refresh"),
    Action(ActionKey.PRINT_AGAIN, (Scope.CASES,), keys="Ctrl+P", icon="printer"),
    Action(ActionKey.SEND_AGAIN, (Scope.CASES,), icon="send"),
    Action(ActionKey.TAKE_OFF, (Scope.CASES,), icon="trash"),
    Action(ActionKey.REOPEN, (Scope.CASES,)),
    # a case that is read or decided on
    Action(ActionKey.LEAVE_CASE, (Scope.LOOK,), keys="Alt+Left"),
    Action(ActionKey.APPROVE, (Scope.REVIEW,), keys="Alt+Return"),
    Action(ActionKey.RETURN, (Scope.REVIEW,), keys="Alt+B"),
    Action(ActionKey.REFUSE, (Scope.REVIEW,)),
    Action(ActionKey.NEXT_TASK, (Scope.REVIEW,), keys="Alt+Down"),
    Action(ActionKey.PREVIOUS_PAGE, _PAGES, keys="Alt+PgUp", icon="arrow_left"),
    Action(ActionKey.NEXT_PAGE, _PAGES, keys="Alt+PgDown", icon="arrow_right"),
    Action(ActionKey.ZOOM_OUT, _PAGES, keys="Ctrl+-", icon="zoom_out", has_tip=True),
    Action(ActionKey.ZOOM_IN, _PAGES, keys="Ctrl++", icon="zoom_in", has_tip=True),
    Action(ActionKey.FIT_PAGE, _PAGES, keys="Ctrl+0", icon="fit_page", has_tip=True),
    Action(ActionKey.FIT_WIDTH, _PAGES, icon="fit_width"),
    Action(ActionKey.TURN_LEFT, _PAGES, icon="turn_left"),
    Action(ActionKey.TURN_RIGHT, _PAGES, icon="turn_right"),
)
_BY_KEY = {action.key: action for action in ACTIONS}


def action_of(key: ActionKey) -> Action:
    """The line of an action."""
    return _BY_KEY[key]


def with_keys(key: ActionKey, title: str = "") -> str:
    """What an action is called (or is called just now), with its keys behind it."""
    action = _BY_KEY[key]
    return f"{title or action.title} ({action.printed_keys})" if action.keys else title or action.title


def shown_keys(key: ActionKey) -> str:
    """The keys of an action as they are printed on a keyboard."""
    return _BY_KEY[key].printed_keys
