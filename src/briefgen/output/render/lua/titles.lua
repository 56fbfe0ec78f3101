-- The title block: what Quarto writes above a document from its metadata.

local tools = require "tools"

local titles = {}

local function blocks_of(value)
  local kind = pandoc.utils.type(value)
  if kind == "Blocks" then
    return value
  elseif kind == "Inlines" then
    return pandoc.Blocks { pandoc.Plain(value) }
  elseif kind == "string" then
    return pandoc.Blocks { pandoc.Plain { pandoc.Str(value) } }
  end
  return pandoc.Blocks {}
end

local function inlines_of(value)
  return pandoc.utils.blocks_to_inlines(blocks_of(value))
end

local function line(open, inlines, close)
  local content = pandoc.Inlines { pandoc.RawInline("html", open) }
  content:extend(inlines)
  content:insert(pandoc.RawInline("html", close))
  return pandoc.Plain(content)
end

local function list_of(value)
  if value == nil then
    return {}
  end
  return pandoc.utils.type(value) == "List" and value or { value }
end

local function name_of(author)
  if pandoc.utils.type(author) == "table" and author.name then
    author = author.name
  end
  if pandoc.utils.type(author) == "table" and (author.given or author.family) then
    local whole = inlines_of(author.given)
    whole:insert(pandoc.Space())
    whole:extend(inlines_of(author.family))
    return whole
  end
  return inlines_of(author)
end

-- The authors, each a name and the names of the places they work at.
local function read_authors(meta)
  local authors, placed = {}, 0
  for _, author in ipairs(list_of(meta.author or meta.authors)) do
    local places = {}
    if pandoc.utils.type(author) == "table" then
      for _, place in ipairs(list_of(author.affiliation or author.affiliations)) do
        places[#places + 1] = name_of(place)
      end
    end
    placed = placed + #places
    authors[#authors + 1] = { name = name_of(author), places = places }
  end
  return authors, placed
end

local function entry(heading, paragraphs)
  local blocks = pandoc.Blocks {
    tools.raw('<div>\n<div class="quarto-title-meta-heading">' .. tools.escape(heading) .. "</div>\n"
      .. '<div class="quarto-title-meta-contents">'),
  }
  blocks:extend(paragraphs)
  blocks:insert(tools.raw("</div>\n</div>"))
  return blocks
end

local function heading(text)
  return tools.raw('<div class="quarto-title-meta-heading">' .. tools.escape(text) .. "</div>")
end

-- The word of the language, or the document's own: `abstract-title: Kurz gesagt`.
local function word_for(job, key, word)
  return tostring(tools.option(job.options, key .. "-title", word))
end

local function plural(job, word, count)
  return word_for(job, word, job.words["title-block-" .. word .. "-" .. (count > 1 and "plural" or "single")])
end

local function placed_authors(job, authors, placed)
  local blocks = pandoc.Blocks {
    tools.raw('<div class="quarto-title-meta-author">'),
    heading(plural(job, "author", #authors)),
    heading(plural(job, "affiliation", placed)),
  }
  for _, author in ipairs(authors) do
    blocks:insert(tools.raw('<div class="quarto-title-meta-contents">'))
    blocks:insert(line('<p class="author">', author.name, " </p>"))
    blocks:insert(tools.raw('</div>\n<div class="quarto-title-meta-contents">'))
    for _, place in ipairs(author.places) do
      blocks:insert(line('<p class="affiliation">', place, "</p>"))
    end
    blocks:insert(tools.raw("</div>"))
  end
  blocks:insert(tools.raw("</div>"))
  return blocks
end

local function meta_entries(doc, job)
  local blocks = pandoc.Blocks {}
  local authors, placed = read_authors(doc.meta)
  if placed > 0 then
    blocks:extend(placed_authors(job, authors, placed))
  end
  blocks:insert(tools.raw('<div class="quarto-title-meta">'))
  if #authors > 0 and placed == 0 then
    local lines = {}
    for index, author in ipairs(authors) do
      lines[index] = line("<p>", author.name, " </p>")
    end
    blocks:extend(entry(plural(job, "author", #authors), lines))
  end
  if job.date ~= "" then
    blocks:extend(entry(word_for(job, "published", job.words["title-block-published"]),
      { line('<p class="date">', { pandoc.Str(job.date) }, "</p>") }))
  end
  blocks:insert(tools.raw("</div>"))
  return blocks
end

function titles.html(doc, job)
  local meta, blocks = doc.meta, pandoc.Blocks {}
  if not (meta.title or meta.subtitle or meta.author or meta.date or meta.abstract) then
    return pandoc.Div({}, pandoc.Attr("bg-no-title"))
  end
  blocks:insert(tools.raw('<header id="title-block-header" class="quarto-title-block default">\n<div class="quarto-title">'))
  if meta.title then
    blocks:insert(line('<h1 class="title">', inlines_of(meta.title), "</h1>"))
  end
  if meta.subtitle then
    blocks:insert(line('<p class="subtitle lead">', inlines_of(meta.subtitle), "</p>"))
  end
  blocks:insert(tools.raw("</div>"))
  if meta.description then
    blocks:insert(tools.raw('<div>\n<div class="description">'))
    blocks:extend(blocks_of(meta.description))
    blocks:insert(tools.raw("</div>\n</div>"))
  end
  blocks:extend(meta_entries(doc, job))
  if meta.abstract then
    blocks:insert(tools.raw('<div>\n<div class="abstract">\n<div class="block-title">'
      .. tools.escape(word_for(job, "abstract", job.words["section-title-abstract"])) .. "</div>"))
    blocks:extend(blocks_of(meta.abstract))
    blocks:insert(tools.raw("</div>\n</div>"))
  end
  if meta.keywords then
    local words = pandoc.Inlines {}
    for index, word in ipairs(list_of(meta.keywords)) do
      words:extend(index > 1 and { pandoc.Str(","), pandoc.Space() } or {})
      words:extend(inlines_of(word))
    end
    blocks:insert(tools.raw('<div>\n<div class="keywords">\n<div class="block-title">'
      .. tools.escape(word_for(job, "keywords", job.words["title-block-keywords"])) .. "</div>"))
    blocks:insert(line("<p>", words, "</p>"))
    blocks:insert(tools.raw("</div>\n</div>"))
  end
  blocks:insert(tools.raw("</header>"))
  return pandoc.Div(blocks, pandoc.Attr("bg-title-block"))
end

titles.inlines = inlines_of

-- The names of the authors in one line.
function titles.author_names(meta)
  local names = pandoc.Inlines {}
  for index, author in ipairs((read_authors(meta))) do
    names:extend(index > 1 and { pandoc.Str(","), pandoc.Space() } or {})
    names:extend(author.name)
  end
  return names
end

return titles
