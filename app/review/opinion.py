"""What an opinion must say: whether it does for an act, and what was verified."""

from __future__ import annotations

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from domain.cases.values import Act
from domain.texts import LONGEST_OPINION
from resources import word

_WITHOUT_REASON = {
    Act.RETURN: NoticeCode.RETURN_WITHOUT_REASON,
    Act.REFUSE: NoticeCode.REFUSAL_WITHOUT_REASON,
}


def with_verified(opinion: str, told: tuple[Notice, ...]) -> str:
    """An opinion that also says what of the red was verified, each by itself."""
    verified = (word("review", "verified", what=notice.what.rstrip("。")) for notice in told)
    return "；".join(part for part in (opinion.rstrip("。；"), *verified) if part)


def unfit_opinion(act: Act, opinion: str) -> Notice | None:
    """Why this act cannot be done with this opinion, or None when it can."""
    have = len(opinion)
    if have > LONGEST_OPINION:
        over = have - LONGEST_OPINION
        return say(NoticeCode.OPINION_TOO_LONG, act=act.value, over=over, most=LONGEST_OPINION, have=have)
    return say(_WITHOUT_REASON[act]) if act in _WITHOUT_REASON and not opinion else None
