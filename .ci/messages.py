"""Gathers every text of the pages into the catalogues of translations, and makes them ready to be served.

python .ci/messages.py de fr    for these languages; needs GNU gettext

A language that is served stands in web/people/languages.py too.
"""

import os
import shutil
import sys
from pathlib import Path

import polib

WEB = Path(__file__).resolve().parent.parent / "src" / "tranter" / "web"


def gather(languages: list[str]) -> None:
    if shutil.which("xgettext") is None:
        sys.exit("GNU gettext is missing. On Debian and Ubuntu: apt-get install gettext")
    from tranter.ledger.setup import configure
    from tranter.web.face import face

    configure(":memory:", face("", "127.0.0.1"))
    from django.core.management import call_command

    os.chdir(WEB)
    (WEB / "locale").mkdir(exist_ok=True)
    call_command("makemessages", locale=languages, verbosity=0, no_location=True, no_obsolete=True, no_wrap=True)


def compile_all(languages: list[str]) -> None:
    for language in languages:
        catalogue = polib.pofile(str(WEB / "locale" / language / "LC_MESSAGES" / "django.po"), wrapwidth=0)
        catalogue.save_as_mofile(str(WEB / "locale" / language / "LC_MESSAGES" / "django.mo"))
        left = len(catalogue.untranslated_entries())
        print(f"{language}: {len(catalogue)} texts, {left} not translated yet")


if not sys.argv[1:]:
    sys.exit("say for which languages: make messages LANGUAGES='de fr'")
gather(sys.argv[1:])
compile_all(sys.argv[1:])
