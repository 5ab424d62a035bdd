"""Words of the pages on which evidence is taken and checked."""

from __future__ import annotations

from services.portal.text.phrase import Text

JSON_CHECKPOINTS = Text("จุดตรวจ", "Checkpoints")
VERIFY = Text("ตรวจสอบความถูกต้อง", "Verify")
VERIFY_LEAD = Text(
    "ตรวจว่าไฟล์เป็นฉบับที่ลงนามไว้ หรือชุดหลักฐานให้ผลตามที่แจ้งจริงหรือไม่ ไม่ต้องเข้าสู่ระบบ และระบบไม่เก็บไฟล์ไว้",
    "Is this the signed text, and does the evidence give this verdict? No sign-in; the file is not kept.",
)
VERIFY_FILE = Text("ไฟล์", "File")
VERIFY_FILE_HINT = Text(
    "ข้อตกลงที่ลงนาม (JSON) หรือชุดหลักฐาน (ZIP) ไม่เกิน {size} MB",
    "A signed revision (JSON) or an evidence bundle (ZIP), at most {size} MB",
)
VERIFY_SEND = Text("ตรวจไฟล์นี้", "Check this file")
VERIFY_NO_FILE = Text("เลือกไฟล์ที่จะตรวจ", "Choose the file to check")
VERIFY_TOO_LARGE = Text(
    "ไฟล์ใหญ่เกิน {size} MB: ใช้โปรแกรมตรวจในเครื่องของท่าน ตามวิธีด้านล่าง",
    "The file is larger than {size} MB: check it with the program on your own machine, as shown below",
)
VERIFY_BUSY = Text(
    "ขณะนี้มีผู้ตรวจไฟล์จำนวนมาก โปรดส่งใหม่ในอีกสักครู่",
    "Many files are being checked at this moment; send it again in a while",
)
VERIFY_UNFINISHED = Text(
    "ไฟล์นี้เกินเวลา หน่วยความจำ หรือจำนวนข้อที่หน้านี้ตรวจได้ จึงยังไม่ทราบผล: ใช้โปรแกรมตรวจในเครื่องของท่าน ตามวิธีด้านล่าง",
    "This file takes more time, memory or checks than this page has, so nothing is known of it: use the "
    "program on your own machine, as shown below",
)
VERIFY_PASSED = Text("ผ่านการตรวจครบทั้ง {n} ข้อ", "All {n} checks passed", "The one check passed")
VERIFY_FAILED = Text(
    "ไม่ผ่านการตรวจ {n} ข้อ: อย่าใช้ไฟล์นี้เป็นหลักฐาน",
    "{n} checks failed: do not rely on this file",
    "One check failed: do not rely on this file",
)
VERIFY_WHOSE = Text(
    "ไฟล์ลงลายมือชื่อด้วยกุญแจที่ระบบนี้ไม่ได้เผยแพร่: อาจมาจากระบบอื่น หรือเป็นของปลอม",
    "A key signed this file that is not published here: it is another system's, or made up",
)
VERIFY_CHECKS_FAILED = Text("ข้อที่ไม่ผ่าน", "What failed")
VERIFY_CHECKS_PASSED = Text("ข้อที่ผ่าน และความหมายหากไม่ผ่าน", "What passed, and what failing would mean")
VERIFY_CHECK = Text("ข้อตรวจ", "Check")
VERIFY_MEANS = Text("หากไม่ผ่าน หมายความว่า", "Failing means")
VERIFY_FOUND = Text("พบว่า: {found}", "Found: {found}")
VERIFY_PASS = Text("ผ่าน", "Passed")
VERIFY_FAIL = Text("ไม่ผ่าน", "Failed")
VERIFY_KEYS = Text("กุญแจที่ลงลายมือชื่อ", "Keys that signed")
VERIFY_KEY = Text("กุญแจ", "Key")
VERIFY_OWNER = Text("ของ", "Owner")
VERIFY_DEPLOYMENT = Text("ระบบ", "the deployment")
VERIFY_PUBLISHED = Text("เผยแพร่ในระบบนี้", "Published here")
VERIFY_UNPUBLISHED = Text("ไม่ได้เผยแพร่ในระบบนี้", "Not published here")
VERIFY_UNKNOWN = Text("สอบถามไม่ได้ในขณะนี้", "Cannot be asked at this moment")
VERIFY_HASH = Text("ค่าแฮช (SHA-256)", "Hash (SHA-256)")
VERIFY_HASH_HINT = Text(
    "อักขระ 64 ตัว ของประกาศ ข้อตกลง หรือรายการในบันทึกหลักฐาน",
    "64 characters: of an announcement, an agreement, or a record of the evidence log",
)
VERIFY_FIND = Text("ค้นหา", "Look it up")
VERIFY_NO_HASH = Text("ค่าแฮชมีอักขระ 0-9 และ a-f รวม 64 ตัว", "A hash has 64 characters of 0-9 and a-f")
VERIFY_HASH_FOUND = Text("ค่าแฮชนี้ตรงกับสิ่งที่เผยแพร่", "This hash is published here")
VERIFY_HASH_NONE = Text(
    "ไม่มีสิ่งที่เผยแพร่มีค่าแฮชนี้: ข้อความอาจถูกแก้ไข หรือเป็นของข้อตกลงที่ไม่เปิดเผยต่อสาธารณะ",
    "Nothing public has this hash: the text was changed, or it is of an agreement that is not public",
)
VERIFY_HASH_AWAY = Text(
    "ค้นหาได้ไม่ครบทุกแห่งในขณะนี้ โปรดลองใหม่ในอีกสักครู่",
    "Not every place could be asked at this moment; try again in a while",
)
VERIFY_IS_REVISION = Text("ข้อความของข้อตกลงที่มีผลใช้บังคับ", "The text of an agreement in force")
VERIFY_IS_LEAF = Text(
    "รายการที่ {position} ในบันทึกหลักฐานซึ่งมี {size} รายการ",
    "Record {position} of the evidence log, which has {size}",
)
VERIFY_OFFLINE = Text("ตรวจเองโดยไม่ต้องเชื่อระบบนี้", "Check it yourself, without trusting this system")
VERIFY_OFFLINE_WHY = Text(
    "หน้านี้ใช้โปรแกรมเดียวกับที่ท่านนำไปใช้ได้เอง โปรแกรมมีไฟล์เดียว อ่านเข้าใจได้ และไม่ติดต่อเครือข่าย",
    "This page runs the program that you can run yourself: one file, made to be read, that asks no network.",
)
VERIFY_PROGRAM = Text("โปรแกรมตรวจ (verify.py)", "The program (verify.py)")
VERIFY_CHECKPOINTS = Text("จุดตรวจของบันทึกหลักฐาน", "Checkpoints of the evidence log")
EVIDENCE_OF = Text("ชุดหลักฐาน", "Evidence bundle")
EVIDENCE_LEAD = Text(
    "สิ่งที่ตกลง การตัดสิน และผล พร้อมข้อพิสูจน์ว่าไม่มีสิ่งใดถูกแก้ไขภายหลัง ในไฟล์เดียว",
    "What was agreed, decided and judged, with the proof that nothing was changed afterwards, in one file.",
)
EVIDENCE_PERIOD = Text("รอบที่สิ้นสุดในช่วง", "Windows that ended in")
EVIDENCE_SHOW = Text("แสดง", "Show")
EVIDENCE_TAKE = Text("ดาวน์โหลดชุดหลักฐาน (ZIP)", "Download the bundle (ZIP)")
EVIDENCE_INDEX = Text("สารบัญ", "Index")
EVIDENCE_PATH = Text("ไฟล์", "File")
EVIDENCE_KIND = Text("เนื้อหา", "What it holds")
EVIDENCE_RECORDS = Text("ระเบียน", "Records")
EVIDENCE_WAITING = Text(
    "อีก {n} ระเบียนรอจุดตรวจถัดไป จึงยังไม่อยู่ในชุดนี้",
    "{n} records wait for the next checkpoint and are not in it yet",
    "{n} record waits for the next checkpoint and is not in it yet",
)
EVIDENCE_NONE = Text(
    "บันทึกหลักฐานยังไม่มีจุดตรวจ โปรดกลับมาใหม่ในอีกสักครู่",
    "The evidence log has no checkpoint yet; come back in a while",
)
EVIDENCE_CHECKPOINT = Text(
    "จุดตรวจเมื่อ {when}: บันทึกมี {size} รายการ", "Checkpoint of {when}: {size} records in the log"
)
EVIDENCE_COSIGNED = Text("หน่วยงานที่ลงลายมือชื่อร่วม", "Cosigned by")
EVIDENCE_NOT_COSIGNED = Text(
    "ยังไม่มีหน่วยงานลงลายมือชื่อร่วมในจุดตรวจนี้", "No agency has cosigned this checkpoint yet"
)
EVIDENCE_NEEDS = Text(
    "ผลหนึ่งรายการต้องใช้ตัวผลเอง ข้อตกลงฉบับที่ใช้ตัดสินพร้อมความเห็นชอบทุกฝ่าย และช่วงยกเว้นหรือการแก้ไขทุกรายการที่ผลระบุไว้",
    "A verdict needs its result, the revision it names with all acceptances, and each exclusion and "
    "correction that it names.",
)
KIND_OF_REVISION = Text("ข้อตกลงฉบับที่มีผลหรือใช้ตัดสิน", "The revisions in force, or by which was judged")
KIND_OF_ACCEPTANCE = Text("ความเห็นชอบที่ลงลายมือชื่อ", "Signed acceptances")
KIND_OF_EXCLUSION = Text("การตัดสินเรื่องช่วงยกเว้น", "Decisions on exclusions")
KIND_OF_CORRECTION = Text("การแก้ไขที่ทุกฝ่ายเห็นชอบ", "Corrections that all parties approved")
KIND_OF_RESULT = Text("ผลสุดท้ายทุกฉบับพร้อมที่มา", "Every revision of each final result, with its basis")
KIND_OF_BATCHES = Text("ค่าแฮชของชุดข้อมูลวัด", "Hashes of the batches of measurements")
KIND_OF_PROOF = Text("ข้อพิสูจน์ว่าแต่ละระเบียนอยู่ในบันทึก", "What proves that each record is in the log")
KIND_OF_CHECKPOINT = Text("ขนาดและค่ารากของบันทึก พร้อมลายมือชื่อ", "Size and root of the log, signed")
KIND_OF_KEY = Text("กุญแจสาธารณะของลายมือชื่อทั้งหมด", "The public keys of all signatures")
