"""`/v1/disciplines`."""

from fastapi import Response
from talent_kit.routing import noun_router
from talent_kit.texts import Bilingual

from .rules import Named, catalogue
from .schemas import CatalogueOut, DisciplineOut

router = noun_router("/disciplines", "disciplines")


@router.get("")
async def read(response: Response) -> CatalogueOut:
    """Read the first-level disciplines of the national catalogue; the answer may be kept a day."""
    response.headers["Cache-Control"] = "public, max-age=86400"
    known = catalogue()
    return CatalogueOut(
        edition=known.edition,
        items=[
            DisciplineOut(
                code=each.code, name=_words(each), field=_words(known.fields[each.code[:2]])
            )
            for each in known.disciplines.values()
        ],
    )


def _words(named: Named) -> Bilingual:
    return Bilingual(zh=named.zh, en=named.en)
