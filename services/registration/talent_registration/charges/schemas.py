"""What is shown of what is due."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class PaymentDue(BaseModel):
    """What is to be paid for a seat that is kept until then; paid, it is confirmed."""

    order_id: UUID = Field(description="The number that the payment provider knows.")
    amount_fen: int
    until: datetime
    address: str = Field(
        description="Where it is paid; shown as a QR code it is paid with another device.",
        examples=["https://pay.example/payments/pay?n=…&a=5000&u=1788235200&t=…&s=…"],
    )
