"""The columns of a filing list, and the words that stand in them."""

import csv
import io
from collections.abc import Mapping
from datetime import date

from ..employers.credit_codes import check_character as credit_check
from ..talents.documents import check_character

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名",),
    "document_kind": ("证件类型",),
    "document_number": ("证件号码", "身份证号", "身份证号码"),
    "issued_by": ("护照签发国", "签发国"),
    "birth_date": ("出生日期",),
    "nationality": ("国籍",),
    "phone": ("手机号码", "手机号", "联系电话"),
    "credit_code": ("统一社会信用代码", "单位统一社会信用代码"),
    "employer_name": ("单位名称", "用人单位"),
    "employer_kind": ("单位类型", "单位性质"),
    "employer_region": ("单位所在地区",),
    "contract_kind": ("合同类型",),
    "contract_from": ("合同起始日", "合同开始日期"),
    "contract_until": ("合同终止日", "合同结束日期"),
    "arrangement": ("用工形式",),
    "region": ("所在地区", "地区"),
}
"""Each column and its Chinese names, the first of which stands in the template."""

REQUIRED = ("name", "document_number", "credit_code", "contract_kind", "contract_from", "region")

WORDS: Mapping[str, Mapping[str, str]] = {
    "document_kind": {
        "身份证": "resident_id",
        "居民身份证": "resident_id",
        "港澳台居民居住证": "hmt_residence_permit",
        "港澳居民来往内地通行证": "hk_macau_permit",
        "台湾居民来往大陆通行证": "taiwan_permit",
        "外国人永久居留身份证": "foreign_permanent_residence",
        "护照": "passport",
    },
    "employer_kind": {
        "企业": "enterprise",
        "外地企业分支机构": "branch_of_outside_enterprise",
        "事业单位": "public_institution",
        "机关": "government",
        "社会组织": "social_organisation",
    },
    "contract_kind": {
        "固定期限": "fixed_term",
        "无固定期限": "open_ended",
        "以完成一定工作任务为期限": "task",
        "连续固定期限": "chained",
    },
    "arrangement": {"直接用工": "direct", "劳务派遣": "dispatch"},
}
"""What the words of each column mean; its own codes are taken as well."""


def template(language: str) -> bytes:
    """Return a CSV file to fill in, with the row of somebody who does not exist."""
    header = [others[0] if language == "zh" else field for field, others in COLUMNS.items()]
    example = _example()
    row = [_word(field, example.get(field, ""), language) for field in COLUMNS]
    text = io.StringIO()
    csv.writer(text).writerows([header, row])
    # The mark tells spreadsheets that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _example() -> dict[str, str]:
    number, code = "35070219960517000", "91350702MA0000001"
    return {
        "name": "林小溪",
        "document_kind": "resident_id",
        "document_number": number + check_character(number),
        "phone": "13800000000",
        "credit_code": code + credit_check(code),
        "employer_name": "闽北示例机械有限公司",
        "employer_kind": "enterprise",
        "employer_region": "350702",
        "contract_kind": "fixed_term",
        "contract_from": date(2024, 7, 1).isoformat(),
        "contract_until": date(2027, 6, 30).isoformat(),
        "arrangement": "direct",
        "region": "350702",
    }


def _word(field: str, value: str, language: str) -> str:
    """Return a code as the template's language says it."""
    words = WORDS[field].items() if language == "zh" and field in WORDS else ()
    return next((word for word, code in words if code == value), value)
