"""What can be wrong with an offer."""

from talent_kit.problems import Conflict, NotFound, Text


class NoOffer(NotFound):
    code = "policy.no-offer"
    title = Text("没有找到该项待确认的待遇", "No such offer")


class OfferClosed(Conflict):
    code = "policy.offer-closed"
    title = Text("该项待遇已不再待确认", "The offer is no longer open")


class OfferChanged(Conflict):
    code = "policy.offer-changed"
    title = Text(
        "情况已有变化，该项待遇不再按原样给付；如仍符合条件，将重新告知",
        "What the offer stands on has changed; if you are still entitled, a new one comes",
    )
