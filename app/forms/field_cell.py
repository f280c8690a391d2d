"""One field of a form on the screen: caption, star, badge, editor, and a line that is reserved for messages.

A message that the line cannot hold gets a second one: the form is then arranged anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.forms.fields.factory import Editor
from app.forms.fields.short_choice import ShortChoiceEditor
from app.forms.marks import Mark, MarkedCard
from app.theme.theme import set_role, set_state
from app.theme.tokens import CONTROL_HEIGHT_PX, GAP_PX
from domain.catalogue.values import Field, FieldKind, Severity
from domain.forms.answers import Origin

NOTE_PX = 20
BADGE_PX = 20
STAR_PX = 12
LONG_TEXT_PX = 58
_LONG_CAPTION = 9
_LEFT, _RIGHT, _CENTER = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
translate = QCoreApplication.translate


def show_if(widget: QWidget, *, shown: bool) -> None:
    """Show or hide. What is shown together with its parent is left alone: asking twice costs a style each time."""
    if widget.isHidden() == shown:
        widget.setVisible(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a cell shows. ``problem`` is a finding in words."""

    value: str = field(repr=False)
    required: bool = False
    origin: Origin | None = None
    changed_from_card: bool = False
    problem: str = ""
    severity: Severity | None = None
    begun: bool = False
    """The value is only the beginning of one."""
    offer: str = field(default="", repr=False)
    """What of the card may be taken over, and what that is called."""
    offer_name: str = ""


class FieldCell:
    """The editor of one field, a child of ``card``, and what the card draws around it; placed by ``place``."""

    def __init__(
        self,
        spec: Field,
        editor: Editor,
        card: MarkedCard,
        *,
        wide: bool,
        on_grown: Callable[[], None],
        on_offer: Callable[[str], object],
    ) -> None:
        self.spec = spec
        self._on_grown = on_grown
        self._on_offer = on_offer
        self.wide = wide
        self.editor = editor
        self.look = Look(value="")
        self.is_focused = False
        self.holds_back = False
        """While the field is being typed in, a new error waits until it is left."""
        self._card = card
        self._offer: QToolButton | None = None
        self._note_width_px = 0
        self._note_lines = 1
        """What there is room for; a long message asks for a second line, and keeps it until the next arrangement."""
        self._caption = Mark(card, "label", _RIGHT)
        self._star = Mark(card, "error", _LEFT)
        self.badge = Mark(card, "chip_success", _CENTER)
        self.note = Mark(card, "hint", _LEFT, cut=True)
        self._caption.say(spec.label, "label")
        self._shown = True

    @property
    def caption_px(self) -> int:
        """Width of the caption's text with its star."""
        return self._caption.text_px + STAR_PX

    @property
    def height_px(self) -> int:
        """Height with the message, as it was placed last."""
        return self.editor.height() + NOTE_PX * self._note_lines

    def _editor_px(self, width: int) -> int:
        if isinstance(self.editor, ShortChoiceEditor):
            return self.editor.height_at(width)
        return LONG_TEXT_PX if self.spec.kind is FieldKind.LONG_TEXT else CONTROL_HEIGHT_PX

    @property
    def is_shown(self) -> bool:
        """Whether the field is on the form now."""
        return self._shown

    @property
    def has_error(self) -> bool:
        """Whether an error belongs to the field, held back or not."""
        return bool(self.look.problem) and self.look.severity is Severity.ERROR

    @property
    def waits(self) -> bool:
        """Whether the clerk has something to do here: to fill it in, or to mend it."""
        return self.has_error or self.look.begun or (self.look.required and not self.look.value)

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide the field; its value stays."""
        self._shown = shown
        show_if(self.editor, shown=shown)
        for mark in (self._caption, self._star, self.badge, self.note):
            mark.show(shown=shown)
        if self._offer is not None:
            show_if(self._offer, shown=shown and bool(self.look.offer))

    def place(self, x: int, y: int, width: int, caption_px: int) -> None:
        """Caption on the left, right-aligned; editor beside it; message and offer below."""
        left = x + caption_px + GAP_PX
        caption = QRect(x, y, caption_px - STAR_PX, CONTROL_HEIGHT_PX)
        editor_width = width - caption_px - GAP_PX
        self._caption.place(caption, lines=1 + (len(self.spec.label) > _LONG_CAPTION))
        self._star.place(QRect(caption.right() + 4, y, STAR_PX - 3, CONTROL_HEIGHT_PX))
        self.editor.setGeometry(left, y, editor_width, self._editor_px(editor_width))
        self._note_width_px = editor_width
        self._note_lines = self._wanted_lines()
        self._place_badge()
        self._place_offer()
        self._place_note()

    @property
    def has_offer(self) -> bool:
        """Whether the field may repeat what the card says."""
        return self._shown and bool(self.look.offer)

    def take_offer(self) -> None:
        """Take over what the card says."""
        if self.has_offer:
            self._on_offer(self.look.offer)

    def show_look(self, look: Look) -> None:
        """Take a new look; only what differs is touched."""
        old, self.look = self.look, look
        if look == old:
            return
        if look.value != self.editor.value():
            self.editor.show_value(look.value)
        if look.required != old.required:
            self._star.say("*" if look.required else "", "error")
        if (look.origin, look.changed_from_card) != (old.origin, old.changed_from_card):
            text, tone = self._badge_text()
            self.badge.say(text, f"chip_{tone}")
            self._place_badge()
        if look.offer != old.offer:
            self._show_offer()
        self.refresh_note()
        if self._note_width_px:
            self._place_note()

    def refresh_note(self) -> None:
        """The message line and the field's colour: error, what the editor says, warning, hint."""
        problem = "" if self.holds_back and self.has_error else self.look.problem
        is_error = bool(problem) and self.look.severity is Severity.ERROR
        live = self.editor.live_hint() if self.is_focused or self.editor.is_folded() else ""
        text = problem if is_error else (live or problem or self.spec.hint)
        role = "error" if is_error else "warning" if text and text == problem else "hint"
        self._show_note(text, role)
        self._describe()
        if not isinstance(self.editor, ShortChoiceEditor):  # buttons have no colour of their own
            from_card = self.look.origin is Origin.CARD
            set_state(self.editor, role if role != "hint" else "from_card" if from_card else "")

    def _badge_text(self) -> tuple[str, str]:
        if self.look.origin is Origin.CARD:
            return translate("Form", "来自身份证"), "success"
        if self.look.changed_from_card:
            return translate("Form", "已改动"), "warning"
        if self.look.origin is Origin.ELECTRONIC:
            return translate("Form", "来自电子证照"), "success"
        if self.look.origin is Origin.COMPUTED:
            return translate("Form", "自动计算"), "info"
        if self.look.origin is Origin.SERVER:
            return translate("Form", "来自系统"), "info"
        return "", "info"

    def _place_badge(self) -> None:
        """Below the field, at its end."""
        width, box = self.badge.chip_px, self.editor.geometry()
        self.badge.place(QRect(box.right() + 1 - width, box.bottom() + 2, width, BADGE_PX))

    def _show_offer(self) -> None:
        if self._offer is None:
            self._offer = QToolButton(self._card)
            self._offer.setObjectName(f"offer_{self.spec.id}")
            self._offer.setText(translate("Form", "与身份证{what}相同").format(what=self.look.offer_name))
            self._offer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            set_role(self._offer, "offer")
            self._offer.clicked.connect(self.take_offer)
            self._place_offer()
        show_if(self._offer, shown=bool(self.look.offer) and self._shown)

    def _place_offer(self) -> None:
        """Where the badge is once it was taken."""
        if self._offer is not None:
            width, box = self._offer.sizeHint().width(), self.editor.geometry()
            self._offer.setGeometry(box.right() + 1 - width, box.bottom() + 1, width, NOTE_PX)

    @property
    def _end_px(self) -> int:
        """What stands at the end of the message line."""
        if self._offer is not None and self.look.offer:
            return self._offer.sizeHint().width() + GAP_PX
        return self.badge.chip_px + GAP_PX if self.badge.text else 0

    def _show_note(self, text: str, role: str) -> None:
        if (text, role) == (self.note.text, self.note.role):
            return
        self.note.say(text, role)
        if self._note_width_px and self._shown and self._wanted_lines() > self._note_lines:
            self._on_grown()

    def _describe(self) -> None:
        """What is seen around the field, for those who hear it."""
        required = translate("Form", "必填") if self.look.required else ""
        description = "；".join(part for part in (self.note.text, required) if part)
        if description != self.editor.accessibleDescription():
            self.editor.setAccessibleDescription(description)

    def _wanted_lines(self) -> int:
        """Two for an error or warning that one line cannot hold; a hint stays on its line."""
        return 1 if self.note.role == "hint" or self.note.text_px <= self._note_width_px - self._end_px - 2 else 2

    def _place_note(self) -> None:
        box = self.editor.geometry()
        lines, width = self._note_lines, self._note_width_px - self._end_px - 2
        self.note.place(QRect(box.x() + 1, box.bottom() + 1, width, NOTE_PX * lines), lines=lines)
