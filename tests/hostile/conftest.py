from tests.flow.conftest import scene, theatre
from tests.web.conftest import public, web

__all__ = ["public", "scene", "theatre", "web"]
