-- Content for one format, or for documents with a property: `.content-visible when-format="html"`,
-- `.content-hidden unless-meta="audience.policy"`.

local refuse = require "refuse"
local tools = require "tools"

local CONDITIONS = {
  "when-format", "unless-format", "when-meta", "unless-meta", "when-profile", "unless-profile",
}

-- Pandoc's names of formats by the names that documents use.
local ALIASES = {
  html = { "html", "html4", "html5" },
  ["html:js"] = { "html", "html4", "html5" },
  pdf = { "pdf", "latex", "beamer" },
  latex = { "pdf", "latex", "beamer" },
  docx = { "docx" },
  typst = { "typst" },
  epub = { "epub", "epub2", "epub3" },
  revealjs = { "revealjs" },
  markdown = { "markdown", "gfm", "commonmark", "markdown_strict" },
  odt = { "odt" },
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

local function meta_is_true(options, path)
  local found = options
  for part in path:gmatch("[^.]+") do
    found = type(found) == "table" and found[part] or nil
  end
  return found == true or found == "true"
end

return function(job)
  local function holds(element, name, value)
    local condition, kind = name:match("^(%a+)%-(%a+)$")
    local truth
    if kind == "format" then
      truth = format_is(value, job.to)
    elseif kind == "meta" then
      truth = meta_is_true(job.options, value)
    else
      refuse("the embedded engine has no project profiles (" .. name .. ")", name)
    end
    return truth == (condition == "when")
  end

  local function all_hold(element)
    local truth = true
    for _, name in ipairs(CONDITIONS) do
      local value = tools.take(element, name)
      if value and not holds(element, name, value) then
        truth = false
      end
    end
    return truth
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
      local shown = visible(div)
      if shown == false then
        return {}
      elseif shown then
        local bare = div.identifier == "" and #div.classes == 0 and not next(tools.plain(div.attributes))
        return bare and div.content or div
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
