from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

StatementReader = Annotated[Principal, Depends(staff(Role.FINANCE, Role.AUDITOR))]
StatementWriter = Annotated[Principal, Depends(staff(Role.FINANCE))]
