"""How rounds and evaluations show themselves."""

from talent_kit.texts import Bilingual

from ..documents.schemas import Wanted
from ..models.evaluations import Evaluation, EvaluationRound
from ..models.stations import Station
from .rules import Weighed, hundredths, points
from .schemas import EvaluationOut, EvaluationRow, ResultOut, RoundOut

TOLD = frozenset({"published", "bound"})
"""In which states of a round its grades are told to everybody."""


def round_out(row: EvaluationRound) -> RoundOut:
    """Return a round as everybody sees it."""
    plain = set(RoundOut.model_fields) - {"title"}
    return RoundOut(
        **row.model_dump(include=plain), title=Bilingual(zh=row.title_zh, en=row.title_en)
    )


def weighed(row: EvaluationRound) -> list[Weighed]:
    """Return the table of a round as scoring asks for it."""
    names = Weighed.__dataclass_fields__
    return [Weighed(**{name: each[name] for name in names}) for each in row.indicators]


def row_out(row: Evaluation, round_: EvaluationRound, *, inside: bool) -> EvaluationRow:
    """Return an evaluation in a list; to whom is `inside`, also a grade that is not published."""
    told = inside or round_.status in TOLD
    plain = row.model_dump(include=set(EvaluationRow.model_fields))
    return EvaluationRow(**plain if told else plain | {"score": None, "grade": None})


def counted(row: Evaluation) -> dict[str, int]:
    """Return what a unit declared, nothing where it never submitted it."""
    return {} if row.submitted_at is None else row.declared


def out(
    row: Evaluation, round_: EvaluationRound, documents: list[Wanted], *, inside: bool
) -> EvaluationOut:
    """Return an evaluation with its figures."""
    told = inside or round_.status in TOLD
    score = row.panel_score if told else None
    graded = round_.status != "collecting"
    declared = counted(row) if graded else row.declared
    earned = points(weighed(round_), row.drawn, declared, score)
    return EvaluationOut(
        **row_out(row, round_, inside=inside).model_dump(),
        drawn=row.drawn,
        declared=row.declared,
        points={code: hundredths(each) for code, each in earned.items()},
        panel_score=score,
        documents=documents,
    )


def result_out(row: Evaluation, station: Station) -> ResultOut:
    """Return a published grade."""
    return ResultOut(
        evaluation_id=row.id,
        station_id=station.id,
        name=Bilingual(zh=station.name_zh, en=station.name_en),
        unit=Bilingual(zh=station.unit_zh, en=station.unit_en),
        region=station.region,
        grade=row.grade,
    )
