"""What the hub remembers. Every model, migration and query of the product is here, and nothing calls out."""
