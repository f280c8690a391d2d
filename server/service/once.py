"""Each request that changes something is carried out once, however often it arrives (IETF Idempotency-Key draft).

Same key and same request: the stored answer, byte for byte, and never another one: what follows later (the dossier) is
no part of it. Same key and another request: KEY_REUSED. The comparison is by the parsed value, so blanks and the order
of keys do not matter.

Which refusals are stored. A decision about an act on a case (not allowed, same person, too late …) is: a late copy of a
refused approval must never turn into an approval because rights or the case have changed meanwhile. A refusal that says
what to bring or correct (pages missing, form invalid …) is not: the same request is meant to be sent again, and a
corrected one may use the same key. A submission stores none: its case id is unique, so a late copy can do no harm.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.codes import county_of
from domain.refusals import Refusal, RefusalCode
from domain.wire.codec import dump
from domain.workflow import Actor
from server.service.work import Installation, Work, transact
from server.storage.accounts import find_account, list_roles
from server.storage.cases import CaseRecord
from server.storage.operations import Answered, KeptAnswer, Operation, claim, keep_answer, release

DECISIONS = frozenset(
    (
        RefusalCode.NOT_ALLOWED,
        RefusalCode.WRONG_OFFICE,
        RefusalCode.SAME_PERSON,
        RefusalCode.OWN_BUSINESS,
        RefusalCode.STEP_NOT_NOW,
        RefusalCode.CASE_CHANGED,
        RefusalCode.RULE_BLOCKED,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Something that now exists, and what to answer."""

    value: object
    record: CaseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer, and the case when this very call changed it."""

    answer: KeptAnswer
    record: CaseRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked under a key. ``about`` is the case, for the log; ``stored`` are the refusals to keep.

    ``body``: as it was sent. ``too_old``: why the form of a version before is not taken any more; only what was
    answered to it already is told.
    """

    key: str
    action: str
    about: str
    value: object
    stored: frozenset[RefusalCode] = frozenset()
    body: bytes = field(default=b"", repr=False)
    too_old: Refusal | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for equal requests."""
        return self._fingerprint_of(dump(self.value))

    @property
    def fingerprints(self) -> tuple[str, str]:
        """With the one that a version before kept, whose clients sent exactly what it made of the value."""
        return self.fingerprint, self._fingerprint_of(self.body)

    def _fingerprint_of(self, body: bytes) -> str:
        return hashlib.sha256(b"\n".join((self.action.encode(), self.about.encode(), body))).hexdigest()


def once(
    installation: Installation,
    actor: Actor,
    request: Request,
    act: Callable[[Work, Actor], Made | Refusal],
    *,
    again: Callable[[Work, Actor], Refusal | None] | None = None,
) -> Outcome:
    """The answer to the request; ``act`` runs in one transaction, at most once per key. Raises DatabaseBusyError.

    It is handed the actor with the roles of that moment: one withdrawn since the request came in is gone.

    When ``act`` refuses, everything that it wrote is undone and the refusal is logged. ``again``: why what was made may
    not be told any more; it is asked before each time but the first.
    """
    operation = Operation(
        county=county_of(actor.office.code), key=request.key, account=actor.account, fingerprint=request.fingerprint
    )

    def run(work: Work) -> Outcome:
        answered = claim(work.connection, operation, at=work.now)
        if answered:
            return Outcome(answer=_not_again(work, operation, request, answered, again, actor) or answered.answer)
        if request.too_old:
            release(work.connection, operation)
            return Outcome(answer=request.too_old)
        result = _attempt(work, act, _as_now(work, actor))
        if isinstance(result, Made):
            body = dump(result.value)
            keep_answer(work.connection, operation, body)
            return Outcome(answer=body, record=result.record)
        work.audit(actor, f"{request.action}_refused", request.about, {"code": result.code.value})
        if result.code in request.stored:
            keep_answer(work.connection, operation, result)
        else:
            release(work.connection, operation)
        return Outcome(answer=result)

    return transact(installation, run)


def _not_again(
    work: Work,
    operation: Operation,
    request: Request,
    answered: Answered,
    again: Callable[[Work, Actor], Refusal | None] | None,
    actor: Actor,
) -> Refusal | None:
    if answered.operation not in [dataclasses.replace(operation, fingerprint=one) for one in request.fingerprints]:
        return Refusal(code=RefusalCode.KEY_REUSED)
    return again(work, _as_now(work, actor)) if again and isinstance(answered.answer, bytes) else None


def _as_now(work: Work, actor: Actor) -> Actor:
    account = find_account(work.connection, actor.account)
    active = account is not None and account.active
    roles = list_roles(work.connection, actor.account, at=work.now) if active else frozenset()
    return dataclasses.replace(actor, roles=roles)


def _attempt(work: Work, act: Callable[[Work, Actor], Made | Refusal], actor: Actor) -> Made | Refusal:
    savepoint = work.connection.begin_nested()
    result = act(work, actor)
    if isinstance(result, Refusal):
        savepoint.rollback()
    else:
        savepoint.commit()
    return result
