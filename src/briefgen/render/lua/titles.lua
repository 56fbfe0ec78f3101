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

local function author_names(meta)
  local value = meta.author or meta.authors
  if value == nil then
    return {}
  end
  if pandoc.utils.type(value) ~= "List" then
    value = { value }
  end
  local names = {}
  for _, author in ipairs(value) do
    if type(author) == "table" and author.name then
      author = author.name
    end
    if type(author) == "table" and (author.given or author.family) then
      local whole = inlines_of(author.given)
      whole:insert(pandoc.Space())
      whole:extend(inlines_of(author.family))
      author = whole
    end
    names[#names + 1] = inlines_of(author)
  end
  return names
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

local function meta_entries(doc, job)
  local blocks = pandoc.Blocks { tools.raw('<div class="quarto-title-meta">') }
  local names = author_names(doc.meta)
  if #names > 0 then
    local lines = {}
    for index, name in ipairs(names) do
      lines[index] = line("<p>", name, " </p>")
    end
    blocks:extend(entry(job.words["title-block-author-" .. (#names > 1 and "plural" or "single")], lines))
  end
  if job.date ~= "" then
    blocks:extend(entry(job.words["title-block-published"],
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
  blocks:extend(meta_entries(doc, job))
  if meta.abstract then
    blocks:insert(tools.raw('<div>\n<div class="abstract">\n<div class="block-title">'
      .. tools.escape(job.words["section-title-abstract"]) .. "</div>"))
    blocks:extend(blocks_of(meta.abstract))
    blocks:insert(tools.raw("</div>\n</div>"))
  end
  blocks:insert(tools.raw("</header>"))
  return pandoc.Div(blocks, pandoc.Attr("bg-title-block"))
end

return titles
