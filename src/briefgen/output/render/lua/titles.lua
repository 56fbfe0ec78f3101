-- The title block: what Quarto writes above a document from its metadata.

local authors = require "authors"
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

local ICON = require "icon"

local function linked(inlines, address)
  local result = inlines:clone()
  if address then
    result:insert(1, pandoc.RawInline("html", '<a href="' .. tools.escape(address) .. '">'))
    result:insert(pandoc.RawInline("html", "</a>"))
  end
  return result
end

-- An author's name and degrees, with what leads to the author.
local function author_line(author)
  local name = author.name:clone()
  for _, degree in ipairs(author.degrees or {}) do
    name:extend { pandoc.Str(","), pandoc.Space() }
    name:extend(authors.inlines(degree))
  end
  local result = linked(name, author.url)
  if author.email then
    result:insert(pandoc.RawInline("html", ' <a href="mailto:' .. tools.escape(author.email)
      .. '" class="quarto-title-author-email"><i class="bi bi-envelope"></i></a>'))
  end
  result:insert(pandoc.RawInline("html", " "))
  if author.orcid then
    result:insert(pandoc.RawInline("html", ('<a href="https://orcid.org/%s" class="quarto-title-author-orcid" aria-label="ORCID profile for %s"> <img alt="" src="%s"></a>')
      :format(tools.escape(author.orcid), tools.escape(pandoc.utils.stringify(author.name)), ICON)))
  end
  return result
end

local function placed_authors(job, people, placed)
  local blocks = pandoc.Blocks {
    tools.raw('<div class="quarto-title-meta-author">'),
    heading(plural(job, "author", #people)),
    heading(plural(job, "affiliation", placed)),
  }
  for _, author in ipairs(people) do
    blocks:insert(tools.raw('<div class="quarto-title-meta-contents">'))
    blocks:insert(line('<p class="author">', author_line(author), "</p>"))
    blocks:insert(tools.raw('</div>\n<div class="quarto-title-meta-contents">'))
    for _, place in ipairs(author.places) do
      local name = linked(authors.inlines(place.name), place.url and pandoc.utils.stringify(place.url))
      blocks:insert(line('<p class="affiliation">', name, "</p>"))
    end
    blocks:insert(tools.raw("</div>"))
  end
  blocks:insert(tools.raw("</div>"))
  return blocks
end

local function meta_entries(doc, job)
  local blocks = pandoc.Blocks {}
  local people, placed = authors.read(doc.meta)
  if placed > 0 then
    blocks:extend(placed_authors(job, people, placed))
  end
  blocks:insert(tools.raw('<div class="quarto-title-meta">'))
  if #people > 0 and placed == 0 then
    local lines = {}
    for index, author in ipairs(people) do
      lines[index] = line("<p>", author_line(author), "</p>")
    end
    blocks:extend(entry(plural(job, "author", #people), lines))
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
  if not (meta.title or meta.subtitle or meta.author or meta.authors or meta.date or meta.abstract
    or meta.keywords) then
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
  if meta.description and not meta["hide-description"] then
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
titles.blocks = blocks_of

-- The names of the authors in one line.
function titles.author_names(meta)
  local names = pandoc.Inlines {}
  for index, author in ipairs((authors.read(meta))) do
    names:extend(index > 1 and { pandoc.Str(","), pandoc.Space() } or {})
    names:extend(author.name)
  end
  return names
end

return titles
