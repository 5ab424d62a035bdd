"""Portal: the pages for people. Owns no rules and no data; calls the other services' REST.

Owns: nothing but a reader's language and the cookie that carries a registry session.
Emits: nothing. Consumes: nothing.
"""
