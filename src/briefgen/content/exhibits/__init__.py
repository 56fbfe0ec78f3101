"""Figures and tables from released evidence.

In: a `FigureSpec` or `TableSpec`, `Released`, `Settings`, a locale and a brand. Out: an `Exhibit`
with picture or table, text alternative, headline, subtitle, note and the rows for download. This
package stands behind the wall: it sees released values alone. docs/exhibits.md shows every chart.
"""

from briefgen.config.brand import Brand, load_brand
from briefgen.content.exhibits.charts import CHARTS, chart
from briefgen.content.exhibits.figures import choose_chart, draw_figure
from briefgen.content.exhibits.spec import Exhibit, FigureSpec, TableSpec
from briefgen.content.exhibits.tables import TABLES, make_table

__all__ = [
    "CHARTS",
    "TABLES",
    "Brand",
    "Exhibit",
    "FigureSpec",
    "TableSpec",
    "chart",
    "choose_chart",
    "draw_figure",
    "load_brand",
    "make_table",
]
