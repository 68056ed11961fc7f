"""Words in SKUs that mean the same, and words that tell how something is sold and not what it is."""

SPELLINGS = {
    "black": "blk bk bla schwarz noir nero",
    "white": "wht wh whi weiss weiß blanc bianco",
    "blue": "blu bl blau bleu",
    "navy": "nvy nav",
    "red": "rd rot rouge rosso",
    "green": "grn gn gruen grün vert",
    "grey": "gry gra gray grau gris",
    "yellow": "yel ylw gelb jaune",
    "orange": "org ora",
    "pink": "pnk rosa",
    "purple": "pur prp lila violet",
    "brown": "brn bwn braun marron",
    "beige": "bge bei",
    "silver": "slv sil silber argent",
    "gold": "gld gol",
    "s": "sm sml small klein",
    "m": "med medium mittel",
    "l": "lg lge large gross groß",
    "xl": "xlarge extralarge xlg",
    "xxl": "xxlarge",
    "xs": "xsmall",
}
SAME_WORDS = {word: meaning for meaning, words in SPELLINGS.items() for word in words.split()}
PACK_WORDS = frozenset("pk pck pack packs pcs pc piece pieces set x er stk stück qty bundle multipack".split())
NOISE = frozenset(
    "new neu ebay eby ebuk ebus ebde ebfr amz amazon fba fbm shop web sku item art nr no uk us eu".split()
)
