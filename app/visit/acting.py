"""What a visit holds only because somebody acts for the applicant: it goes with that person."""

from __future__ import annotations

from dataclasses import replace

from app.visit.assessing import Assessed
from app.visit.intake import with_agent
from app.visit.state import Identity, VisitState
from domain.catalogue.values import Catalogue, FieldId, MaterialId
from domain.forms.answers import Answers, ApplicantKind
from domain.forms.assess import Assessment, assess


def with_another(catalogue: Catalogue, state: VisitState, seen: Assessed | None, agent: Identity) -> VisitState:
    """The visit with another person acting: what was filled in and taken because of the one before is gone."""
    cases = (seen, *seen.others) if seen else (None,) * (1 + len(state.others))
    papers = _papers(catalogue, seen)

    def filled(answers: Answers, case: Assessed | None) -> Answers:
        if case is None:
            return answers
        fields, _ = _of_actor(catalogue, case)
        kept = tuple(answer for answer in answers.values() if answer.field not in fields)
        return with_agent(Answers(kept, answers.rows), case.module, agent, None)

    aside = zip(state.others, cases[1:], strict=True)
    return replace(
        state,
        agent=agent,
        answers=filled(state.answers, cases[0]),
        others=tuple(replace(work, answers=filled(work.answers, case)) for work, case in aside),
        pages=tuple(page for page in state.pages if page.material not in papers),
    )


def with_papers_of(catalogue: Catalogue, state: VisitState, seen: Assessed | None, before: VisitState) -> VisitState:
    """The visit with the papers of who acted before in place of those of who acts now; all others stay."""
    papers = _papers(catalogue, seen)
    theirs = tuple(page for page in before.pages if page.material in papers)
    pages = (*(page for page in state.pages if page.material not in papers), *theirs)
    return replace(state, pages=tuple(sorted(pages, key=lambda page: page.number)))


def _papers(catalogue: Catalogue, seen: Assessed | None) -> set[MaterialId]:
    """The materials of all cases that are asked for only while somebody acts."""
    return {material for case in (seen.all if seen else ()) for material in _of_actor(catalogue, case)[1]}


def _of_actor(catalogue: Catalogue, case: Assessed) -> tuple[set[FieldId], set[MaterialId]]:
    """The fields and the materials that are asked for only while somebody acts."""
    module, answers, _, setting = case.asked
    asked = {
        kind: assess(catalogue, module, answers, replace(setting, applicant_kind=kind), told={})
        for kind in ApplicantKind
    }
    in_person = asked.pop(ApplicantKind.SELF)
    fields = {field for one in asked.values() for field in _fields(one)} - _fields(in_person)
    materials = {need for one in asked.values() for need in _materials(one)} - _materials(in_person)
    return fields, materials


def _fields(found: Assessment) -> set[FieldId]:
    return {place.key.field for place in found.shown}


def _materials(found: Assessment) -> set[MaterialId]:
    return {need.use.material for need in found.materials}
