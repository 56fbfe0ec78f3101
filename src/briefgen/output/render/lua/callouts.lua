-- Callouts: a box of one of five kinds with a title.

local floats = require "floats"
local refuse = require "refuse"
local tools = require "tools"

local callouts = {}

local KINDS = { note = true, tip = true, warning = true, caution = true, important = true }

local function title_of(div)
  local attribute = div.attributes.title
  if attribute and attribute ~= "" then
    return tools.inlines(attribute)
  end
  local first = div.content[1]
  if first and first.t == "Header" then
    div.content:remove(1)
    return first.content
  end
  return pandoc.Inlines {}
end

-- Turn `::: {.callout-note}` into a box of title and body.
function callouts.parse(div)
  local class, kind = tools.class_like(div, "^callout%-(%a+)$")
  if not class and tools.has(div, "callout") then
    refuse("a callout needs a kind", { text = ".callout", of = div }, "write .callout-note, -tip, -warning, -caution or -important")
  elseif not class then
    return nil
  end
  if not KINDS[kind] then
    refuse("there is no callout of the kind " .. kind, { text = class, of = div },
      "callouts are note, tip, warning, caution and important")
  end
  if floats.kind(div.identifier) then
    refuse("a callout is no figure, table or listing (#" .. div.identifier .. ")", { text = "#" .. div.identifier, of = div },
      "give it an id that begins with nte-, tip-, wrn-, imp- or cau-")
  end
  local attributes = tools.plain(div.attributes)
  attributes.kind = kind
  local title = title_of(div)
  return pandoc.Div({
    tools.box("bg-title", { pandoc.Plain(title) }),
    tools.box("bg-body", div.content),
  }, pandoc.Attr(div.identifier, { "bg-callout", table.unpack(tools.without(div.classes, "^callout%-")) }, attributes))
end

local function style_of(div, options)
  local appearance = tools.take(div, "appearance")
    or tools.option(options, "callout-appearance", "default")
  local icon = tools.take(div, "icon")
  if icon == nil then
    icon = tostring(tools.option(options, "callout-icon", true))
  end
  if appearance == "minimal" then
    return "simple", false
  end
  return appearance == "simple" and "simple" or "default", icon ~= "false"
end

-- The header opens and closes the body where scripts run; elsewhere all of it is shown.
local function fold(header, inside, identifier, collapse)
  local closed = collapse == "true"
  local target = identifier .. "-contents"
  header.content:insert(pandoc.Plain { pandoc.RawInline("html",
    '<div class="callout-btn-toggle d-inline-block border-0 py-1 ps-1 pe-0 float-end"><i class="callout-toggle"></i></div>') })
  header.attributes = { ["bs-toggle"] = "collapse", ["bs-target"] = "." .. target, ["aria-controls"] = identifier,
    ["aria-expanded"] = closed and "false" or "true", ["aria-label"] = "Toggle callout" }
  local classes = pandoc.List { target, "callout-collapse", "collapse" }
  if closed then
    header.classes:insert("collapsed")
  else
    classes:insert("show")
  end
  return pandoc.Div({ inside }, pandoc.Attr(identifier, classes))
end

-- Write the box as Quarto's HTML.
function callouts.html(div, job)
  local kind = tools.take(div, "kind")
  local collapse = tools.take(div, "collapse")
  local numbered = tools.take(div, "numbered")
  local style, icon = style_of(div, job.options)
  local title, body = div.content[1].content[1].content, div.content[2]
  local name = job.words["callout-" .. kind .. "-title"]
  local classes = pandoc.List(div.classes:clone())
  classes:remove(1)
  classes:extend { "callout", "callout-style-" .. style, "callout-" .. kind }
  if not icon then
    classes:insert("no-icon")
  end
  if #body.content == 0 then
    classes:insert("callout-empty-content")
  end
  if #title == 0 and style == "default" then
    title = pandoc.Inlines { pandoc.Str(name) }
  elseif #title > 0 and not numbered then
    title:insert(1, pandoc.Span({ pandoc.Str(name) }, pandoc.Attr("", { "screen-reader-only" })))
  end
  local picture = pandoc.Div(
    { pandoc.Plain { pandoc.RawInline("html", '<i class="callout-icon' .. (icon and "" or " no-icon") .. '"></i>') } },
    pandoc.Attr("", { "callout-icon-container" }))
  local attr = pandoc.Attr(div.identifier, classes, tools.plain(div.attributes))
  if #title == 0 then
    local inner = pandoc.Div({ picture, pandoc.Div(body.content, pandoc.Attr("", { "callout-body-container" })) },
      pandoc.Attr("", { "callout-body", "d-flex" }))
    return pandoc.Div({ inner }, attr)
  end
  attr.classes:insert("callout-titled")
  local heading = pandoc.Div({ pandoc.Plain(title) },
    pandoc.Attr("", { "callout-title-container", "flex-fill" }))
  local header = pandoc.Div({ picture, heading },
    pandoc.Attr("", { "callout-header", "d-flex", "align-content-center" }))
  local inside = pandoc.Div(body.content, pandoc.Attr("", { "callout-body-container", "callout-body" }))
  job.counts.callout = (job.counts.callout or 0) + 1
  if collapse then
    inside = fold(header, inside, "callout-" .. job.counts.callout, collapse)
  end
  return pandoc.Div({ header, inside }, attr)
end

-- Write the box for formats without boxes: a quotation that begins with the title in bold.
function callouts.plain(div, job)
  local title, body = div.content[1].content[1].content, div.content[2]
  if #title == 0 then
    title = pandoc.Inlines { pandoc.Str(job.words["callout-" .. div.attributes.kind .. "-title"]) }
  end
  local blocks = pandoc.Blocks { pandoc.Para { pandoc.Strong(title) } }
  blocks:extend(body.content)
  return pandoc.Div({ pandoc.BlockQuote(blocks) }, pandoc.Attr(div.identifier))
end

return callouts
