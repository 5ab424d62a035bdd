"""Words of signing in at an OpenID provider."""

from __future__ import annotations

from services.portal.text.phrase import Text

OIDC_SIGN_IN = Text("เข้าสู่ระบบด้วย {name}", "Sign in with {name}")
OIDC_AGAIN = Text("ยืนยันตัวตนด้วย {name} แทนรหัสผ่าน", "Sign in again with {name} instead of the password")
OIDC_AGAIN_DONE = Text(
    "ท่านยืนยันตัวตนแล้ว ลงนามได้ภายใน 5 นาทีโดยไม่ต้องกรอกรหัสผ่าน",
    "You signed in again. Sign within 5 minutes, without the password.",
)
OIDC_FAILED = Text(
    "ยืนยันตัวตนไม่สำเร็จ โปรดเริ่มใหม่ หรือเข้าสู่ระบบด้วยรหัสผ่าน",
    "That did not work. Begin again, or sign in with your password.",
)
OIDC_NOT_LINKED = Text(
    "บัญชีนี้ยังไม่ได้เชื่อมกับผู้ใช้ในระบบ โปรดเข้าสู่ระบบด้วยรหัสผ่าน แล้วเชื่อมบัญชีที่หน้าบัญชีของฉัน",
    "No account is linked to that identity yet. Sign in with your password, and link it on the page of your "
    "account.",
)
OIDC_TITLE = Text("บัญชีของฉัน", "My account")
OIDC_LEAD = Text(
    "เมื่อเชื่อมบัญชีแล้ว ท่านเข้าสู่ระบบและลงนามด้วย {name} ได้",
    "Once it is linked, you can sign in, and sign, with {name}.",
)
OIDC_OFF = Text("ระบบนี้เข้าสู่ระบบด้วยรหัสผ่านเท่านั้น", "People sign in with a password alone here.")
OIDC_LINK = Text("เชื่อมกับ {name}", "Link with {name}")
OIDC_LINKED = Text("เชื่อมกับ {name} แล้ว", "Linked with {name}")
OIDC_UNLINK = Text("เลิกเชื่อม", "End the link")
OIDC_GO_ON = Text("ไปที่ {name}", "Go on to {name}")
OIDC_GO_ON_LEAD = Text(
    "รหัสผ่านถูกต้อง ขั้นต่อไปยืนยันตัวตนที่ {name}", "The password was right. Next, prove who you are at {name}."
)
OIDC_TAKEN = Text(
    "เชื่อมไม่ได้ เพราะบัญชีของท่านหรือตัวตนนี้เชื่อมกับอย่างอื่นอยู่แล้ว",
    "It cannot be linked: your account, or that identity, is linked already.",
)
