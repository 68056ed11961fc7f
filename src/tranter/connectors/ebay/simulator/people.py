"""Invented buyers, drawn from a seed, with addresses as different as buyers' addresses are."""

from random import Random

from tranter.connectors.ebay.simulator.orders import Address, Buyer

FIRST_NAMES = {
    "US": ("Ada", "Marcus", "Grace", "Luis", "Naomi", "Tyler", "Ruth", "Devon"),
    "GB": ("Olivia", "Callum", "Priya", "Gareth", "Isla", "Nigel"),
    "DE": ("Jürgen", "Annika", "Björn", "Käthe", "Uwe", "Zoë"),
    "FR": ("Élodie", "Benoît", "Chloé", "Rémi", "Inès"),
    "JP": ("陽葵", "蓮", "結衣", "大翔"),
    "AU": ("Lachlan", "Matilda", "Bruce", "Kirra"),
}
LAST_NAMES = {
    "US": ("Okafor", "Whitfield", "Delgado", "Nguyen", "Bauer-Lynch", "O'Rourke"),
    "GB": ("Ashworth", "MacLeod", "Patel", "Llewellyn", "Featherstonehaugh"),
    "DE": ("Müller-Lüdenscheidt", "Größl", "Schäfer", "von der Heide"),
    "FR": ("Lefèvre", "d'Aubigné", "Moreau", "Çelik"),
    "JP": ("佐藤", "高橋", "渡辺"),
    "AU": ("Wattle", "Gumtree", "Nullarbor"),
}
PLACES = {
    "US": (("Portland", "OR", "97205"), ("Duluth", "MN", "55802-1410"), ("Macon", "GA", "31201")),
    "GB": (("Leeds", "", "LS1 4AP"), ("Cardiff", "", "CF10 1EP"), ("Oban", "Argyll", "PA34 4AX")),
    "DE": (("Köln", "", "50667"), ("Görlitz", "", "02826"), ("München", "", "80331")),
    "FR": (("Besançon", "", "25000"), ("Nîmes", "", "30000")),
    "JP": (("札幌市", "北海道", "060-0001"), ("京都市", "京都府", "600-8216")),
    "AU": (("Ballarat", "VIC", "3350"), ("Alice Springs", "NT", "0870")),
}
STREETS = {
    "US": ("{n} Larkspur Ave", "{n} County Road 17", "{n} W 3rd St"),
    "GB": ("{n} Mill Lane", "Flat {n}, Quayside House"),
    "DE": ("Lindenstraße {n}", "Am Mühlgraben {n}"),
    "FR": ("{n} rue de l'Église", "{n} bis avenue Foch"),
    "JP": ("北一条西{n}丁目", "烏丸通{n}番地"),
    "AU": ("{n} Banksia Cres", "Lot {n} Stuart Hwy"),
}
PHONES = {"US": "503555", "GB": "0113496", "DE": "0221555", "FR": "0381555", "JP": "011555", "AU": "0353555"}
LONG_NAME = "Wilhelmina Philippa " * 15


def draw_address(random: Random, country: str) -> Address:
    city, state, postal_code = random.choice(PLACES[country])
    street = random.choice(STREETS[country]).format(n=random.randrange(1, 999))
    second = f"Apt {random.randrange(1, 40)}" if random.random() < 0.2 else ""
    return Address(street, city, country, second, state, postal_code)


def draw_buyer(random: Random, country: str, number: int) -> Buyer:
    first, last = random.choice(FIRST_NAMES[country]), random.choice(LAST_NAMES[country])
    return Buyer(
        username=f"buyer_{country.lower()}{number:05d}",
        user_id=f"u{random.randrange(16**10):010x}",
        name=f"{first} {last}",
        address=draw_address(random, country),
        email=f"{random.randrange(16**20):020x}@members.ebay.com",
        phone=f"{PHONES[country]}{random.randrange(10_000):04d}",
        company="Tern & Tide Ltd" if random.random() < 0.05 else "",
    )
