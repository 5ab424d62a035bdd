"""Words of the public pages of agreements and agencies."""

from __future__ import annotations

from services.portal.text.phrase import Text

SERVICES_OWNED = Text("บริการที่เป็นเจ้าของ", "Services it owns")
NO_SERVICE_OWNED = Text("หน่วยงานนี้ไม่ได้เป็นเจ้าของบริการใด", "This agency owns no service.")
SERVICES_SHARED = Text("บริการที่มีขั้นตอนของหน่วยงานนี้", "Services with a step of this agency")
STEPS_HERE = Text("ขั้นตอน", "Steps")
JSON_AGENCY = Text("หน่วยงาน", "Agency")
