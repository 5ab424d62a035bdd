"""Words of working calendars."""

from __future__ import annotations

from services.portal.text.phrase import Text

CALENDARS = Text("ปฏิทินเวลาทำการ", "Working calendars")
CALENDARS_LEAD = Text(
    "เวลาทำการและวันหยุดที่ใช้นับวันทำการและชั่วโมงทำการ",
    "Working hours and holidays by which working days and hours are counted.",
)
NO_CALENDARS = Text("ยังไม่มีปฏิทินเวลาทำการ", "There is no working calendar yet.")
CALENDAR_OWNER = Text("เจ้าของปฏิทิน", "Owner")
TIME_ZONE = Text("เขตเวลา", "Time zone")
WEEKLY_HOURS = Text("เวลาทำการในหนึ่งสัปดาห์", "Hours of the week")
DAY_OF_WEEK = Text("วัน", "Day")
HOURS = Text("เวลาทำการ", "Hours")
CLOSED_DAY = Text("ปิดทำการ", "closed")
MONDAY = Text("วันจันทร์", "Monday")
TUESDAY = Text("วันอังคาร", "Tuesday")
WEDNESDAY = Text("วันพุธ", "Wednesday")
THURSDAY = Text("วันพฤหัสบดี", "Thursday")
FRIDAY = Text("วันศุกร์", "Friday")
SATURDAY = Text("วันเสาร์", "Saturday")
SUNDAY = Text("วันอาทิตย์", "Sunday")
HOLIDAYS = Text("วันหยุด", "Holidays")
HOLIDAYS_OF_YEAR = Text("วันหยุดปี {year} ({n} วัน)", "Holidays of {year} ({n})")
HOLIDAY_DATE = Text("วันที่", "Date")
HOLIDAY_NAME = Text("ชื่อวันหยุด", "Holiday")
NO_HOLIDAYS = Text("ปฏิทินนี้ไม่มีวันหยุด", "This calendar has no holidays.")
WRITTEN_OUT = Text("ระบุวันหยุดไว้ถึงปี {year}", "Holidays are written out until {year}")
HALF_DAYS = Text("วันที่มีเวลาทำการเฉพาะ", "Days with hours of their own")
VERSIONS = Text("ฉบับต่าง ๆ", "Versions")
VERSION = Text("ฉบับ", "Version")
COUNTS_FROM = Text("ใช้กับเรื่องที่เริ่มตั้งแต่", "For cases that start from")
FROM_THE_START = Text("ตั้งแต่แรก", "always")
PUBLISHED = Text("ประกาศเมื่อ", "Published")
RETROACTIVE = Text(
    "มีผลย้อนหลัง ใช้ตัดสินเมื่อทุกฝ่ายเห็นชอบเท่านั้น", "for the past: judges only where all parties adopted it"
)
NEWEST_VERSION = Text("ฉบับล่าสุด", "newest")
JSON_CALENDAR = Text("ปฏิทินนี้", "Calendar")
JSON_CALENDARS = Text("ปฏิทิน", "Calendars")
JSON_VERSIONS = Text("ทุกฉบับ", "All versions")
