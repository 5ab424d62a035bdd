"""Words of what is worked out from needs, of files, and of factors."""

from __future__ import annotations

from services.portal.text.phrase import Text

# Ranking
RANKING_LEAD = Text(
    "ลำดับคิดใหม่ทุกครั้งที่เปิดหน้า จากค่าที่ให้ไว้กับแต่ละข้อและน้ำหนักของบริการนี้",
    "Worked out anew whenever the page is opened, from the ratings of each need and this service's weights.",
)
RANKING_METHOD = Text("วิธีคิดโดยละเอียด", "The method in full")
RANKING_WEIGHTS = Text("น้ำหนักที่ใช้", "The weights")
RANKING_WEIGHTS_HINT = Text(
    "ค่าหนึ่งนับได้มากกว่าหนึ่งครั้ง เช่น นับสองครั้งคือคูณด้วยตัวเอง ทุกครั้งที่เปลี่ยนจะบันทึกว่าใครเปลี่ยน",
    "A rating may count more than once: twice means it is multiplied by itself. "
    "Every change is kept with its author.",
)
RANKING_COUNTS = Text("{what}นับกี่ครั้ง", "{what} counts")
RANKING_0 = Text("ไม่นับ", "not at all")
RANKING_1 = Text("หนึ่งครั้ง", "once")
RANKING_2 = Text("สองครั้ง", "twice")
RANKING_3 = Text("สามครั้ง", "three times")
RANKING_SAVE = Text("ใช้น้ำหนักนี้", "Use these weights")
RANKING_VERSIONS = Text("น้ำหนักที่ผ่านมา", "Weights so far")
RANKING_FIRST = Text("ค่าตั้งต้น", "what holds at first")
RANKING_SET_BY = Text("ตั้งโดย", "Set by")
RANKING_SET_AT = Text("เมื่อ", "When")
RANKING_VERSION = Text("ครั้งที่", "Version")
RANKING_STALE = Text(
    "มีผู้เปลี่ยนน้ำหนักไปก่อน ด้านล่างคือน้ำหนักที่ใช้อยู่ โปรดเลือกใหม่",
    "Somebody changed the weights meanwhile. Those below hold now; choose again.",
)
RANKING_CLASS = Text("ระดับ", "Class")

# Themes
THEMES_LEAD = Text(
    "ความต้องการที่พูดถึงเรื่องเดียวกันอยู่ในประเด็นเดียวกัน ประเด็นที่มีข้อสำคัญที่สุดมาก่อน",
    "Needs about one thing stand under one theme; the theme of the weightiest need comes first.",
)
THEMES_NONE = Text("ยังไม่ได้จัดประเด็น", "In no theme yet")
THEMES_COUNT = Text("{n} ความต้องการ", "{n} needs", "{n} need")
THEMES_BEST = Text("ลำดับดีที่สุด {rank}", "best rank {rank}")
THEMES_MORE = Text("และอีก {n} ข้อ", "and {n} more")
THEMES_PUT = Text("จัดข้อที่เลือกเข้าประเด็น", "Put the chosen needs to a theme")
THEMES_NAME = Text("ชื่อประเด็น", "Name of the theme")
THEMES_NO_NAME = Text("โปรดกรอกชื่อประเด็น", "Enter the name of the theme")
THEMES_NO_CHOICE = Text("โปรดเลือกความต้องการอย่างน้อยหนึ่งข้อ", "Choose at least one need")
THEMES_EMPTY = Text("ทุกข้อจัดเข้าประเด็นแล้ว", "Every need has a theme")

# Coverage
COVERAGE_LEAD = Text(
    "แถวคือความต้องการ คอลัมน์คือตัวชี้วัด ในช่องคือคำสัญญาที่ใช้ตัวชี้วัดนั้น",
    "A row is a need, a column an indicator; a cell names the promises that judge by it.",
)
COVERAGE_DIRECT = Text("เชื่อมกับคำสัญญาโดยตรง", "Linked to a promise itself")
COVERAGE_MEASURED = Text("วัดแล้ว ยังไม่มีคำสัญญา", "measured, no promise")
COVERAGE_UNPROMISED = Text("ตัวชี้วัดที่มีผู้ต้องการ แต่ยังไม่มีคำสัญญา", "Indicators that are needed but not promised")
COVERAGE_GAPS_FIRST = Text("ข้อที่ยังไม่มีคำสัญญามาก่อน", "Needs without a promise come first")

# Duplicates
DUPLICATES_LEAD = Text(
    "ระบบเทียบข้อความแล้วพบว่าอาจพูดเรื่องเดียวกัน ท่านเป็นผู้ตัดสิน การรวมแยกกลับได้เสมอ",
    "Words that look alike. You decide; what is merged can always be split again.",
)
DUPLICATES_FOUND = Text("พบ {n} กลุ่มที่อาจซ้ำกัน", "{n} groups may say the same", "{n} group may say the same")
DUPLICATES_NONE = Text("ไม่พบข้อที่อาจซ้ำกัน", "No likely duplicates were found")
DUPLICATES_MERGE = Text("รวมข้อที่เลือกไว้กับข้อบน", "Merge the chosen ones into the one above")
DUPLICATES_CHOOSE = Text("ข้อที่พูดเรื่องเดียวกัน", "Those that say the same")
DUPLICATES_AT_LEAST = Text("คล้ายกันอย่างน้อย", "At least this much alike")
DUPLICATES_LOOK = Text("ค้นหา", "Look")

# Indicators
PROPOSALS_LEAD = Text(
    "จากรายการตัวชี้วัดมาตรฐาน เลือกตามคำที่ผู้รับบริการใช้ ข้อที่สำคัญที่สุดมาก่อน",
    "From the catalogue, chosen by the words that recipients used; the weightiest need's first.",
)
PROPOSALS_NONE = Text(
    "ยังไม่มีความต้องการที่ตรงกับตัวชี้วัดในรายการ เปิดรายการด้านล่าง หรือเพิ่มความต้องการ",
    "No need asks for an indicator of the catalogue yet. See the catalogue below, or add needs.",
)
PROPOSALS_FORMULA = Text("สูตร", "Formula")
PROPOSALS_WHY = Text("มาจากความต้องการ", "Asked for by")
PROPOSALS_EXISTING = Text("มีตัวชี้วัดนี้แล้ว: {codes}", "The service has it already: {codes}")
PROPOSALS_TARGETS = Text("ค่าเริ่มต้นสำหรับการเจรจา", "To start the negotiation from")
PROPOSALS_MEDIAN = Text("ค่ากลางที่ผู้รับบริการต้องการ", "the middle of what was asked")
PROPOSALS_STRICTEST = Text("ค่าที่เข้มที่สุดที่มีผู้ต้องการ", "the strictest that was asked")
PROPOSALS_LAW = Text("ที่กฎหมายกำหนด", "what the law says")
PROPOSALS_MAKE = Text("เสนอตัวชี้วัดนี้", "Propose this indicator")
PROPOSALS_CATALOGUE = Text("รายการตัวชี้วัดทั้งหมด", "The whole catalogue")
PROPOSALS_CODE = Text("รหัส", "Code")
PROPOSALS_CODE_HINT = Text(
    "อักษรอังกฤษตัวเล็ก ตัวเลข และ . _ - ไม่เกิน 64 ตัว", "Lower-case letters, digits and . _ -; at most 64"
)
PROPOSALS_CODE_WRONG = Text(
    "รหัสใช้ได้เฉพาะอักษรอังกฤษตัวเล็ก ตัวเลข และ . _ - ท่านกรอก “{given}”",
    "A code has lower-case letters, digits and . _ - only; you entered “{given}”",
)
PROPOSALS_CODE_TAKEN = Text(
    "มีตัวชี้วัดรหัส {code} อยู่แล้ว โปรดใช้รหัสอื่น", "There is an indicator {code} already; use another code"
)
PROPOSALS_NAME_TH = Text("ชื่อภาษาไทย", "Name in Thai")
PROPOSALS_NAME_EN = Text("ชื่อภาษาอังกฤษ", "Name in English")
PROPOSALS_NO_NAME = Text("โปรดกรอกชื่ออย่างน้อยหนึ่งภาษา", "Enter a name in at least one language")
PROPOSALS_FROM = Text("เริ่มนับเมื่อเริ่มขั้นตอน", "Counted from the start of")
PROPOSALS_TO = Text("จนเสร็จขั้นตอน", "until the end of")
PROPOSALS_NEEDS = Text("ความต้องการที่ตัวชี้วัดนี้ตอบ", "The needs that it answers")
PROPOSALS_SAVE = Text("เสนอตัวชี้วัดและเชื่อม", "Make the indicator and link it")

# From a file
IMPORT_LEAD = Text(
    "ไฟล์ CSV หรือ XLSX ไม่เกิน 10,000 แถวและ 4 MB ระบบแสดงให้ดูก่อน ยังไม่บันทึกจนกว่าท่านยืนยัน และบันทึกทั้งไฟล์หรือไม่บันทึกเลย",
    "CSV or XLSX, at most 10,000 rows and 4 MB. You see it first; nothing is stored until you confirm, "
    "and then all of the file or nothing.",
)
IMPORT_FILE = Text("ไฟล์", "File")
IMPORT_FILE_HINT = Text("CSV หรือ XLSX แถวแรกเป็นชื่อคอลัมน์", "CSV or XLSX; the first row names the columns")
IMPORT_ENCODING = Text("รหัสอักขระของไฟล์ CSV", "Encoding of a CSV file")
IMPORT_ENCODING_HINT = Text(
    "หากตัวอักษรไทยในตัวอย่างอ่านไม่ออก โปรดเลือกเอง",
    "If Thai letters of the preview look wrong, choose it yourself",
)
IMPORT_FOUND_OUT = Text("ให้ระบบหาเอง", "found out")
IMPORT_LOOK = Text("ดูตัวอย่าง ยังไม่บันทึก", "Look at it first")
IMPORT_NO_FILE = Text("โปรดเลือกไฟล์", "Choose a file")
IMPORT_WRONG_KIND = Text(
    "อ่านได้เฉพาะไฟล์ .csv และ .xlsx ท่านเลือก “{name}”", "Only .csv and .xlsx files are read; you chose “{name}”"
)
IMPORT_TOO_LARGE = Text(
    "ไฟล์ใหญ่หรือยาวเกินไป อ่านได้ไม่เกิน 10,000 แถวและ 4 MB โปรดแบ่งไฟล์",
    "The file is too large: at most 10,000 rows and 4 MB are read. Split it",
)
IMPORT_UNREADABLE = Text("อ่านไฟล์นี้ไม่ได้: {detail}", "The file cannot be read: {detail}")
IMPORT_KNOWN = Text(
    "ไฟล์นี้นำเข้าแล้ว ไม่มีการบันทึกซ้ำ", "This very file was taken in already; nothing was stored twice"
)
IMPORT_GOOD = Text(
    "อ่านได้ครบ {n} ข้อ ยังไม่บันทึก",
    "All {n} needs were understood; nothing is stored yet",
    "The one need was understood; nothing is stored yet",
)
IMPORT_BAD = Text(
    "มี {n} จุดที่ต้องแก้ในไฟล์ ยังไม่มีการบันทึก",
    "{n} things to correct in the file; nothing was stored",
    "{n} thing to correct in the file; nothing was stored",
)
IMPORT_ROWS = Text("{good} จาก {rows} แถวอ่านได้", "{good} of {rows} rows were understood")
IMPORT_ENCODED = Text("รหัสอักขระ {encoding}", "encoding {encoding}")
IMPORT_ROW = Text("แถว", "Row")
IMPORT_COLUMN = Text("คอลัมน์", "Column")
IMPORT_WRONG = Text("สิ่งที่ต้องแก้", "What to correct")
IMPORT_MORE = Text("และอีก {n} จุด", "and {n} more")
IMPORT_FAULTS_FILE = Text("ดาวน์โหลดรายการที่ต้องแก้ (CSV)", "Download what to correct (CSV)")
IMPORT_PREVIEW = Text("ตัวอย่าง {n} ข้อแรก", "The first {n} needs as understood", "The need as understood")
IMPORT_CONFIRM = Text("นำเข้าทั้ง {n} ข้อ", "Take in all {n} needs", "Take in the need")
IMPORT_OTHER = Text("เลือกไฟล์อื่น", "Choose another file")
IMPORT_COLUMNS = Text("คอลัมน์ที่อ่านได้", "Columns that are read")
IMPORT_COLUMN_VALUES = Text("ค่าที่ใช้ได้", "What it takes")
IMPORT_TITLE_ROW = Text("แถวชื่อคอลัมน์", "the column names")
IMPORT_NOT_FOUND_ROW = Text("ทั้งไฟล์", "the whole file")
IMPORT_TAKES_TEXT = Text("ข้อความไม่เกิน 100 ตัวอักษร", "Text, at most 100 characters")
IMPORT_TAKES_STATEMENT = Text(
    "ต้องมี: ข้อความภาษาไทยหรืออังกฤษ ไม่เกิน 4,000 ตัวอักษร (หรือแยกเป็นสองคอลัมน์ตามภาษา)",
    "Required: text in Thai or English, at most 4,000 characters (or a column for each language)",
)
IMPORT_TAKES_WORDS = Text("ข้อความไม่เกิน 4,000 ตัวอักษร", "Text, at most 4,000 characters")
IMPORT_TAKES_SOURCE = Text("ต้องมี: {values}", "Required: {values}")
IMPORT_TAKES_ONE_OF = Text("{values} หรือเว้นว่าง", "{values}, or empty")
IMPORT_TAKES_RATING = Text("ตัวเลข 1 ถึง 5 หรือเว้นว่าง", "A number from 1 to 5, or empty")
IMPORT_TAKES_WANTED = Text(
    "ตัวเลข เช่น 0.95 หรือระยะเวลา เช่น P3D (3 วัน) PT4H (4 ชั่วโมง)",
    "A number such as 0.95, or a duration such as P3D (3 days), PT4H (4 hours)",
)
IMPORT_TAKES_LINKS = Text("ลิงก์ คั่นด้วยช่องว่าง", "Links, with spaces between")
IMPORT_GIVEN = Text("{takes} ท่านกรอก “{given}”", "{takes}; you entered “{given}”")

IMPORT_FORMULA = Text("เซลล์เป็นสูตร โปรดใส่ค่าที่ได้แทน", "A formula; write what it comes to instead")
IMPORT_UNKNOWN = Text("ไม่รู้จักคอลัมน์ “{name}”", "The column “{name}” is not known")
IMPORT_TWICE = Text("มีคอลัมน์ “{name}” มากกว่าหนึ่งคอลัมน์", "The column “{name}” stands there twice")
IMPORT_NO_STATEMENT = Text("ไม่มีคอลัมน์ “ความต้องการ”", "There is no column “statement”")
IMPORT_NO_ROWS = Text("ไฟล์มีแต่ชื่อคอลัมน์ ยังไม่มีความต้องการ", "The file has column names but no needs")
IMPORT_NO_HEADER = Text("แถวแรกต้องเป็นชื่อคอลัมน์", "The first row has to name the columns")
IMPORT_MORE_CELLS = Text("มีเซลล์มากกว่าจำนวนคอลัมน์", "It has more cells than there are columns")
IMPORT_UTF16 = Text("ไฟล์เป็น UTF-16 โปรดบันทึกเป็น CSV UTF-8", "The file is UTF-16; save it as CSV UTF-8")
IMPORT_NOT_THAI = Text(
    "ตัวอักษรในไฟล์ไม่ใช่ UTF-8 และไม่ใช่ TIS-620 โปรดบันทึกเป็น CSV UTF-8",
    "The file is neither UTF-8 nor TIS-620; save it as CSV UTF-8",
)
IMPORT_NOT_SO_ENCODED = Text(
    "ไฟล์ไม่ได้ใช้รหัสอักขระที่เลือก โปรดเลือก “ให้ระบบหาเอง”",
    "The file is not in the encoding that was chosen; choose “found out”",
)

# Factors
FACTORS_LEAD = Text(
    "กฎหมาย กำลังคน ปริมาณงาน ฤดูกาล และงบประมาณ ที่กำหนดว่าบริการนี้สัญญาได้เพียงใด",
    "The laws, capacity, volume, seasons and budgets that bound what this service can promise.",
)
FACTORS_EMPTY = Text(
    "ยังไม่มีปัจจัยที่บันทึกไว้ เริ่มจากกฎหมายที่กำหนดเวลาของบริการนี้",
    "No factor is recorded yet. Start with the law that sets this service's time.",
)
FACTORS_COUNT = Text("{n} ปัจจัย", "{n} factors", "{n} factor")
FACTOR_ADD = Text("เพิ่มปัจจัย", "Add a factor")
FACTOR_EDIT = Text("แก้ไขปัจจัย", "Change this factor")
FACTOR_KIND = Text("ชนิด", "Kind")
FACTOR_LAW = Text("กฎหมาย", "Law")
FACTOR_CAPACITY = Text("กำลังคนและอุปกรณ์", "Capacity")
FACTOR_VOLUME = Text("ปริมาณงาน", "Volume")
FACTOR_SEASON = Text("ฤดูกาล", "Season")
FACTOR_BUDGET = Text("งบประมาณ", "Budget")
FACTOR_TEXT = Text("ปัจจัยนี้คืออะไร", "What it says")
FACTOR_TEXT_HINT = Text("กรอกอย่างน้อยหนึ่งภาษา", "At least one language")
FACTOR_SECTION = Text("มาตราหรือข้อ", "Section")
FACTOR_SECTION_HINT = Text("สำหรับกฎหมาย เช่น มาตรา 10", "For a law, such as: section 10")
FACTOR_VALUE = Text("ค่าที่กำหนด", "Its value")
FACTOR_VALUE_HINT = Text("เช่น 15 วัน เว้นว่างได้", "Such as: 15 days; may stay empty")
FACTOR_UNIT = Text("ชื่อหน่วย เมื่อเป็นจำนวน", "Name of the unit, for a plain number")
FACTOR_UNIT_HINT = Text("เช่น คน เรื่องต่อเดือน", "Such as: officers, cases a month")
FACTOR_BOUNDS = Text("ตัวชี้วัดที่ถูกกำหนด", "The indicator that it bounds")
FACTOR_BOUNDS_HINT = Text("ค่านี้จะแสดงข้างค่าเป้าหมายที่เสนอ", "The value is shown beside targets proposed on it")
FACTOR_NO_INDICATOR = Text("ไม่เจาะจงตัวชี้วัด", "no particular one")
FACTOR_NO_KIND = Text("โปรดเลือกชนิดของปัจจัย", "Choose the kind of the factor")
FACTOR_NO_TEXT = Text("โปรดกรอกว่าปัจจัยนี้คืออะไร", "Enter what the factor says")
FACTOR_CHANGED = Text("มีผู้แก้ไขปัจจัยนี้ระหว่างที่ท่านกรอก", "Somebody changed this factor while you did")
FACTOR_NOT_YOURS = Text(
    "ยังบันทึกไม่ได้ ต้องเป็นผู้เจรจาของหน่วยงานที่บันทึกปัจจัยนี้",
    "Not stored: only a negotiator of the agency that recorded it may do this",
)
FACTOR_BY = Text("บันทึกโดย {agency}", "Recorded by {agency}")
FACTOR_ERASE_ASK = Text("ลบข้อความของปัจจัยนี้อย่างถาวรหรือไม่", "Erase the words of this factor for good?")
FACTOR_ERASE_HINT = Text(
    "ข้อความจะกู้คืนไม่ได้ ชนิด มาตรา และค่ายังคงอยู่",
    "The words cannot be brought back. Kind, section and value stay.",
)
