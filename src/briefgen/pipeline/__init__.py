"""The main flow, and what it keeps: plan, workers, publications, editions, private state."""
