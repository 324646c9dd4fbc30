"""Who may register groups."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role
from talent_kit.database import Database

GroupAgent = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""An agent, for the employer that the token selects; whether it may is data."""


async def _database(request: Request) -> Database:
    database: Database = request.app.state.service.database
    return database


DatabaseDep = Annotated[Database, Depends(_database)]
"""For what is several transactions: claims have ones of their own."""
