-- The way of one document: read, put in what shortcodes say, find boxes, number, cite, write.

local callouts = require "callouts"
local conditional = require "conditional"
local crossref = require "crossref"
local floats = require "floats"
local formats = require "formats"
local layout = require "layout"
local check_raw = require "raw"
local refuse = require "refuse"
local shortcodes = require "shortcodes"
local tables = require "tables"
local tabsets = require "tabsets"
local titles = require "titles"
local tools = require "tools"
local code = require "code"
local unsupported = require "unsupported"
local widths = require "widths"

local document = {}

local READER = "markdown"
local IMAGES = { typst = "svg", latex = "pdf", beamer = "pdf" }

-- As Quarto reads: lines of tables are 72 characters, images without an extension are PNG.
local function reader_options(job)
  job.image_extension = tools.option(job.options, "default-image-extension", IMAGES[job.to] or "png")
  return pandoc.ReaderOptions { columns = 72, default_image_extension = job.image_extension }
end

local function parse_div(div)
  local kind = floats.kind(div.identifier)
  if div.classes[1] and div.classes[1]:match("^bg%-") then
    return nil
  end
  unsupported.check(div)
  code.name_first(div)
  local callout = callouts.parse(div)
  if callout then
    return callout
  end
  if tools.has(div, "panel-tabset") then
    return tabsets.parse(div)
  end
  if layout.is_layout(div) and not layout.holds_layout(div) then
    return layout.parse(div, kind)
  end
  if kind then
    if kind == "fig" then
      layout.check_images(div)
    end
    return floats.parse_div(div)
  end
end

-- Links between the documents of a website lead to their pages.
local function lead_to_pages(doc)
  return doc:walk {
    Link = function(link)
      local name, rest = link.target:match("^([^:#?]+)%.qmd([#?]?.*)$")
      local file = name and io.open(name .. ".qmd")
      if file then
        file:close()
        link.target = name .. ".html" .. rest
        return link
      end
    end,
  }
end

-- Find every figure, table, box and panel, from the outside in.
local function parse(doc, job)
  return doc:walk {
    traverse = "topdown",
    Div = function(div)
      return parse_div(div)
    end,
    Figure = floats.parse_figure,
    Para = floats.parse_paragraph,
    Table = function(block)
      unsupported.check(block)
      return floats.parse_table(block)
    end,
    Header = unsupported.check,
    CodeBlock = function(block)
      unsupported.check(block)
      return code.parse(block, job.options)
    end,
    RawBlock = function(block)
      unsupported.check_raw(block, job)
      if job.html and block.format:match("tex") and block.text:match("^\\newpage{?}?$") then
        return tools.raw('<div style="page-break-after: always;"></div>')
      end
      return not job.html and tables.parse_raw(block) or nil
    end,
    Str = function(str)
      unsupported.check_text(str, job)
    end,
    Code = code.parse_inline,
    Image = unsupported.check,
    Span = unsupported.check,
    Note = unsupported.check_note,
    RawInline = function(element)
      unsupported.check_raw(element, job)
      return not job.html and formats.parse_image(element) or nil
    end,
  }
end

-- The metadata that are printed; the others may hold any sign.
local PRINTED = { "title", "subtitle", "author", "authors", "institute", "institutes", "affiliations", "date",
  "abstract", "description", "keywords" }

local function known_citations(doc)
  local known = { ["*"] = true }
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    known[reference.id] = true
  end
  return known
end

-- Walk the text of a document and all that stands in a part of its metadata.
local function walk_value(value, filter)
  local kind = pandoc.utils.type(value)
  if kind == "Inlines" or kind == "Blocks" then
    value:walk(filter)
  elseif kind == "List" or kind == "table" or kind == "Meta" then
    for _, part in pairs(value) do
      walk_value(part, filter)
    end
  end
end

local function check_citations(doc, known)
  local filter = {
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        if not known[citation.id] then
          refuse("the bibliography has no entry @" .. citation.id, "@" .. citation.id,
            "add it to the bibliography, correct the key, or write \\@ for a plain @")
        end
      end
    end,
  }
  doc.blocks:walk(filter)
  for _, key in ipairs { "nocite", table.unpack(PRINTED) } do
    walk_value(doc.meta[key], filter)
  end
end

-- Notes in what is hidden would be printed without their place.
local function drop_hidden_notes(doc)
  local function drop(element)
    if tools.has(element, "hidden") then
      return element:walk {
        Note = function()
          return {}
        end,
      }
    end
  end
  return doc:walk { Div = drop, Span = drop }
end

local function has_place_for_references(doc)
  local found = false
  doc:walk {
    Div = function(div)
      found = found or div.identifier == "refs"
    end,
  }
  return found
end

-- Whether anything is cited, in the text or in the metadata.
local function cites(doc, known)
  local any = doc.meta.nocite ~= nil
  doc.blocks:walk {
    Cite = function()
      any = true
    end,
  }
  walk_value(doc.meta, {
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        any = any or known[citation.id] == true
      end
    end,
  })
  return any
end

local function cite(doc)
  local known = known_citations(doc)
  check_citations(doc, known)
  if not cites(doc, known) then
    return doc
  end
  doc.meta["link-citations"] = doc.meta["link-citations"] == nil and true or doc.meta["link-citations"]
  return pandoc.utils.citeproc(doc)
end

local HTML = {
  ["bg-callout"] = callouts.html,
  ["bg-float"] = floats.html,
  ["bg-figure"] = floats.figure_html,
  ["bg-tabset"] = tabsets.html,
  ["bg-layout"] = layout.html,
  ["bg-row"] = layout.row,
  ["bg-cell"] = layout.cell,
  ["bg-code"] = code.html,
}
local PLAIN = {
  ["bg-callout"] = callouts.plain,
  ["bg-float"] = floats.plain,
  ["bg-figure"] = floats.figure_plain,
  ["bg-tabset"] = tabsets.plain,
  ["bg-layout"] = layout.plain,
  ["bg-row"] = layout.plain,
  ["bg-cell"] = layout.plain,
  ["bg-code"] = code.plain,
}

local function write_boxes(doc, job)
  local writers = job.html and HTML or PLAIN
  doc = doc:walk {
    Div = function(div)
      local writer = div.classes[1] and writers[div.classes[1]]
      return writer and writer(div, job)
    end,
    Image = function(image)
      if image.attributes["fig-alt"] then
        return floats.set_alternative(image)
      end
    end,
  }
  return doc:walk {
    Div = function(div)
      div.attributes["bg-line"] = nil
      return div
    end,
  }
end

local function writer_options(job)
  local options = {
    section_divs = job.html,
    html_math_method = job.math,
    wrap_text = "none",
  }
  if not job.html then
    options.template = pandoc.template.compile(pandoc.template.default(job.to))
    options.table_of_contents = job.options.toc == true
    options.reference_doc = job.options["reference-doc"]
  end
  return pandoc.WriterOptions(options)
end

-- Read a value of metadata as Pandoc reads those of a front matter: texts are Markdown.
local function read_value(value)
  if type(value) == "string" then
    local blocks = pandoc.read(value, READER).blocks
    local only = #blocks == 1 and (blocks[1].t == "Para" or blocks[1].t == "Plain")
    return only and blocks[1].content or blocks
  elseif type(value) == "number" then
    return pandoc.Inlines { pandoc.Str(("%.14g"):format(value)) }
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, part in pairs(value) do
    copy[key] = read_value(part)
  end
  return copy
end

local function holds(list, item)
  for _, one in ipairs(list) do
    if one == item then
      return true
    end
  end
  return false
end

-- Metadata for Pandoc's citations, as they are written.
local CITING = { "bibliography", "csl", "lang", "link-citations", "link-bibliography", "notes-after-punctuation",
  "citation-abbreviations", "suppress-bibliography" }
local CITING_TEXTS = { "nocite", "references", "reference-section-title" }

-- Give a document the metadata that it has from its project, its folder or its format.
local function set_meta(doc, job)
  for _, key in ipairs(CITING) do
    if holds(job.inherited, key) then
      doc.meta[key] = job.options[key]
    end
  end
  for _, keys in ipairs { CITING_TEXTS, PRINTED } do
    for _, key in ipairs(keys) do
      if holds(job.inherited, key) then
        doc.meta[key] = read_value(job.options[key])
      end
    end
  end
  if job.date ~= "" then
    doc.meta.date = pandoc.Inlines { pandoc.Str(job.date) }
  end
end

-- Write a document; a formula that the format cannot hold would be printed as it is typed.
local function written(doc, writer, options)
  local messages, result = pandoc.log.silence(pandoc.write, doc, writer, options)
  for _, told in ipairs(pandoc.json.decode(pandoc.json.encode(messages), false)) do
    if told.type == "CouldNotConvertTeXMath" then
      -- without the number that we wrote into it
      local formula = told.contents:match("%S.*"):gsub("%s*\\qquad%(.-%)%s*$", ""):gsub("%s*\\tag{.-}%s*$", "")
        :gsub("%s+$", "")
      local first = formula:match("^[^\n]*")
      refuse("the formula " .. formula:gsub("%s+", " ") .. " cannot be written in this format", first,
        (told.message:match("unexpected [^\n]+") or "it is not understood") .. "; equations are numbered by {#eq-…}")
    end
  end
  return result
end

-- Writers of archives fetch what a document shows, over the network too: it lies in its folder.
local function keep_pictures_inside(doc)
  doc:walk {
    Image = function(image)
      local path = pandoc.path.normalize(image.src)
      local leaves = pandoc.path.is_absolute(path) or path == ".." or path:match("^%.%.[/\\]") or path:match("[/\\]%.%.[/\\]")
      if leaves or (path:match("^%a[%w+.-]*:") and not path:match("^data:image/")) then
        refuse("the picture " .. image.src .. " lies outside the document's folder", image.src,
          "put it beside the document")
      end
    end,
  }
end

local function write(doc, job)
  if job.html then
    doc.blocks:insert(1, titles.html(doc, job))
    doc.meta = {}
    return { text = written(doc, "html5", writer_options(job)) }
  end
  if job.binary then
    keep_pictures_inside(doc)
  end
  doc = formats.prepare(doc, job)
  local result = written(doc, job.writer, writer_options(job))
  if job.binary then
    local file = assert(io.open(job.binary, "wb"))
    file:write(result)
    file:close()
    return { text = "", alternatives = formats.alternatives(doc) }
  end
  return { text = result }
end

-- What Pandoc drops from the notes of a document, or prints otherwise than it was meant.
local LOST = {
  DuplicateNoteReference = { "the note [^%s] is defined twice", "give one of them another name" },
  NoteDefinedButNotUsed = { "nothing refers to the note [^%s]", "write [^%s] where it belongs, or take the note out" },
}

local function at(line)
  return { attributes = { ["bg-line"] = line } }
end

-- Refuse what Pandoc tells of a text and goes on with: a div that is never closed would swallow
-- what follows, and notes would be lost.
local function refuse_lost(told)
  if told.type == "UnclosedDiv" then
    refuse("the div that opens here is never closed", { of = at(told.openpos.line) },
      "end it with a line of colons (:::), or with </div>: each closes the innermost open div")
  end
  local lost = LOST[told.type]
  if lost then
    local name = told.contents or told.key
    refuse(lost[1]:format(name), { text = "[^" .. name .. "]:", of = at(told.line) }, lost[2]:format(name))
  end
end

local function read(job)
  local messages, doc = pandoc.log.silence(pandoc.read, job.text, READER, reader_options(job))
  for _, told in ipairs(pandoc.json.decode(pandoc.json.encode(messages), false)) do
    refuse_lost(told)
  end
  return doc
end

-- A brace without its end makes a class of it: what was to be hidden would be published.
local function check_braces(doc)
  local function check(element)
    for _, class in ipairs(element.classes) do
      if class:match("[{}]") then
        refuse("the braces of " .. class .. " are not closed on their line", class,
          'write all attributes of a block in one pair of braces: {.class key="value"}')
      end
    end
  end
  doc:walk { Div = check, CodeBlock = check }
end

-- How macros of TeX are defined.
local MACROS = { "\\def%A", "\\newcommand", "\\renewcommand", "\\providecommand", "\\DeclareMathOperator" }

local function is_definition(text)
  for _, pattern in ipairs(MACROS) do
    if text:match("^%s*" .. pattern) then
      return true
    end
  end
  return false
end

-- Macros that a hidden block defines, put into all formulas: writers know no macros, and what is
-- hidden is not written.
local function expand_macros(doc)
  local macros = {}
  doc:walk {
    Div = function(div)
      if tools.has(div, "hidden") then
        div:walk {
          Math = function(math)
            macros[#macros + 1] = is_definition(math.text) and math.text or nil
          end,
        }
      end
    end,
  }
  if #macros == 0 then
    return doc
  end
  local before = table.concat(macros, "\n") .. "\n\n"
  return doc:walk {
    Math = function(math)
      if is_definition(math.text) then
        return {}
      end
      pandoc.read(before .. "$" .. math.text .. "$", READER):walk {
        Math = function(expanded)
          math.text = expanded.text
        end,
      }
      return math
    end,
  }
end

-- What is hidden is kept for pages, where style sheets hide it; other formats have none.
local function drop_hidden(doc)
  local function drop(element)
    if tools.has(element, "hidden") then
      return {}
    end
  end
  return doc:walk { Div = drop, Span = drop, CodeBlock = drop }
end

local function render_here(job)
  local doc = read(job)
  check_braces(doc)
  doc = expand_macros(doc)
  doc = job.html and doc or drop_hidden(doc)
  set_meta(doc, job)
  doc = shortcodes(job)(doc)
  check_raw(doc.blocks)
  doc = doc:walk(conditional(job))
  doc = job.html and doc or doc:walk { Blocks = tables.join_tags }
  doc = parse(widths.set(drop_hidden_notes(doc), job.options), job)
  doc = crossref.resolve(doc, job)
  doc = job.website and job.html and lead_to_pages(doc) or doc
  local placed = has_place_for_references(doc)
  doc = cite(doc)
  doc = write_boxes(doc, job)
  local answer = write(doc, job)
  answer.placed_references = placed
  return answer
end

-- Render one job; see `pandoc.py` for its fields.
function document.render(job)
  job.counts = {}
  return pandoc.system.with_working_directory(job.folder, function()
    return render_here(job)
  end)
end

return document
