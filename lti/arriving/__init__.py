"""Where people come in: what a believed launch brings about, and the addresses that platforms know."""
