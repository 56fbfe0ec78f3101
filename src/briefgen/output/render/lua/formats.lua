-- What single formats want before Pandoc writes them. Figures, tables and sections have the numbers
-- that we gave them: formats that count on their own are told not to. In LaTeX figures stay where
-- they stand, between their headline and their note.

local authors = require "authors"
local titles = require "titles"
local tools = require "tools"

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
local function named(block)
  local identifier = block.identifier
  block.identifier = ""
  return identifier ~= "" and pandoc.Div({ block }, pandoc.Attr(identifier)) or nil
end

-- An empty comment parts a quotation from a heading in a box, which would take it for its content.
local function rst_quote(quotation)
  return { pandoc.RawBlock("rst", ".."), quotation }
end

-- docutils takes "(a)" at the start of a caption for a list.
local function rst_figure(figure)
  local first = figure.caption.long[1]
  if first and pandoc.utils.stringify(first):match("^%(") then
    first.content:insert(1, pandoc.RawInline("rst", "\\"))
    figure.caption = { long = figure.caption.long:map(function(block, index)
      return index == 1 and first or block
    end) }
  end
  return named(figure)
end

-- The writer for AsciiDoc writes names of figures, and none of tables and of code.
local NAMED_FIGURES = { rst = rst_figure }
local NAMED_TABLES = { rst = named, asciidoc = named, asciidoctor = named }

-- A name of a formula on a line of its own is lost in reStructuredText, and breaks AsciiDoc.
local function named_equation(block)
  local span = #block.content == 1 and block.content[1]
  if span and span.t == "Span" and span.identifier:match("^eq%-") then
    return pandoc.Div({ pandoc.Para(span.content) }, pandoc.Attr(span.identifier))
  end
end

-- A name stands before one block in AsciiDoc: what has several is put in an open block, and these
-- cannot stand in one another.
local function open_block(div)
  if div.identifier == "" or #div.content < 2 then
    return nil
  end
  local blocks = div.content:clone()
  blocks:insert(1, pandoc.RawBlock("asciidoc", "[#" .. div.identifier .. "]\n--\n"))
  blocks:insert(pandoc.RawBlock("asciidoc", "--\n\n"))
  return blocks, false
end

local OPEN_BLOCKS = { traverse = "topdown", Div = open_block }
local WHOLES = { asciidoc = OPEN_BLOCKS, asciidoctor = OPEN_BLOCKS }

local NAMED_EQUATIONS = { rst = named_equation, asciidoc = named_equation, asciidoctor = named_equation }

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

local function is_plain(block)
  return block.t == "Plain" or block.t == "Para"
end

local function holds_blocks(block)
  local found = false
  block:walk {
    Blocks = function(blocks)
      found = found or #blocks > 1 or #blocks == 1 and not is_plain(blocks[1])
    end,
  }
  return found
end

local function is_composite(figure)
  local content = #figure.content == 1 and figure.content[1]
  return not (content and is_plain(content) and #content.content == 1 and content.content[1].t == "Image")
end

-- Writers that know figures of one image alone, and tables without blocks in their cells.
local COMPOSITE = {
  Figure = function(figure)
    return is_composite(figure) and CAPTIONS.Figure(figure) or nil
  end,
  Table = function(block)
    return holds_blocks(block) and CAPTIONS.Table(block) or nil
  end,
}

-- LaTeX knows figures of pictures, and panels of such figures; of all else it drops the caption.
local function holds_pictures_alone(figure)
  for _, block in ipairs(figure.content) do
    local picture = is_plain(block) and #block.content == 1
      and (block.content[1].t == "Image" or block.content[1].t == "Link")
    if not picture and not (block.t == "Figure" and not is_composite(block)) then
      return false
    end
  end
  return true
end

local MIXED = {
  Figure = function(figure)
    return not holds_pictures_alone(figure) and CAPTIONS.Figure(figure) or nil
  end,
}
local CAPTIONED = { all = CAPTIONS, composite = COMPOSITE, mixed = MIXED }

-- A note in AsciiDoc is one paragraph; the writer leaves out all that is more.
local function one_paragraph(note)
  if #note.content > 1 or not is_plain(note.content[1]) then
    note.content = { pandoc.Para(pandoc.utils.blocks_to_inlines(note.content, { pandoc.LineBreak() })) }
    return note
  end
end
local NOTES = { asciidoc = one_paragraph, asciidoctor = one_paragraph }

-- A heading keeps its own id where GitHub would make another of its words.
local function github_heading(header)
  local made = pandoc.utils.stringify(header.content):lower():gsub("[^%w%s_\u{80}-\u{10ffff}-]", ""):gsub("%s", "-")
  if header.identifier ~= "" and header.identifier ~= made then
    header.content:insert(1, pandoc.RawInline("html", ('<a id="%s"></a>'):format(header.identifier)))
    return header
  end
end
local HEADINGS = { gfm = github_heading }

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

-- It leaves tables and figures out of quotations and lists, too: they stand by themselves.
local function stands_alone(block)
  return block.t == "Table" or block.t == "Figure"
end

local function any_alone(blocks)
  for _, block in ipairs(blocks) do
    if stands_alone(block) then
      return true
    end
  end
  return false
end

-- Part blocks in runs: those that may stay within, and each that stands alone.
local function parted(blocks, wrap)
  local result, run = pandoc.Blocks {}, pandoc.Blocks {}
  local function close()
    if #run > 0 then
      result:insert(wrap(run))
      run = pandoc.Blocks {}
    end
  end
  for _, block in ipairs(blocks) do
    if stands_alone(block) then
      close()
      result:insert(block)
    else
      run:insert(block)
    end
  end
  close()
  return result
end

local function parted_list(items, make)
  local any = false
  for _, item in ipairs(items) do
    any = any or any_alone(item)
  end
  if not any then
    return nil
  end
  local result = pandoc.Blocks {}
  for number, item in ipairs(items) do
    result:extend(parted(item, function(run)
      return make(run, number)
    end))
  end
  return result
end

local LIFTED = {
  BlockQuote = function(quotation)
    return any_alone(quotation.content) and parted(quotation.content, pandoc.BlockQuote) or nil
  end,
  BulletList = function(list)
    return parted_list(list.content, function(run)
      return pandoc.BulletList { run }
    end)
  end,
  OrderedList = function(list)
    return parted_list(list.content, function(run, number)
      return pandoc.OrderedList({ run },
        pandoc.ListAttributes(list.start + number - 1, list.style, list.delimiter))
    end)
  end,
  DefinitionList = function(list)
    local result, any = pandoc.Blocks {}, false
    for _, item in ipairs(list.content) do
      result:insert(pandoc.Para { pandoc.Strong(item[1]) })
      for _, blocks in ipairs(item[2]) do
        any = any or any_alone(blocks)
        result:extend(blocks)
      end
    end
    return any and result or nil
  end,
}

local function add_line(blocks, inlines)
  if #inlines > 0 then
    blocks:insert(pandoc.Para(inlines))
  end
end

-- Writers that know the parts of an author; the templates of all others print the name alone.
local function keep_parts(author, to)
  local entry = { name = author.name }
  if to == "typst" then
    local places = pandoc.List(author.places):map(function(place)
      return pandoc.utils.stringify(place.name or "")
    end)
    entry.affiliation = pandoc.Inlines { pandoc.Str(table.concat(places, "; ")) }
    entry.email = author.email and pandoc.Inlines { pandoc.Str(author.email) } or pandoc.Inlines {}
  elseif author.given and author.family then
    entry = { ["given-names"] = author.given, surname = author.family, orcid = author.orcid, email = author.email }
  end
  return entry
end

-- Templates print an author as a text, and `true` for one who is written in parts.
local function name_authors(doc, to)
  local people = authors.read(doc.meta)
  if #people == 0 then
    return
  end
  local parted = to == "typst" or to:match("^jats") ~= nil
  doc.meta.author = pandoc.List(people):map(function(author)
    return parted and keep_parts(author, to) or pandoc.MetaInlines(author.name)
  end)
  for _, key in ipairs { "authors", "affiliations", "affiliation", "institutes", "institute" } do
    doc.meta[key] = nil
  end
end

-- What is cited is written out: no program looks for a bibliography that is not published.
local CITED = { "bibliography", "csl", "nocite", "references", "link-citations", "link-bibliography",
  "citation-abbreviations", "notes-after-punctuation", "suppress-bibliography", "reference-section-title" }

local function drop_sources(doc)
  for _, key in ipairs(CITED) do
    doc.meta[key] = nil
  end
end

-- The template for Typst prints keywords as names of variables, and a single one as no list.
local function quote_keywords(doc, to)
  local words = doc.meta.keywords
  if to ~= "typst" or not words then
    return
  end
  local quoted = pandoc.List(pandoc.utils.type(words) == "List" and words or { words }):map(function(word)
    return quote(pandoc.utils.stringify(word))
  end)
  doc.meta.keywords = pandoc.MetaInlines { pandoc.RawInline("typst", table.concat(quoted, ", ") .. ",") }
end

-- What a writer leaves out of the title, written above the text.
local function write_abstract(doc, job, blocks)
  local abstract = titles.blocks(doc.meta.abstract)
  if #abstract > 0 then
    local word = tools.option(job.options, "abstract-title", job.words["section-title-abstract"])
    blocks:insert(pandoc.Para { pandoc.Strong { pandoc.Str(tostring(word)) } })
    blocks:extend(abstract:map(function(block)
      return block.t == "Plain" and pandoc.Para(block.content) or block
    end))
  end
  doc.meta.abstract = nil
end

local function write_title(doc, job)
  local what = job.repairs.title
  local blocks = pandoc.Blocks {}
  local title = titles.inlines(doc.meta.title)
  if what == "all" and #title > 0 then
    blocks:insert(pandoc.Header(1, title, pandoc.Attr("title", { "unnumbered" })))
  end
  if what ~= "" then
    add_line(blocks, titles.inlines(doc.meta.subtitle))
  end
  if what == "all" then
    add_line(blocks, titles.author_names(doc.meta))
    add_line(blocks, titles.inlines(doc.meta.date))
  end
  if job.repairs.abstract then
    write_abstract(doc, job, blocks)
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

-- An image in raw HTML, which other formats would leave out.
function formats.parse_image(element)
  if not element.format:match("^html") or not element.text:match("^<img%s") then
    return nil
  end
  local block = pandoc.read(element.text, "html").blocks[1]
  return block and block.content
end

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
  local to, repairs = job.to, job.repairs
  add_header(doc, to)
  lift_title(doc)
  set_identifier(doc, job)
  name_authors(doc, to)
  quote_keywords(doc, to)
  drop_sources(doc)
  doc = doc:walk(CAPTIONED[repairs.captions] or {})
  doc = WHOLES[to] and doc:walk(WHOLES[to]) or doc
  doc = doc:walk {
    Cite = function(cite)
      return not CITES[to] and cite.content or nil
    end,
    Image = IMAGES[to],
    Figure = NAMED_FIGURES[to],
    Table = NAMED_TABLES[to],
    Para = NAMED_EQUATIONS[to],
    BlockQuote = QUOTES[to],
    Note = NOTES[to],
    Header = HEADINGS[to],
    Str = WORDS[to],
  }
  if to == "pptx" then
    doc = doc:walk(FLAT):walk(LIFTED)
  end
  write_title(doc, job)
  return doc
end

return formats
