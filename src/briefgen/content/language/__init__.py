"""Words, numbers and dates in the languages of a study.

In: a `Settings` and a language. Out: a `Locale`, which every stage behind the wall asks for
interface texts, formatted numbers and dates, and a `SentenceContext`, from which `sentences`,
`comparisons` and `findings` put released evidence into words.

English is the language of the messages' ids; each other language is a gettext catalogue
``<language>.po`` beside this module or in the study's folder ``locales/``, which wins. A further
language needs such a file and no code.
"""

from briefgen.content.language.catalogue import Catalogue, load_catalogue, missing_messages
from briefgen.content.language.locale import Locale

__all__ = ["Catalogue", "Locale", "load_catalogue", "missing_messages"]
