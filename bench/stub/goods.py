"""What the stub sells, and to whom: orders of about 4.3 KB, as long as a shop's usually are."""

from datetime import UTC, datetime, timedelta

import msgspec

NAMES = "Ada Brandt,Bo Li,Jean-Luc Lefevre,Mira Okafor,Ewa Nowak,Tom Berg,Ines Costa,Yuki Sato".split(",")
STREETS = "Harbour Road,Mill Lane,Long Street,North Quay,Chapel Hill,Station Road,Green Walk,Market Place".split(",")
CITIES = "Bristol,Whitby,Falmouth,Leith,Dover,Harwich,Poole,Ramsgate".split(",")
ORDER_BYTES = 4_300
APART = timedelta(milliseconds=1)


def sku(number: int) -> str:
    return f"HG-{number // 100:04}-{number % 100:02}"


class Goods(msgspec.Struct):
    """How much there is of everything; changed by `POST /control`.

    `first_at` is when the first order was made, in Unix seconds; `buyers` different people take turns, beginning with
    `first_buyer`. Two of three orders have one line, the third has two. `shift` moves the stock of one in a hundred.
    """

    orders: int = 0
    skus: int = 1_000
    buyers: int = 1_000
    first_buyer: int = 0
    first_at: float = 0.0
    delay_seconds: float = 0.0
    shipped: bool = False
    shift: int = 0

    def order(self, number: int) -> bytes:
        buyer = self.first_buyer + number % self.buyers
        at = (datetime.fromtimestamp(self.first_at, UTC) + APART * number).isoformat()
        lines = [self._line(number, place) for place in range(2 if number % 3 == 2 else 1)]
        total = sum(int(line["amount"]) for line in lines)
        made = {
            "id": f"{number % 90 + 10}-{number:08}",
            "at": at,
            "buyer": {
                "id": f"buyer{buyer}",
                "name": NAMES[buyer % 8],
                "email": f"buyer{buyer}@example.com",
                "phone": f"+44 1632 {buyer:06}",
                "street": f"{buyer // 8 + 1} {STREETS[buyer // 8 % 8]}",
                "city": CITIES[buyer // 64 % 8],
                "code": f"BS{buyer % 9} {buyer % 7}AB",
                "country": "GB",
            },
            "lines": lines,
            "total": total,
            "service": "UK_RoyalMailTracked",
        }
        body = msgspec.json.encode(made)
        words = b"x" * max(ORDER_BYTES - len(body) - 10, 0)  # what carts tell beside: programmes, fees, policies
        return body[:-1] + b',"rest":"' + words + b'"}'

    def _line(self, number: int, place: int) -> dict[str, str | int]:
        item = (number * 7 + place * 13) % self.skus
        return {
            "id": f"{number}-{place}",
            "sku": sku(item),
            "title": f"Goods no. {item}, in the colour of the sea",
            "listing": str(110_000_000 + item),
            "quantity": 1 + number % 2,
            "amount": 1_299 + item % 5_000,
        }

    def product(self, item: int) -> dict[str, str | int]:
        return {"id": str(900_000 + item), "sku": sku(item), "name": f"Goods no. {item}"}

    def listing(self, item: int) -> dict[str, str | int]:
        return {"id": str(110_000_000 + item), "sku": sku(item), "title": f"Goods no. {item}", "quantity": 0}

    def level(self, item: int) -> dict[str, str | int]:
        return {"id": str(900_000 + item), "available": 1_000_000 + (self.shift if item % 100 == 0 else 0)}
