"""What whoever prints a paper and the program that does it say to each other: one order in, one answer out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One paper for the default printer, as HTML for a text document of A4 size."""

    title: str
    html: str = field(repr=False)


class PrintResult(StrEnum):
    """How printing went."""

    SENT = "sent"
    NO_PRINTER = "no_printer"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome:
    """How printing went and on which printer."""

    result: PrintResult
    printer: str = ""


def dump_order(order: Order) -> bytes:
    """As ``parse_order`` takes it."""
    return json.dumps({"title": order.title, "html": order.html}).encode()


def parse_order(body: bytes) -> Order:
    """The order; ValueError, KeyError or TypeError for anything else."""
    data = json.loads(body)
    return Order(title=str(data["title"]), html=str(data["html"]))


def dump_outcome(outcome: PrintOutcome) -> bytes:
    """As ``parse_outcome`` takes it."""
    return json.dumps({"result": outcome.result, "printer": outcome.printer}).encode()


def parse_outcome(body: bytes) -> PrintOutcome:
    """The outcome; ValueError, KeyError or TypeError for anything else."""
    data = json.loads(body)
    return PrintOutcome(result=PrintResult(data["result"]), printer=str(data["printer"]))
