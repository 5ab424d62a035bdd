"""Words of the pages on which an agency says who may act for it: its people and its programs."""

from __future__ import annotations

from services.portal.text.phrase import Text

PEOPLE = Text("ผู้ใช้งานของหน่วยงาน", "People of your agency")
PEOPLE_LEAD = Text(
    "ผู้ที่เข้าใช้ระบบในนามหน่วยงานของท่าน และสิทธิของแต่ละคน", "Who signs in for your agency, and what each may do."
)
PEOPLE_NONE = Text("ยังไม่มีผู้ใช้งาน", "There is nobody yet.")
PERSON_INVITE = Text("เชิญผู้ใช้งาน", "Invite a person")
PERSON_INVITE_DO = Text("สร้างคำเชิญ", "Make the invitation")
PERSON_NAME = Text("ชื่อและนามสกุล", "Full name")
PERSON_ROLES = Text("สิทธิ", "Roles")
PERSON_ROLES_EMPTY = Text("เลือกอย่างน้อยหนึ่งสิทธิ", "Choose at least one role.")
PERSON_NAME_EMPTY = Text("โปรดกรอกชื่อ", "Enter a name.")
PERSON_EMAIL_EMPTY = Text("โปรดกรอกอีเมลของผู้ที่จะเชิญหรือแก้ไข", "Enter their mail address.")
PERSON_EMAIL_TAKEN = Text("อีเมลนี้มีบัญชีแล้ว", "There is an account with this address already.")
PERSON_YOU = Text("ท่าน", "you")
PERSON_SAVE = Text("บันทึก", "Save")
PERSON_SAVED = Text("บันทึกแล้ว", "Saved.")
PERSON_SINCE = Text("เพิ่มเมื่อ {when}", "Added {when}")
PERSON_STATE_INVITED = Text("เชิญแล้ว ยังไม่ตั้งรหัสผ่าน", "Invited, no password yet")
PERSON_STATE_ACTIVE = Text("ใช้งานอยู่", "Active")
PERSON_STATE_DISABLED = Text("ระงับการใช้งาน", "Disabled")
PERSON_STATE_ERASED = Text("ลบข้อมูลแล้ว", "Erased")
PERSON_ERASED = Text(
    "ชื่อและอีเมลถูกลบแล้ว รหัสนี้คงอยู่เพราะลายมือชื่อและบันทึกอ้างถึง",
    "Name and address are gone. The id stays, because signatures and logs name it.",
)
PERSON_DISABLE = Text("ระงับการใช้งาน", "Disable")
PERSON_ENABLE = Text("ให้ใช้งานได้อีกครั้ง", "Enable again")
PERSON_DISABLE_HINT = Text(
    "ผู้ที่ถูกระงับจะออกจากระบบทุกเครื่องทันที", "Who is disabled is signed out everywhere at once."
)
PERSON_INVITE_AGAIN = Text("สร้างคำเชิญใหม่", "Make another invitation")
PERSON_RESET = Text("สร้างลิงก์ตั้งรหัสผ่านใหม่", "Make a link to a new password")
PERSON_ACCESS = Text("การเข้าใช้ระบบ", "Access")
PERSON_ERASE = Text("ลบข้อมูลส่วนบุคคล", "Erase personal data")
PERSON_ERASE_HINT = Text(
    "ชื่อและอีเมลจะถูกลบถาวร และบัญชีนี้จะใช้ไม่ได้อีก ลายมือชื่อเดิมยังคงมีผล",
    "Name and address go for good, and the account ends. What was signed with it stays signed.",
)
PERSON_ERASE_SURE = Text("ยืนยันการลบข้อมูลของ {name}", "Yes, erase what is known of {name}")
PERSON_ERASE_UNSURE = Text("ทำเครื่องหมายยืนยันก่อนลบ", "Tick the box first: erasing cannot be undone.")
LINK_ONCE = Text("ลิงก์นี้แสดงครั้งเดียว", "This link is shown once")
LINK_ONCE_LEAD = Text(
    "ส่งให้ {name} ด้วยช่องทางที่ผู้อื่นอ่านไม่ได้ ใช้ได้ครั้งเดียวจนถึง {until} ลิงก์ก่อนหน้าใช้ไม่ได้แล้ว",
    "Hand it to {name} where nobody else reads it. It works once, until {until}; links from before are void.",
)
APPOINTED_NOW = Text("ขณะนี้บันทึกไว้ว่า: {name} ({roles})", "Stored now: {name} ({roles})")
APPOINTED_CHANGED = Text(
    "มีผู้แก้ไขหลังจากที่ท่านเปิดหน้านี้ โปรดตรวจข้อมูลปัจจุบัน แล้วบันทึกอีกครั้งหากต้องการ",
    "Somebody changed this after you opened it. See what is stored now, and save again if you still want to.",
)
ROLE_AUDITOR = Text("ผู้ตรวจสอบ", "auditor")
ROLE_MAY_AGENCY_ADMIN = Text(
    "ดูแลผู้ใช้งาน โปรแกรม แหล่งข้อมูล ปฏิทิน และบริการของหน่วยงาน",
    "looks after the agency's people, clients, sources, calendars and services",
)
ROLE_MAY_NEGOTIATOR = Text(
    "จัดทำความต้องการ ตัวชี้วัด ร่าง และข้อเสนอ", "writes needs, indicators, drafts, offers and comments"
)
ROLE_MAY_SIGNATORY = Text(
    "ลงนามข้อตกลง เห็นชอบช่วงยกเว้นและการแก้ไขผล", "signs agreements, approves exclusions and corrections"
)
ROLE_MAY_REPORTER = Text("ส่งข้อมูลการวัด", "sends measurements")
ROLE_MAY_VIEWER = Text("ดูข้อมูลที่หน่วยงานดูได้", "reads what the agency may read")
ROLE_MAY_AUDITOR = Text("ดูทุกอย่างที่หน่วยงานดูได้ แก้ไขไม่ได้", "reads all that the agency may read, changes nothing")

CLIENTS = Text("โปรแกรมที่ใช้ API", "Clients of the API")
CLIENTS_LEAD = Text(
    "ระบบคอมพิวเตอร์ที่ส่งหรืออ่านข้อมูลในนามหน่วยงานของท่าน", "Systems that send or read data in your agency's name."
)
CLIENTS_NONE = Text("ยังไม่มีโปรแกรม", "There is no client yet.")
CLIENT_NEW = Text("เพิ่มโปรแกรม", "Add a client")
CLIENT_NEW_DO = Text("เพิ่ม", "Add")
CLIENT_NAME = Text("ชื่อโปรแกรม", "Name of the system")
CLIENT_ID = Text("รหัสโปรแกรม (client_id)", "Client id")
CLIENT_SECRET = Text("รหัสลับ (client_secret)", "Client secret")
SECRET_ONCE = Text("รหัสลับนี้แสดงครั้งเดียว", "This secret is shown once")
SECRET_ONCE_LEAD = Text(
    "เก็บไว้ในที่เก็บรหัสลับของโปรแกรมทันที ระบบเก็บไว้เพียงค่าแฮช จึงแสดงอีกไม่ได้",
    "Put it where the system keeps its secrets now. Only a hash is kept here, so it cannot be shown again.",
)
SECRET_BEFORE = Text("รหัสลับเดิมใช้ได้จนถึง {until}", "The secret from before is good until {until}.")
CLIENT_DISABLE_HINT = Text("โปรแกรมที่ถูกระงับจะใช้ API ไม่ได้ทันที", "A client that is disabled is refused at once.")
CLIENT_SECRETS = Text("รหัสลับที่ใช้ได้", "Secrets in force")
CLIENT_SECRET_MADE = Text("สร้างเมื่อ {when}", "made {when}")
CLIENT_SECRET_STAYS = Text("ใช้ได้จนกว่าจะเปลี่ยน", "good until it is replaced")
CLIENT_SECRET_ENDS = Text("ใช้ได้ถึง {until}", "good until {until}")
CLIENT_ROTATE = Text("เปลี่ยนรหัสลับ", "Replace the secret")
CLIENT_ROTATE_HINT = Text(
    "ระหว่างเปลี่ยน รหัสลับเดิมใช้ได้ต่อตามเวลาที่เลือก ถ้ารั่วไหลให้เลือก “ยกเลิกทันที”",
    "The old secret stays good for a while, so that nothing stops. If it leaked, end it at once.",
)
CLIENT_OVERLAP = Text("รหัสลับเดิม", "The old secret")
CLIENT_OVERLAP_NOW = Text("ยกเลิกทันที", "ends at once")
CLIENT_OVERLAP_DAY = Text("ใช้ได้อีก 24 ชั่วโมง", "stays good for 24 hours")
CLIENT_OVERLAP_WEEK = Text("ใช้ได้อีก 7 วัน", "stays good for 7 days")
JSON_PEOPLE = Text("ผู้ใช้งาน", "people")
JSON_CLIENTS = Text("โปรแกรม", "clients")
