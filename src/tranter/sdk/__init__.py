"""All that a connector's author imports, beside `tranter.model`."""
