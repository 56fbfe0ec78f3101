"""How documents are made from composed ones: rendering, web pages, tagged PDF, catalogue.

In: ``.qmd`` folders and what a page says about itself. Out: files. It knows neither respondents
nor the words of a document.
"""
