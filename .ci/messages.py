"""Gathers every text of the pages into the catalogues of translations, and makes them ready to be served.

python .ci/messages.py          gather (needs GNU gettext) and compile
python .ci/messages.py compile  compile what is there
"""

import os
import shutil
import sys
from pathlib import Path

import polib

WEB = Path(__file__).resolve().parent.parent / "src" / "tranter" / "web"
LANGUAGES = ("de",)


def gather() -> None:
    if shutil.which("xgettext") is None:
        sys.exit("GNU gettext is missing. On Debian and Ubuntu: apt-get install gettext")
    from tranter.ledger.setup import configure
    from tranter.web.face import face

    configure(":memory:", face("", "127.0.0.1"))
    from django.core.management import call_command

    os.chdir(WEB)
    (WEB / "locale").mkdir(exist_ok=True)
    call_command("makemessages", locale=list(LANGUAGES), verbosity=0, no_location=True, no_obsolete=True, no_wrap=True)


def compile_all() -> None:
    for language in LANGUAGES:
        catalogue = polib.pofile(str(WEB / "locale" / language / "LC_MESSAGES" / "django.po"), wrapwidth=0)
        catalogue.save_as_mofile(str(WEB / "locale" / language / "LC_MESSAGES" / "django.mo"))
        left = len(catalogue.untranslated_entries())
        print(f"{language}: {len(catalogue)} texts, {left} not translated yet")


if sys.argv[1:] != ["compile"]:
    gather()
compile_all()
