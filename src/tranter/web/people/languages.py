"""The languages that there are texts or formats for."""

LANGUAGES = (("en", "English (US)"), ("en-gb", "English (UK)"))
