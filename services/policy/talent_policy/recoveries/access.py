from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

RecoveryReader = Annotated[Principal, Depends(staff(Role.REVIEWER, Role.FINANCE, Role.AUDITOR))]
RecoveryWriter = Annotated[Principal, Depends(staff(Role.REVIEWER, Role.FINANCE))]
