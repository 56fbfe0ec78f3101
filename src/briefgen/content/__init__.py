"""What documents say: sentences, exhibits and composed Quarto documents, from released evidence.

In: settings and `briefgen.model.Released`. Out: complete ``.qmd`` folders. Beside it stands
``output``, which renders and prints them; ``pipeline`` calls both.
"""
