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
