-- What single formats want before Pandoc writes them. Figures, tables and sections have the numbers
-- that we gave them: formats that count on their own are told not to. In LaTeX figures stay where
-- they stand, between their headline and their note.

local titles = require "titles"

local formats = {}

local HEADERS = {
  typst = { "typst", "#set figure(numbering: none)" },
  beamer = { "latex", "\\usepackage{caption}\n\\captionsetup{labelformat=empty,labelsep=none}" },
}
HEADERS.latex = { "latex", HEADERS.beamer[2] .. "\n\\usepackage{float}\n\\floatplacement{figure}{H}" }

local function add_header(doc, to)
  local header = HEADERS[to]
  if header then
    local headers = pandoc.List { pandoc.Blocks { pandoc.RawBlock(header[1], header[2]) } }
    local own = doc.meta["header-includes"]
    if own then
      headers:insert(own)
    end
    doc.meta["header-includes"] = headers
  end
end

local function quote(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function typst_size(name, value)
  local number, unit = (value or ""):match("^([%d.]+)(%a*%%?)$")
  if not number then
    return ""
  end
  local points = unit == "" or unit == "px"
  return (", %s: %s%s"):format(name, points and tonumber(number) * 0.75 or number, points and "pt" or unit)
end

-- Pandoc writes images without their alternative text.
local function typst_image(image)
  local alternative = image.attributes.alt or pandoc.utils.stringify(image.caption)
  if alternative ~= "" and not image.src:match("^%a+://") then
    return pandoc.RawInline("typst", ("#box(image(%s, alt: %s%s%s))"):format(quote(image.src), quote(alternative),
      typst_size("width", image.attributes.width), typst_size("height", image.attributes.height)))
  end
end

-- LaTeX has its text alternative in an attribute.
local function latex_image(image)
  local alternative = pandoc.utils.stringify(image.caption)
  if alternative ~= "" then
    image.attributes.alt = image.attributes.alt or alternative
    return image
  end
end

local IMAGES = { typst = typst_image, latex = latex_image, beamer = latex_image }

-- The writer for reStructuredText puts the name of a figure where docutils reads its address, and
-- writes none for tables.
local function rst_named(block)
  local identifier = block.identifier
  block.identifier = ""
  return identifier ~= "" and pandoc.Div({ block }, pandoc.Attr(identifier)) or nil
end

-- An empty comment parts a quotation from a heading in a box, which would take it for its content.
local function rst_quote(quotation)
  return { pandoc.RawBlock("rst", ".."), quotation }
end

local NAMED = { rst = rst_named }
local QUOTES = { rst = rst_quote }

-- Tables drawn with characters break where a reader counts a soft hyphen and the writer does not.
local function drop_soft_hyphens(text)
  text.text = text.text:gsub("\u{ad}", "")
  return text
end

local WORDS = { rst = drop_soft_hyphens, plain = drop_soft_hyphens }

local function caption_of(block)
  return pandoc.Para { pandoc.Strong(pandoc.utils.blocks_to_inlines(block.caption.long)) }
end

-- Captions as paragraphs, for writers that leave them out; a table keeps no name to be shown.
local CAPTIONS = {
  Figure = function(figure)
    local blocks = figure.content:map(function(block)
      return block.t == "Plain" and pandoc.Para(block.content) or block
    end)
    blocks:insert(caption_of(figure))
    return pandoc.Div(blocks, pandoc.Attr(figure.identifier))
  end,
  Table = function(block)
    if #block.caption.long == 0 then
      return nil
    end
    local caption, identifier = caption_of(block), block.identifier
    block.caption, block.identifier = { long = {} }, ""
    return pandoc.Div({ caption, block }, pandoc.Attr(identifier))
  end,
}

-- The writer of slides leaves pictures and tables out of a div that does not lay out a slide.
local LAID_OUT = { columns = true, column = true, notes = true, incremental = true, nonincremental = true }
local FLAT = {
  Div = function(div)
    for _, class in ipairs(div.classes) do
      if LAID_OUT[class] then
        return nil
      end
    end
    return div.content
  end,
}

local function add_line(blocks, inlines)
  if #inlines > 0 then
    blocks:insert(pandoc.Para(inlines))
  end
end

-- What a writer leaves out of the title, written above the text.
local function write_title(doc, what)
  local blocks = pandoc.Blocks {}
  local title = titles.inlines(doc.meta.title)
  if what == "all" and #title > 0 then
    blocks:insert(pandoc.Header(1, title, pandoc.Attr("title", { "unnumbered" })))
  end
  add_line(blocks, titles.inlines(doc.meta.subtitle))
  if what == "all" then
    add_line(blocks, titles.author_names(doc.meta))
    add_line(blocks, titles.inlines(doc.meta.date))
  end
  blocks:extend(doc.blocks)
  doc.blocks = blocks
end

-- A document that has its title as its first heading alone: the heading becomes the title, which
-- files of other programs name in their properties.
local function lift_title(doc)
  local name = doc.meta.pagetitle and pandoc.utils.stringify(doc.meta.pagetitle)
  if doc.meta.title or not name then
    return doc
  end
  local found
  doc.blocks = doc.blocks:walk {
    Header = function(header)
      if not found and header.level == 1 and pandoc.utils.stringify(header.content) == name then
        found = header.content
        return {}
      end
    end,
  }
  doc.meta.title = pandoc.MetaInlines(found or { pandoc.Str(name) })
  return doc
end

-- The same file from the same text: writers of books draw a number at random for one without.
local function set_identifier(doc, job)
  if job.to:match("^epub") and not doc.meta.identifier then
    doc.meta.identifier = "sha1:" .. pandoc.utils.sha1(job.text)
  end
end

-- The writer for LaTeX leads citations to their sources by the name of the citation.
local CITES = { latex = true, beamer = true }

-- The text alternatives of all images, in the order in which they stand.
function formats.alternatives(doc)
  local found = pandoc.List {}
  doc.blocks:walk {
    traverse = "topdown",
    Image = function(image)
      found:insert(image.attributes.alt or pandoc.utils.stringify(image.caption))
    end,
  }
  return found
end

-- Return a document fit for a format. Citations are written out, so that no format looks for them
-- in a bibliography of its own.
function formats.prepare(doc, job)
  local to, mends = job.to, job.mends
  add_header(doc, to)
  lift_title(doc)
  set_identifier(doc, job)
  doc = doc:walk {
    Cite = function(cite)
      return not CITES[to] and cite.content or nil
    end,
    Image = IMAGES[to],
    Figure = NAMED[to],
    Table = NAMED[to],
    BlockQuote = QUOTES[to],
    Str = WORDS[to],
  }
  if mends.captions then
    doc = doc:walk(CAPTIONS)
  end
  if to == "pptx" then
    doc = doc:walk(FLAT)
  end
  if mends.title ~= "" then
    write_title(doc, mends.title)
  end
  return doc
end

return formats
