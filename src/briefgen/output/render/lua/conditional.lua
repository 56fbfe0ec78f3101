-- Content for one format, or for documents with a property: `.content-visible when-format="html"`,
-- `.content-hidden unless-meta="audience.policy"`.

local floats = require "floats"
local layout = require "layout"
local refuse = require "refuse"
local tools = require "tools"
local unsupported = require "unsupported"

local CONDITIONS = {
  ["when-format"] = true, ["unless-format"] = true, ["when-meta"] = true, ["unless-meta"] = true,
  ["when-profile"] = true, ["unless-profile"] = true,
}

-- Pandoc's names of formats by the names that documents use.
local ALIASES = {
  html = { "html", "html4", "html5", "epub", "epub2", "epub3", "revealjs", "s5", "dzslides", "slidy", "slideous" },
  ["html:js"] = { "html", "html4", "html5" },
  pdf = { "pdf", "latex", "beamer" },
  latex = { "pdf", "latex", "beamer" },
  docx = { "docx" },
  typst = { "typst" },
  epub = { "epub", "epub2", "epub3" },
  revealjs = { "revealjs" },
  markdown = { "markdown", "markdown_github", "markdown_mmd", "markdown_phpextra", "markdown_strict", "gfm",
    "commonmark", "commonmark_x", "markua" },
  odt = { "odt", "opendocument" },
  opendocument = { "odt", "opendocument" },
  asciidoc = { "asciidoc", "asciidoctor" },
  asciidoctor = { "asciidoc", "asciidoctor" },
  pptx = { "pptx" },
}

-- Pandoc's other formats, which documents may name as they are.
local KNOWN = {}
for name in ([[ansi asciidoc_legacy bbcode biblatex bibtex chunkedhtml context csljson djot docbook docbook4 docbook5
  dokuwiki fb2 haddock icml ipynb jats jats_archiving jats_articleauthoring jats_publishing jira json man markua
  mediawiki ms muse native opml org plain rst rtf tei texinfo textile vimdoc xml xwiki zimwiki dashboard email
  hugo docusaurus]]):gmatch("%S+") do
  KNOWN[name] = true
end
for alias, names in pairs(ALIASES) do
  KNOWN[alias] = true
  for _, name in ipairs(names) do
    KNOWN[name] = true
  end
end

-- Refuse conditions that nobody knows: Quarto takes them for met, in silence.
local function check_names(element)
  local shows = tools.has(element, "content-visible") or tools.has(element, "content-hidden")
  local conditions = 0
  for name, value in pairs(element.attributes) do
    local like = name:match("^when[-_]") or name:match("^unless[-_]")
      or shows and (name:match("^when") or name:match("^unless") or name:match("format$") or name:match("meta$") or name:match("profile$"))
    if like and not CONDITIONS[name] then
      refuse("there is no condition " .. name, { text = name, of = element },
        "write when-format, unless-format, when-meta or unless-meta")
    elseif CONDITIONS[name] and not shows then
      refuse("the condition " .. name .. " stands without .content-visible or .content-hidden",
        { text = name, of = element }, "add one of the two classes, or take the condition out")
    elseif name:match("%-format$") and CONDITIONS[name] and not KNOWN[value] then
      refuse("there is no format " .. value .. " (" .. name .. ")", { text = name, of = element },
        "write html, pdf, docx, typst, latex, odt, epub, markdown or another format of Pandoc")
    end
    conditions = conditions + (CONDITIONS[name] and 1 or 0)
  end
  if conditions == 0 and tools.has(element, "content-visible") then
    refuse("content-visible names no condition", { text = "content-visible", of = element },
      'write one, such as when-format="html", or take the class out')
  end
end

local function format_is(wanted, to)
  for _, name in ipairs(ALIASES[wanted] or { wanted }) do
    if name == to then
      return true
    end
  end
  return false
end

local function meta_is_true(job, path)
  local found = job.options
  if job.for_pandoc[path:match("^[^.]*")] then
    return false
  end
  for part in path:gmatch("[^.]+") do
    found = type(found) == "table" and found[part] or nil
  end
  return found == true
end

-- Quarto takes a div for its condition or for its box, as the order of its classes has it.
local function check_alone(div)
  if tools.has(div, "panel-tabset") or layout.is_layout(div) or tools.class_like(div, "^(callout)") then
    refuse("a condition cannot share a div with a callout, a tabset or a layout", { text = "content-", of = div },
      "put the div into one of its own that has the condition")
  end
end

return function(job)
  local function holds(name, value, element)
    local condition, kind = name:match("^(%a+)%-(%a+)$")
    local truth
    if kind == "format" then
      truth = format_is(value, job.to)
    elseif kind == "meta" then
      truth = meta_is_true(job, value)
    else
      refuse("the embedded engine has no project profiles (" .. name .. ")", { text = name, of = element })
    end
    return truth == (condition == "when")
  end

  -- All conditions hold; of one that is given several times, one is enough.
  local function all_hold(element)
    local found, kept = {}, {}
    for _, pair in ipairs(element.attributes) do
      local name, value = pair[1], pair[2]
      if CONDITIONS[name] then
        found[name] = found[name] or holds(name, value, element)
      else
        kept[#kept + 1] = pair
      end
    end
    element.attributes = kept
    for _, truth in pairs(found) do
      if not truth then
        return false
      end
    end
    return true
  end

  local function visible(element)
    check_names(element)
    local hidden = tools.has(element, "content-hidden")
    if not hidden and not tools.has(element, "content-visible") then
      return nil
    end
    local shown = all_hold(element) ~= hidden
    element.classes = tools.without(element.classes, "^content%-[vh]i[sd][id]%a+$")
    return shown
  end

  return {
    Div = function(div)
      if tools.class_like(div, "^(content%-[vh]i[sd][id]%a+)$") then
        check_alone(div)
        unsupported.check(div)
      end
      local shown = visible(div)
      if shown == false then
        return {}
      elseif shown then
        return floats.kind(div.identifier) and div or div.content
      end
    end,
    Span = function(span)
      local shown = visible(span)
      if shown == false then
        return {}
      elseif shown then
        return span
      end
    end,
    CodeBlock = function(code)
      if visible(code) == false then
        return {}
      end
      return code
    end,
  }
end
