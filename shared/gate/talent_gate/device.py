"""The device at a gate: asks the service while it can, decides alone while it cannot.

Nobody switches anything: a scan that gets no answer in a short time is decided from the roster, and
so are those after it until what was recorded has been brought to the service.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from talent_code import ErrorCode, TalentCodeError, decode, number_digest

from . import roster
from .admission import Meeting, Presence, Reason, meeting_for
from .journal import Journal

TOGETHER = 1_000
"""Most scans brought at a time."""
_LONGEST = 512
_REFUSALS = frozenset({"unauthenticated", "forbidden", "gate-not-found", "activity-not-found"})
"""Codes of the service's own: any other refusal may be that of something in between."""


class DeviceRefused(Exception):  # noqa: N818 - a state: it is to be enrolled anew
    """The service does not know this device, or no more."""


class NoRoster(Exception):  # noqa: N818 - a state
    """The device has never been online, and so knows nobody."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the organiser was given for a device."""

    url: str
    activity_id: UUID
    gate_id: UUID
    secret: str
    roster_key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scan came to; `alone`: without the service, which may find a conflict later."""

    admitted: bool
    reason: str | None
    ticket: str | None
    meeting: str | None
    alone: bool


@dataclass(slots=True)
class _Record:
    """A scan as it stands in the journal."""

    scan_id: str
    at: str
    out: bool
    admitted: bool
    reason: str | None
    who: str
    """Registration, or digest of a code that is in no list: whose way in or out it was."""
    meeting_id: str | None
    shown: dict[str, str]
    """Payload or ticket, until the service has it."""


class Device:
    """One device at one gate. `scan` may be called beside `step`, which works in the background."""

    def __init__(
        self,
        folder: Path,
        enrolment: Enrolment,
        *,
        patience: float = 1.5,
        retry: float = 5.0,
        roster_age: float = 300.0,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`patience`, `retry`, `roster_age`: seconds for an answer, until the next try, between
        rosters. `wall` and `steady` are the device's clocks."""
        self._enrolment = enrolment
        self._patience, self._retry, self._roster_age = patience, retry, roster_age
        self._wall, self._steady = wall, steady
        self._http = httpx2.Client(
            base_url=f"{enrolment.url}/v1/activities/{enrolment.activity_id}"
            f"/gates/{enrolment.gate_id}/",
            headers={"Gate-Key": enrolment.secret},
            transport=transport,
        )
        self._lock = threading.RLock()
        self._key = roster.public_key(enrolment.roster_key)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._kept = Journal(folder / "roster.jsonl")
        self._journal = Journal(folder / "journal.jsonl")
        self._tried = self._fetched = float("-inf")
        self._anchor: tuple[float, float] | None = None
        """An instant by the service's clock, and the steady clock's figure then."""
        self._behind = 0.0
        self._refused = False
        self._roster: roster.Roster | None = None
        self._presence: dict[str, Presence] = {}
        self._waiting: dict[str, _Record] = {}
        self._passed: list[_Record] = []
        for line in self._journal.lines:
            if "settled" in line:
                for scan_id in line["settled"]:
                    self._waiting.pop(scan_id, None)
                continue
            record = _Record(**line)
            self._passed.append(record)
            if record.shown:
                self._waiting[record.scan_id] = record
        if self._kept.lines:
            self._behind = float(self._kept.lines[-1]["behind"])
            self._use(roster.read(self._kept.lines[-1]["roster"], self._key))

    @property
    def waiting(self) -> int:
        """How many scans the service does not have yet."""
        return len(self._waiting)

    def now(self) -> datetime:
        """Return the time by the service's clock, as far as the device knows it.

        Setting the device's own clock while it runs does not matter.
        """
        if self._anchor is not None:
            then, steady = self._anchor
            return datetime.fromtimestamp(then + self._steady() - steady, UTC)
        return datetime.fromtimestamp(self._wall() + self._behind, UTC)

    def scan(self, text: str, *, out: bool = False) -> Verdict:
        """Decide what was scanned: a talent code's text, or a registration's id.

        Raises DeviceRefused, and NoRoster where there is neither network nor roster.
        """
        if self._refused:
            raise DeviceRefused
        scan_id, shown = str(uuid4()), _shown(text)
        if shown is None:
            return Verdict(False, ErrorCode.MALFORMED, None, None, alone=True)
        if not self._waiting and self._steady() - self._tried > self._retry:
            answer = self._ask(
                f"scans/{scan_id}", shown | {"direction": "out" if out else "in"}, "admitted"
            )
            if answer is not None:
                return self._told(scan_id, answer, shown, out)
        with self._lock:
            return self._alone(scan_id, shown, out)

    def step(self) -> None:
        """Bring what waits, and fetch the roster where it is old; call it every few seconds.

        Raises DeviceRefused; without a network it does nothing.
        """
        while self._waiting:
            with self._lock:
                some = list(self._waiting.values())[:TOGETHER]
            body = {
                "sent_at": self.now().isoformat(),
                "scans": [_brought(each) for each in some],
            }
            if self._ask(f"scan-batches/{uuid4()}", body, "scans", longest=30) is None:
                return
            with self._lock:
                self._settle([each.scan_id for each in some])
        if self._roster is None or self._steady() - self._fetched > self._roster_age:
            self._fetch()

    def keep(self, stop: threading.Event, every: float = 5.0) -> None:
        """Step until told to stop, or refused: what runs in the background of a device."""
        with suppress(DeviceRefused):
            while not stop.is_set():
                self.step()
                stop.wait(every)

    def close(self) -> None:
        self._http.close()
        self._journal.close()
        self._kept.close()

    def _alone(self, scan_id: str, shown: dict[str, str], out: bool) -> Verdict:
        """Decide from the roster, and record it before anybody is let in."""
        if self._roster is None:
            raise NoRoster
        now = self.now()
        who, found, ticket = self._found(shown, out, now)
        reason, meeting_id = None, None
        if isinstance(found, str):
            reason = found
        else:
            presence = self._presence.setdefault(who, Presence())
            gate = self._roster.gate
            outcome = presence.leave(gate) if found is None else presence.enter(gate, found)
            reason, meeting_id = outcome.reason, outcome.meeting_id
        record = _Record(
            scan_id=scan_id,
            at=now.isoformat(),
            out=out,
            admitted=reason is None,
            reason=None if reason is None else str(reason),
            who=who,
            meeting_id=None if meeting_id is None else str(meeting_id),
            shown=shown,
        )
        self._journal.append(asdict(record))
        self._passed.append(record)
        self._waiting[scan_id] = record
        unknown = reason is None and not ticket
        return Verdict(
            record.admitted,
            str(Reason.UNKNOWN_CODE) if unknown else record.reason,
            ticket or None,
            self._name(record.meeting_id),
            alone=True,
        )

    def _found(
        self, shown: dict[str, str], out: bool, now: datetime
    ) -> tuple[str, UUID | str | None, str]:
        """Return who it is, where they may go (None: out) or why not, and their ticket's name."""
        known = self._roster
        assert known is not None  # noqa: S101 - of `_alone`
        if "payload" in shown:
            try:
                claims = decode(shown["payload"], self._keys, now)
            except TalentCodeError as refusal:
                return "", refusal.code.value, ""
            digest = number_digest(claims.number)[: roster.DIGEST_BYTES]
            entry = self._by_digest.get(digest)
            if entry is None and digest in self._voided:
                return "", Reason.SUPERSEDED, ""
            if entry is None and known.admits_unknown:
                return digest.hex(), None if out else self._open_now(now), ""
            if entry is None:
                return "", Reason.UNKNOWN_CODE, ""
        else:
            entry = self._by_registration.get(UUID(shown["registration_id"]))
            if entry is None:
                return "", Reason.NOT_REGISTERED, ""
        name, admits_to = known.tickets[entry.ticket_id]
        who = str(entry.registration_id)
        if out:
            return who, None, name
        found = meeting_for(known.gate, known.meetings, entry.ticket_id, admits_to, now)
        return who, found, name

    def _open_now(self, now: datetime) -> UUID | Reason:
        """Return the session for which the gate is open, whatever the ticket."""
        known = self._roster
        assert known is not None  # noqa: S101 - of `_alone`
        every = frozenset(each.id for each in known.meetings)
        ticket = next(iter(known.gate.tickets))
        return meeting_for(known.gate, known.meetings, ticket, every, now)

    def _told(
        self, scan_id: str, answer: dict[str, Any], shown: dict[str, str], out: bool
    ) -> Verdict:
        """Remember what the service has decided, for when it cannot be asked."""
        verdict = Verdict(
            answer["admitted"], answer["reason"], answer["ticket"], answer["meeting"], alone=False
        )
        with self._lock:
            if verdict.admitted and self._roster is not None:
                who, found, _ = self._found(shown, out, self.now())
                if who and not isinstance(found, str):
                    presence = self._presence.setdefault(who, Presence())
                    presence.inside = found
                    if found is not None:
                        presence.entered.add(found)
                    meeting_id = None if found is None else str(found)
                    at = self.now().isoformat()
                    record = _Record(scan_id, at, out, True, None, who, meeting_id, {})
                    self._journal.append(asdict(record))
                    self._passed.append(record)
        return verdict

    def _settle(self, scan_ids: list[str]) -> None:
        """Note what the service has; once it has all, what was shown is forgotten."""
        self._journal.append({"settled": scan_ids})
        for scan_id in scan_ids:
            self._waiting.pop(scan_id).shown = {}
        if not self._waiting:
            self._journal.rewrite(asdict(record) for record in self._passed)

    def _fetch(self) -> None:
        before = self._steady()
        with self._lock:
            brought = {each.scan_id for each in self._passed if not each.shown}
        answer = self._ask("roster", None, "roster", longest=10)
        if answer is None:
            return
        took = self._steady() - before
        try:
            found = roster.read(answer["roster"], self._key)
        except roster.RosterError:
            return  # somebody else's: the one that is here stays
        if found.gate_id != self._enrolment.gate_id:
            return
        with self._lock:
            # It was signed while the answer was on its way.
            then = found.issued_at.timestamp() + took / 2
            self._anchor = then, self._steady()
            self._behind = then - self._wall()
            self._kept.rewrite([{"behind": self._behind, "roster": answer["roster"]}])
            self._fetched = self._steady()
            # What the service had before it was asked stands in the list, and what came after it.
            self._passed = [each for each in self._passed if each.scan_id not in brought]
            self._journal.rewrite(asdict(record) for record in self._passed)
            self._use(found)

    def _use(self, found: roster.Roster) -> None:
        self._roster, self._keys = found, found.keys()
        self._by_digest = {entry.digest: entry for entry in found.entries if entry.digest}
        self._by_registration = {entry.registration_id: entry for entry in found.entries}
        self._voided = frozenset(found.voided)
        self._meetings: dict[str, Meeting] = {str(each.id): each for each in found.meetings}
        self._presence = {}
        for entry in found.entries:
            if entry.entered or entry.inside is not None:
                presence = self._presence[str(entry.registration_id)] = Presence()
                presence.inside, presence.entered = entry.inside, set(entry.entered)
        for record in self._passed:
            if not record.admitted:
                continue
            presence = self._presence.setdefault(record.who, Presence())
            presence.inside = None
            if not record.out and record.meeting_id is not None:
                presence.inside = UUID(record.meeting_id)
                presence.entered.add(presence.inside)

    def _ask(
        self, path: str, body: Any, expected: str, longest: float | None = None
    ) -> dict[str, Any] | None:
        """Return the service's answer, None where there is none; raises DeviceRefused."""
        timeout = httpx2.Timeout(longest or self._patience, connect=self._patience)
        method = "GET" if body is None else "PUT"
        found: Any = None
        try:
            answer = self._http.request(method, path, json=body, timeout=timeout)
            found = answer.json()
        except (httpx2.TransportError, ValueError):
            pass  # no network, or a page of whoever owns it
        if isinstance(found, dict):
            if found.get("code") in _REFUSALS:
                self._refused = True
                raise DeviceRefused
            if expected in found:
                return found
        self._tried = self._steady()
        return None

    def _name(self, meeting_id: str | None) -> str | None:
        return None if meeting_id is None else self._meetings[meeting_id].name


def _brought(record: _Record) -> dict[str, Any]:
    return {
        **record.shown,
        "scan_id": record.scan_id,
        "at": record.at,
        "direction": "out" if record.out else "in",
        "admitted": record.admitted,
        "reason": None if record.admitted else record.reason,
    }


def _shown(text: str) -> dict[str, str] | None:
    """Return what a scanned text is, None where it is neither code nor ticket."""
    if text.startswith("TC"):
        return {"payload": text[:_LONGEST]}
    try:
        return {"registration_id": str(UUID(text))}
    except ValueError:
        return None
