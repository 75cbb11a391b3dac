"""How a database is told from one that the demo made. Nothing else writes this."""

MARK = "Made by the demo of Ringi. People sign in here without a password."
