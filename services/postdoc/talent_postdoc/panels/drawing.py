"""Minutes of a panel as PDF (专家组会议纪要): who sat, how they voted, what follows."""

import io
from collections.abc import Iterator

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from talent_kit.paper import LEADING, Paragraph, chinese, font_of, lines_of

from .schemas import MemberOut, PanelOut

_WIDTH, _HEIGHT = A4
_MARGIN = 25 * mm
_FOOT = 15 * mm

_PURPOSES = {
    "set_up": "设站评审 Review of a set-up",
    "entry": "进站考核 Entry",
    "mid_term": "中期考核 Mid-term review",
    "exit": "出站考核 Exit",
    "evaluation": "站点评估 Evaluation of a station",
    "grant": "资助评审 Review of a grant",
}
_GRADES = {
    "excellent": "优秀 excellent",
    "good": "良好 good",
    "passed": "合格 passed",
    "failed": "不合格 failed",
}
_KINDS = {
    "university_supervisor": "流动站合作导师",
    "industry": "产业专家",
    "outside": "外单位专家",
    "official": "管理人员",
    "other": "其他",
}
_STANDING = {
    "sitting": "",
    "recused": "，已回避",
    "left": "，已退出",
    "replaced": "，已更换",
    "erased": "，已退出",
}
_ERASED = "（姓名已删除 name erased）"


def drawn(panel: PanelOut, station: str, font_file: str = "") -> bytes:
    """Return the minutes of a concluded panel; the same again where they say the same."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle(f"{_PURPOSES[panel.purpose]} {panel.id}")
    font = font_of(font_file)
    down, page = _HEIGHT - _MARGIN, 1
    for text, size in _paragraphs(panel, station):
        for line in lines_of(text, font, size, _WIDTH - 2 * _MARGIN):
            if down - LEADING * size < _MARGIN:
                _foot(canvas, font, panel, page)
                canvas.showPage()
                down, page = _HEIGHT - _MARGIN, page + 1
            down -= LEADING * size
            canvas.setFont(font, size)
            canvas.drawString(_MARGIN, down, line)
    _foot(canvas, font, panel, page)
    canvas.save()
    return file.getvalue()


def _foot(canvas: Canvas, font: str, panel: PanelOut, page: int) -> None:
    canvas.setFont(font, 8)
    canvas.drawString(_MARGIN, _FOOT, f"{panel.id}")
    canvas.drawRightString(_WIDTH - _MARGIN, _FOOT, str(page))


def _paragraphs(panel: PanelOut, station: str) -> Iterator[Paragraph]:
    yield "专家组会议纪要", 22
    yield "Minutes of the panel", 12
    yield "", 8
    yield f"事项 Purpose：{_PURPOSES[panel.purpose]}", 11
    yield f"对象 Subject：{panel.subject_id}", 11
    if station:
        yield f"博士后站 Station：{station}", 11
    yield f"成立日期 Convened：{chinese(panel.convened_on)}", 11
    if panel.concluded_on is not None:
        yield f"结论日期 Concluded：{chinese(panel.concluded_on)}", 11
    yield "", 8
    yield "专家组成员 Members", 14
    votes = {each.member_id: each for each in panel.votes}
    for number, member in enumerate(panel.members, 1):
        yield f"{number}. {_named(member)}", 11
        if member.id in votes:
            vote = votes[member.id]
            points = "" if vote.score is None else f"（{vote.score} 分）"
            yield f"    {_GRADES[vote.grade]}{points}：{vote.reason}", 10
    yield "", 8
    yield "结论 Conclusion", 14
    if panel.grade is not None:
        mean = "" if panel.score is None else f"，平均 {panel.score / 100:.2f} 分"
        yield f"{_GRADES[panel.grade]}{mean}（{len(votes)} 票 votes）", 12
    yield "", 8
    yield "纪要 Minutes", 14
    for paragraph in (panel.minutes or "").splitlines():
        yield paragraph, 11


def _named(member: MemberOut) -> str:
    chair = "，组长 chair" if member.chair and member.standing == "sitting" else ""
    advisor = "，合作导师 advisor" if member.advisor else ""
    kind, standing = _KINDS[member.kind], _STANDING[member.standing]
    name = member.name or _ERASED
    return f"{name}（{member.organisation}，{kind}{chair}{advisor}{standing}）"
