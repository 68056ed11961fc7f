"""The key that signs eBay's notifications, made from the seed, and the header that carries a signature."""

import base64
import json
import uuid
from random import Random

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class SigningKey:
    def __init__(self, random: Random) -> None:
        self.kid = str(uuid.UUID(int=random.getrandbits(128), version=4))
        self._key = ec.derive_private_key(random.randrange(1, CURVE_ORDER), ec.SECP256R1())

    def header(self, body: bytes) -> str:
        """Value of X-EBAY-SIGNATURE: ECDSA over SHA-1 of the raw body, DER, wrapped in JSON and Base64."""
        algorithm = ec.ECDSA(SHA1(), deterministic_signing=True)  # noqa: S303 - eBay's choice
        signature = base64.b64encode(self._key.sign(body, algorithm)).decode()
        text = json.dumps({"alg": "ecdsa", "kid": self.kid, "signature": signature, "digest": "SHA1"})
        return base64.b64encode(text.encode()).decode()

    def public_json(self) -> dict[str, str]:
        """eBay writes the PEM on one line, without line breaks."""
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {"key": pem.decode().replace("\n", ""), "algorithm": "ECDSA", "digest": "SHA1"}
