"""The whole product in miniature: both simulators, a hub, and a clock that can be made to run."""
