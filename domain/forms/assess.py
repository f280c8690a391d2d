"""One assessment of a case: what the visit shows, the server decides by and the reviewer is told (V22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.catalogue.values import (
    BusinessRule,
    Catalogue,
    Chain,
    MaterialId,
    MaterialUse,
    Module,
    RuleAct,
    Text3,
    Unknown,
)
from domain.forms.answers import NO_ROW, Answer, Answers, Place, RowId, Setting, places_in
from domain.forms.checking import Filled, Finding, check_form, find_strays
from domain.forms.facts import compute, facts_of, facts_of_row, given_facts, read_answers, read_numbers
from domain.rules import Facts, Truth, truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A material that this case may bring, in the order of the catalogue."""

    use: MaterialUse
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingMaterial:
    """A required material with too few pages."""

    material: MaterialId
    have_pages: int
    need_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A business rule that has something to say; ``text``: its message, or its question while nobody knows."""

    rule: BusinessRule
    text: Text3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """What the business rules say: what blocks the case, what is to be known, what the clerk is asked to settle."""

    blocking: tuple[Ruling, ...]
    told: tuple[Ruling, ...]
    asked: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that follows from answers, setting and records; materials that the system makes are left out.

    ``facts`` are those of the form, ``row_facts`` with them those of each row of a repeating group, and of NO_ROW.
    ``answers``: those to fields that are shown, and what is ``computed``; ``strays``: why what was given besides, or
    otherwise, is no part of the case.
    """

    facts: Facts
    row_facts: Mapping[RowId, Facts]
    answers: Answers
    computed: tuple[Answer, ...]
    shown: tuple[Place, ...]
    findings: tuple[Finding, ...]
    strays: tuple[Finding, ...]
    materials: tuple[Need, ...]
    rulings: Rulings
    chain: Chain
    risk: int

    def missing(self, pages: Mapping[MaterialId, int]) -> tuple[MissingMaterial, ...]:
        """Everything that is still missing, at once (一次性告知). ``pages``: how many each material has."""
        return tuple(
            MissingMaterial(material=use.material, have_pages=pages.get(use.material, 0), need_pages=use.min_pages)
            for use in (need.use for need in self.materials if need.required)
            if pages.get(use.material, 0) < use.min_pages
        )


def assess(catalogue: Catalogue, module: Module, answers: Answers, setting: Setting, told: Facts) -> Assessment:
    """The assessment of a case as it is now. ``told``: what the records of agency and partners say of it.

    Only answers to shown fields count: a hidden one makes no fact, on neither side.
    """
    numbers = read_numbers(catalogue, answers, setting.today)
    places = {place.key: place for place in places_in(module.form, answers)}
    left = {key: answer for key, answer in answers.items() if key in places and not places[key].use.computed}
    given, said = given_facts(catalogue, setting, told), read_answers(catalogue, left, numbers)
    facts = facts_of(catalogue, module.form, answers, given, said)
    row_facts: dict[RowId, Facts] = {NO_ROW: facts}
    shown: list[Place] = []
    computed: list[Answer] = []
    for key, place in places.items():  # a field may look at earlier ones only: one pass hides all there is to hide
        if key.row not in row_facts:
            row_facts[key.row] = facts_of_row(facts, said, key.row)
        if place.use.is_shown(row_facts[key.row]):
            shown.append(place)
            if place.use.computed is None:
                continue
            computed.append(answer := compute(catalogue, place, row_facts[key.row]))
            if answer.value:
                left[key] = answer
                said.setdefault(key.row, {}).update(read_answers(catalogue, {key: answer}, numbers).get(key.row, {}))
                facts = facts_of(catalogue, module.form, answers, given, said)
                row_facts = {NO_ROW: facts}
        elif left.pop(key, None) and said.get(key.row, {}).pop(key.field, None):
            facts = facts_of(catalogue, module.form, answers, given, said)
            row_facts = {NO_ROW: facts}
    row_facts |= {row.id: facts_of_row(facts, said, row.id) for row in answers.rows if row.id not in row_facts}
    kept = Answers(tuple(left.values()), answers.rows)
    kept = answers if kept == answers else kept
    rulings = _rule(module, facts)
    chain, risk = _chain(catalogue, module, rulings)
    filled = Filled(answers=kept, setting=setting, row_facts=row_facts, numbers=numbers)
    return Assessment(
        facts=facts,
        row_facts=row_facts,
        answers=kept,
        computed=tuple(computed),
        shown=tuple(shown),
        findings=check_form(catalogue, module, filled, shown),
        strays=find_strays(places.keys(), answers, kept),
        materials=_needs(catalogue, module, facts),
        rulings=rulings,
        chain=chain,
        risk=risk,
    )


def _needs(catalogue: Catalogue, module: Module, facts: Facts) -> tuple[Need, ...]:
    brought = (use for use in module.materials if not catalogue.materials[use.material].generated)
    return tuple(Need(use=use, required=use.is_required(facts)) for use in brought if use.is_offered(facts))


def _rule(module: Module, facts: Facts) -> Rulings:
    blocking: list[Ruling] = []
    told: list[Ruling] = []
    asked: list[Ruling] = []
    for rule in sorted(module.rules, key=lambda rule: rule.act is not RuleAct.RAISE):  # a raised chain is told first
        found = truth(rule.when, facts)
        if found is Truth.TRUE:
            (blocking if rule.act is RuleAct.BLOCK else told).append(Ruling(rule=rule, text=rule.message))
        elif found is Truth.UNKNOWN and rule.unknown is not Unknown.GO_ON:
            (blocking if rule.unknown is Unknown.BLOCK else asked).append(Ruling(rule=rule, text=rule.question))
    return Rulings(blocking=tuple(blocking), told=tuple(told), asked=tuple(asked))


def _chain(catalogue: Catalogue, module: Module, rulings: Rulings) -> tuple[Chain, int]:
    """The chain and the risk of this case: the module's own, or those of the strictest rule that raises them."""
    raised = [ruling.rule for ruling in rulings.told if ruling.rule.act is RuleAct.RAISE]
    strictest = min(raised, key=lambda rule: rule.risk, default=None)
    if strictest is None or strictest.risk >= module.risk:
        return catalogue.chains[module.chain], module.risk
    return catalogue.chains[strictest.chain], strictest.risk
