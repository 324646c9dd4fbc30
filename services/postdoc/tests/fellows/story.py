"""A doctor on the way through a station, over HTTP."""

from datetime import date, timedelta
from uuid import UUID

from talent_kit.identifiers import new_id
from talent_postdoc.models.panels import Panel

from ..documents.files import PDF

START = date(2026, 9, 1)
DOCUMENTS = ("application_form", "id_copy", "doctorate_certificate", "contract", "opening_report")
LATER = ("midterm_report", "exit_report", "funds_closing")
ENTRY = date(2026, 9, 14)
TERM = date(2028, 9, 13)


class Story:
    """A talent's application to a station, and what becomes of it."""

    def __init__(self, world, unit, talent, station, advisor):
        self.world, self.unit, self.talent = world, unit, talent
        self.station, self.advisor = station, advisor
        self.office = world.office()
        self.id = ""

    @classmethod
    async def begun(cls, world, *, unit=None, talent=None, station=None, advisor=None, **changes):
        """Apply for a talent; parties that are not given are made."""
        unit, talent = unit or await world.unit(), talent or await world.talent()
        station = station or await world.station(unit)
        advisor = advisor or await world.advisor(station)
        story = cls(world, unit, talent, station, advisor)
        answer = await story.apply(**changes)
        assert answer.status_code == 201, answer.text
        story.id = answer.json()["id"]
        return story

    async def apply(self, **changes):
        body = {
            "talent_id": str(self.talent.id),
            "station_id": str(self.station),
            "advisor_id": str(self.advisor),
            "discipline": "0812",
            "arrangement": "full_time",
            "doctorate": "held",
            "doctorate_on": "2026-06-30",
        } | changes
        given = {name: value for name, value in body.items() if value is not None}
        return await self.unit.send("POST", "/v1/fellows", json=given)

    async def act(self, kind, who=None, **content):
        """Record something, as the unit unless somebody else is given; return the answer."""
        headers = (who or self.unit.headers) if not hasattr(who, "headers") else who.headers
        content = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in content.items()
        }
        path = f"/v1/fellows/{self.id}/entries"
        return await self.world.send("POST", path, headers, json={"kind": kind} | content)

    async def done(self, kind, who=None, **content):
        """Record something that is taken; return what the fellowship is then."""
        answer = await self.act(kind, who, **content)
        assert answer.status_code == 201, (kind, answer.text)
        return answer.json()

    async def attach(self, *kinds):
        for kind in kinds:
            query = f"kind={kind}&subject_kind=fellow&subject_id={self.id}"
            answer = await self.unit.send("POST", f"/v1/documents?{query}", content=PDF)
            assert answer.status_code == 201, answer.text

    async def panel(self, purpose, grade="passed", on=None, attempt=1):
        """A panel that has concluded, as a row alone; return its id."""
        now = self.world.running.clock.now()
        on = on or (now + timedelta(hours=8)).date()
        given = {"status": "concluded", "convened_on": on, "concluded_on": on, "grade": grade}
        row = Panel(
            id=new_id(),
            purpose=purpose,
            subject_id=UUID(self.id),
            attempt=attempt,
            station_id=self.station,
            unit_id=self.unit.id,
            region="350702",
            convened_by="agent",
            created_at=now,
            changed_at=now,
            version=1,
            **given,
        )
        return str(await self.world.kept(row))

    async def admitted(self):
        """Bring it up to the end of the notice, from the first day on."""
        self.world.today(START)
        await self.attach(*DOCUMENTS)
        await self.done("consented", self.talent)
        await self.done("submitted")
        await self.done("entry_panel", panel_id=await self.panel("entry", "passed"))
        self.world.today(START + timedelta(10))
        await self.world.running.worker.timers.step()
        return self

    async def entered(self, on=ENTRY, until=TERM):
        """Bring it up to the entry."""
        await self.admitted()
        self.world.today(on)
        await self.done("entered", on=on, term_until=until)
        return self

    async def reviewed(self):
        """Bring it up to a mid-term review that passed."""
        await self.entered()
        self.world.today(date(2027, 9, 20))
        await self.attach(*LATER)
        await self.done("opening_report", on=date(2026, 12, 1), passed=True)
        await self.done("midterm", panel_id=await self.panel("mid_term"))
        return self

    async def assessed(self):
        """Bring it up to an exit panel that passed."""
        await self.reviewed()
        self.world.today(date(2028, 6, 1))
        await self.done("exit_applied", self.talent)
        await self.done("exit_panel", panel_id=await self.panel("exit", "good"))
        return self

    async def read(self, rest="", who=None):
        answer = await self.world.send(
            "GET", f"/v1/fellows/{self.id}{rest}", who or self.unit.headers
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def events(self):
        """What was told of it: types without their service, with the status."""
        import json

        rows = await self.world.rows("SELECT value FROM outbox ORDER BY position")
        told = [json.loads(bytes(row.value)) for row in rows]
        return [
            (each["type"].split(".")[-2], each["data"]["status"])
            for each in told
            if each["data"].get("fellow_id") == self.id
        ]


def code(answer):
    return answer.status_code, answer.json()["code"]
