"""What can be wrong with what costs something."""

from talent_kit.problems import Conflict, Text


class PriceDiffers(Conflict):
    """`due_fen` says what the seat costs, `price_fen` the wanted one."""

    code = "price-differs"
    title = Text(
        "票价不同，请先取消再重新报名",
        "The other costs another price: cancel this one first",
    )


class TicketCosts(Conflict):
    code = "ticket-costs"
    title = Text(
        "收费票种须由本人报名缴费", "Who wants a ticket that costs something claims it themselves"
    )
