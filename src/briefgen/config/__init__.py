"""The validated configuration of a study: questions, audiences, brand, texts with their places."""
