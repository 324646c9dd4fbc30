from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

BatchReader = Annotated[Principal, Depends(staff(Role.FINANCE, Role.AUDITOR))]
BatchWriter = Annotated[Principal, Depends(staff(Role.FINANCE))]
