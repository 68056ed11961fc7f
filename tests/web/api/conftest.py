from tests.web.conftest import public, scene, theatre, web

__all__ = ["public", "scene", "theatre", "web"]
