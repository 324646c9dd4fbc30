from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

FinanceRead = Annotated[Principal, Depends(staff(Role.FINANCE, Role.AUDITOR))]
FinanceWrite = Annotated[Principal, Depends(staff(Role.FINANCE))]
BudgetRead = Annotated[Principal, Depends(staff(Role.FINANCE, Role.POLICY_ADMIN, Role.AUDITOR))]
BudgetWrite = Annotated[Principal, Depends(staff(Role.POLICY_ADMIN))]
