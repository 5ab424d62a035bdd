"""Rules of judging as tables: one line a case that other tools decide otherwise."""
