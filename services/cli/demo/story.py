"""What the demo's agencies agreed, proposed, disputed and undertook since.

Each is made once: what is there already, in whatever state, is left as the parties have it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.cli.client import Connection

REGISTRY, SLA, EVALUATION = "/api/registry/v1", "/api/sla/v1", "/api/evaluation/v1"
CALENDAR = "city-office-hours"
FLOODED = "inspection-2-days"


@dataclass
class Story:
    connection: Connection
    agreement: str
    month: Callable[[int], datetime]
    """Start of the month with this number; the seventh, 6, is the current one."""

    def tell(self) -> None:
        self._maintenance()
        self._flood()
        self._holiday()
        self._dispute()
        self._improve()

    def _maintenance(self) -> None:
        """A night of maintenance that all three agreed not to count."""
        start = self.month(2) + timedelta(days=11)
        made = self._exclusion(
            "city/office",
            "maintenance",
            "online-99",
            start,
            start + timedelta(hours=18),
            {"th": "ย้ายศูนย์ข้อมูลตามแผนที่แจ้งล่วงหน้า", "en": "The data centre moved, as announced"},
        )
        for name in ("health/office", "business/office"):
            if made is not None:
                body = {"hash": made["hash"]}
                self.connection.api(name).post(f"{SLA}/exclusions/{made['id']}/approvals", body)

    def _flood(self) -> None:
        """A week of flooded roads; the others have yet to say whether it counts."""
        start = self.month(4) + timedelta(days=7)
        self._exclusion(
            "health/office",
            "force_majeure",
            FLOODED,
            start,
            start + timedelta(days=7),
            {"th": "น้ำท่วมถนน เจ้าหน้าที่เดินทางไม่ได้", "en": "Roads were flooded; inspectors could not travel"},
        )

    def _exclusion(
        self, name: str, kind: str, objective: str, start: datetime, end: datetime, reason: dict[str, str]
    ) -> dict[str, Any] | None:
        """The proposal as it was made; None: there was one."""
        api = self.connection.api(name)
        there = api.get(f"{SLA}/agreements/{self.agreement}/exclusions")["items"]
        if any(each["objectives"] == [objective] for each in there):
            return None
        body = {
            "kind": kind,
            "objectives": [objective],
            "from": start.isoformat(),
            "to": end.isoformat(),
            "reason": reason,
        }
        made: dict[str, Any] = api.post(f"{SLA}/agreements/{self.agreement}/exclusions", body)
        return made

    def _holiday(self) -> None:
        """Days on which offices were closed, published afterwards, and proposed as a correction."""
        admin = self.connection.api("city/admin")
        newest = admin.get(f"{REGISTRY}/calendars/{CALENDAR}")
        if newest["version"] > 1:
            return
        monday = self.month(4) + timedelta(days=7)
        monday += timedelta(days=(7 - monday.weekday()) % 7)
        name = {"th": "วันหยุดราชการกรณีพิเศษ (น้ำท่วม)", "en": "Special holiday (flood)"}
        holidays = {
            "country": newest["country"],
            "years": newest["years"],
            "add": [
                {"date": (monday + timedelta(days=day)).date().isoformat(), "name": name} for day in range(3)
            ],
        }
        version = {
            **{name: newest[name] for name in ("name", "time_zone", "weekly")},
            "holidays": holidays,
            "effective_from": self.month(4).date().isoformat(),
            "retroactive": True,
            "reason": "คณะรัฐมนตรีประกาศวันหยุดกรณีพิเศษหลังน้ำท่วม",
        }
        admin.post(f"{REGISTRY}/calendars/{CALENDAR}/versions", version)
        body = {
            "agreement": self.agreement,
            "calendar": CALENDAR,
            "version": 2,
            "reason": "ปรับปฏิทินตามประกาศวันหยุดกรณีพิเศษ",
        }
        self.connection.api("business/office").post(f"{EVALUATION}/corrections", body)

    def _dispute(self) -> None:
        """The health office does not see the breach as its own alone."""
        api = self.connection.api("health/office")
        found = api.get(f"{EVALUATION}/breaches", agreement=self.agreement, objective=FLOODED)["items"]
        if not found or api.get(f"{EVALUATION}/disputes", breach=found[0]["id"])["items"]:
            return
        body = {"about": {"kind": "breach"}, "reason": "น้ำท่วมถนนทั้งสัปดาห์ เจ้าหน้าที่เดินทางไปตรวจไม่ได้"}
        api.post(f"{EVALUATION}/breaches/{found[0]['id']}/disputes", body)

    def _improve(self) -> None:
        """What was undertaken: done and compared, done and too early to say, and not begun yet."""
        register = f"{EVALUATION}/improvements"
        if self.connection.api("city/office").get(register, agreement=self.agreement)["items"]:
            return
        last_of_slow, first_after = self.month(5) - timedelta(days=1), self.month(5)
        undertaken = (
            (
                "city/office",
                "licence-5-days",
                "ให้เจ้าหน้าที่ตรวจเอกสารครบถ้วนในวันรับคำขอ และแจ้งเอกสารที่ขาดเพียงครั้งเดียว",
                "หัวหน้างานทะเบียนและใบอนุญาต",
                self.month(4),
                last_of_slow,
                "คำขอที่เอกสารครบตั้งแต่วันแรกไม่ต้องส่งกลับ แต่เดือนที่น้ำท่วมทำให้ยังสรุปไม่ได้ว่าเป็นผลของมาตรการนี้เท่านั้น",
            ),
            (
                "health/office",
                FLOODED,
                "เพิ่มเจ้าหน้าที่ตรวจสถานที่จาก 4 เป็น 6 คน และจัดเส้นทางตรวจรายวัน",
                "หัวหน้างานสุขาภิบาลอาหาร",
                first_after,
                first_after,
                None,
            ),
            (
                "city/office",
                "never-slower-than-10-s",
                "ย้ายการสำรองข้อมูลออกจากเวลาที่มีผู้ใช้บริการ",
                "หัวหน้างานเทคโนโลยีสารสนเทศ",
                None,
                self.month(7) - timedelta(days=1),
                None,
            ),
        )
        for name, objective, action, owner, started, end, lesson in undertaken:
            api, day = self.connection.api(name), end.date().isoformat()
            body = {
                "agreement": self.agreement,
                "objective": objective,
                "action": action,
                "owner": owner,
                "windows": 1,
                "due_on": day,
                "started_on": started.date().isoformat() if started else None,
            }
            made = api.post(register, body)
            if started is not None:
                done = {"done_on": day} | ({"lesson": lesson} if lesson else {})
                api.call(
                    "PATCH",
                    f"{register}/{made['id']}",
                    json=done,
                    headers={"If-Match": f'"{made["version"]}"'},
                )
