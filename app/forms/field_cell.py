"""One field of a form on the screen: caption, star, badge, editor, and a line that is reserved for messages.

A message that the line cannot hold gets a second one: the form is then arranged anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.forms.fields.factory import Editor
from app.forms.fields.second import SecondEditor
from app.forms.fields.short_choice import ShortChoiceEditor
from app.forms.marks import Mark, MarkedCard
from app.forms.panel import Panel
from app.theme.theme import set_role
from app.theme.tokens import CONTROL_HEIGHT_PX, GAP_PX, GAP_SMALL_PX
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
    again: str | None = field(default=None, repr=False)
    """What was typed the second time; None: it is not asked for."""
    unrepeated: bool = False
    """The problem is that the second time is wanting, or another."""
    begun: bool = False
    """The value is only the beginning of one."""
    doubted: bool = False
    """The applicant says that it is wrong."""
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
        again: SecondEditor | None = None,
        wide: bool,
        on_grown: Callable[[], None],
        on_offer: Callable[[str], object],
    ) -> None:
        self.spec = spec
        self._on_grown = on_grown
        self._on_offer = on_offer
        self.wide = wide
        self.editor = editor
        self._again = again
        if again is not None:
            again.hide()
        self.look = Look(value="")
        self.is_focused = False
        self.holds_back = False
        """While the field is being typed in, a new error waits until it is left."""
        self.is_urged = False
        """Enter was pressed here, and the field wants more."""
        self._card = card
        self._offer: QToolButton | None = None
        self._note_width_px = 0
        self._note_lines = 1
        """What there is room for; a long message asks for a second line, and keeps it until the next arrangement."""
        self.panel = None if isinstance(editor, ShortChoiceEditor) else Panel(editor)
        """None: buttons have no colour of their own."""
        self.again_panel = Panel(again) if again is not None else None
        card.panels += [panel for panel in (self.panel, self.again_panel) if panel is not None]
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
        return self._box.bottom() + 1 - self.editor.y() + NOTE_PX * self._note_lines

    @property
    def _box(self) -> QRect:
        """What stands in the cell above the message."""
        own = self.editor.geometry()
        return own.united(self._again.geometry()) if self._again is not None and self.look.again is not None else own

    @property
    def wanting(self) -> QWidget:
        """Where the keyboard is wanted: at the second time when that is what is wrong."""
        return self._again if self._again is not None and self.look.unrepeated else self.editor

    @property
    def waits_for_second(self) -> bool:
        """Whether nothing is wrong but that the second time was not begun."""
        return self.look.unrepeated and not self.look.again

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in its order."""
        return (*self.editor.tab_stops(), *(self._again.tab_stops() if self._again is not None else ()))

    def commit(self) -> None:
        """Take over what is half-typed."""
        self.editor.commit()
        if self._again is not None:
            self._again.commit()

    def leads_on(self) -> bool:
        """Whether Enter led from the number to its second time, which is asked for and not the same yet."""
        leads = self._again is not None and self.editor.hasFocus() and self.look.again not in (None, self.look.value)
        if leads and self._again is not None:
            self._again.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return leads

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
        return self.is_wrong or self.look.begun or self.look.doubted

    @property
    def is_wrong(self) -> bool:
        """Whether the form is not done as long as the field is so."""
        return self.has_error or (self.look.required and not self.look.value)

    def urge(self) -> None:
        """Say at once what the field still wants."""
        self.is_urged, self.holds_back = True, False
        self.refresh_note()

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide the field; its value stays."""
        self._shown = shown
        show_if(self.editor, shown=shown)
        self._show_again()
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
        if self._again is not None:
            below = self.editor.geometry().bottom() + 1 + GAP_SMALL_PX
            self._again.setGeometry(left, below, editor_width, CONTROL_HEIGHT_PX)
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
        if look.again != old.again:
            self._show_again()
        if (look.again is None) != (old.again is None) and self._note_width_px:
            self._on_grown()
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

    def _show_again(self) -> None:
        if self._again is not None:
            self._again.show_value(self.look.again or "")
            show_if(self._again, shown=self._shown and self.look.again is not None)

    def refresh_note(self) -> None:
        """The message line and the field's colour: error, what the editor says, warning, hint."""
        problem = "" if self.holds_back and self.has_error else self.look.problem
        is_error = bool(problem) and self.look.severity is Severity.ERROR
        live = self.editor.live_hint() if self.is_focused or self.editor.is_folded() else ""
        refused = self._again.live_hint() if self._again is not None and self.is_focused else ""
        urged = self._urged_text()
        text = refused or (problem if is_error else (urged or live or problem or self.spec.hint))
        role = "error" if is_error else "warning" if text and text in (problem, refused, urged) else "hint"
        self._show_note(text, role)
        self._describe()
        if self.panel is not None:
            from_card = self.look.origin is Origin.CARD
            self.panel.show_state(role if role != "hint" else "from_card" if from_card else "")
        if self.again_panel is not None:
            self.again_panel.show_state(role if role != "hint" else "")

    def _urged_text(self) -> str:
        """What somebody asks for here: the applicant, or who pressed Enter too early."""
        if self.look.doubted:
            return translate("Form", "群众说这一项有误，请问清后改正")
        if not self.is_urged:
            return ""
        if self.look.begun:
            return translate("Form", "只写了开头，请接着写完整；没有更多可写的，再按一次回车")
        return translate("Form", "必填，请填写") if self.look.required and not self.look.value else ""

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
        width, box = self.badge.chip_px, self._box
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
            width, box = self._offer.sizeHint().width(), self._box
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
        box = self._box
        lines, width = self._note_lines, self._note_width_px - self._end_px - 2
        self.note.place(QRect(box.x() + 1, box.bottom() + 1, width, NOTE_PX * lines), lines=lines)
