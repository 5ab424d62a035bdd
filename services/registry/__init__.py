"""The registry: who takes part, what they do together, and who may speak for them.

Owns     agencies and their posts, services and their steps, sources, working calendars, clients, people and
         their sessions, the keys that sign access tokens, the keys with which agencies sign.
Emits    `registry.agency.v1`, `registry.service.v1`, `registry.source.v1`, `registry.calendar.v1`,
         `registry.agency-key.v1`, `registry.key.v1`.
Consumes nothing but its own keys.
"""
