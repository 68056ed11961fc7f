"""What happens when: the way of an order, its attempts, schedules and proofs."""
