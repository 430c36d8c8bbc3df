"""Books the first appointment that is offered, and gives it back."""

import os
import sys
from typing import TypeVar
from uuid import uuid4

from scheduler_client import AuthenticatedClient
from scheduler_client.api.booking import (
    post_appointments,
    post_appointments_id_cancel,
    post_holds,
    post_slots_search,
)
from scheduler_client.models import (
    BasketEntry,
    Booking,
    CancelBody,
    ConfirmBody,
    HoldBody,
    SearchAnswer,
    SearchRequest,
)

T = TypeVar("T")


def told(kind: type[T], answer: object) -> T:
    """The answer, or the problem as an error."""
    if not isinstance(answer, kind):
        raise SystemExit(f"{getattr(answer, 'code', 'no answer')}: {getattr(answer, 'detail', '')}")
    return answer


def once() -> str:
    """Each thing that is to be done has a key of its own: sent again with it, it is done once."""
    return str(uuid4())


api = AuthenticatedClient(
    base_url=os.environ.get("SCHEDULER", "http://127.0.0.1:8080"),
    token=os.environ.get("SCHEDULER_KEY", "none"),
)
basket = [BasketEntry(service=sys.argv[1] if len(sys.argv) > 1 else "passport")]
search = SearchRequest(basket=basket, limit=5)
found = told(SearchAnswer, post_slots_search.sync(client=api, body=search))
if not found.slots:
    raise SystemExit("\n".join(f"{reason.code}: {reason.detail}" for reason in found.reasons))
wanted = HoldBody(basket=basket, site=found.slots[0].site, start=found.slots[0].start)
hold = told(Booking, post_holds.sync(client=api, body=wanted, idempotency_key=once()))
confirm = ConfirmBody(hold_id=hold.id, reference="A-1")
booked = told(Booking, post_appointments.sync(client=api, body=confirm, idempotency_key=once()))
print(f"{booked.status}: {booked.site}, {booked.start.isoformat()}")
why = CancelBody(reason="only tried")
gone = told(
    Booking,
    post_appointments_id_cancel.sync(booked.id, client=api, body=why, idempotency_key=once()),
)
print(gone.status)
