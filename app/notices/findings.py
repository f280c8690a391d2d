"""Findings of the form to Chinese: one line under the field, and the whole message."""

from __future__ import annotations

from collections import defaultdict

import resources
from domain.catalogue.values import Catalogue, Text3
from domain.forms.checking import Finding


def finding_message(catalogue: Catalogue, finding: Finding) -> Text3:
    """What is wrong, why, and what to do: from the catalogue's check, else from the built-in texts."""
    check = catalogue.checks.get(finding.code)
    if check is None:
        told = resources.message("findings", finding.code, finding.facts)
        return Text3(what=told.what, why=told.why, next=told.next)
    reason = resources.message("findings", finding.reason, finding.facts).what if finding.reason else ""
    facts = defaultdict(lambda: "…", {**finding.facts, "reason": reason})
    what, why, step = (text.format_map(facts) for text in (check.message.what, check.message.why, check.message.next))
    return Text3(what=what.rstrip(":： "), why=why, next=step)  # without the trace of a reason that is not there


def finding_line(catalogue: Catalogue, finding: Finding) -> str:
    """What is wrong and what to do, in one line for the place under the field."""
    message = finding_message(catalogue, finding)
    return f"{message.what}，{message.next}" if message.next else message.what
