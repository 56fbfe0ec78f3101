-- Figures, tables and listings that have an id and a caption, and figures without an id.

local refuse = require "refuse"
local tables = require "tables"
local tools = require "tools"
local unsupported = require "unsupported"

local floats = {}

local KINDS = { fig = "fig", tbl = "tbl", lst = "lst" }

function floats.kind(identifier)
  return KINDS[tools.kind(identifier) or ""]
end

-- A float is a box of caption and content until it is written.
function floats.box(identifier, caption, content, classes, attributes)
  local names = { "bg-float" }
  for _, class in ipairs(classes or {}) do
    names[#names + 1] = class
  end
  return pandoc.Div({
    tools.box("bg-caption", { pandoc.Plain(caption) }),
    tools.box("bg-content", content),
  }, pandoc.Attr(identifier, names, attributes))
end

-- Move the text alternative where HTML wants it.
function floats.set_alternative(image)
  local alternative = tools.take(image, "fig-alt")
  image.caption = alternative and pandoc.Inlines { pandoc.Str(alternative) } or pandoc.Inlines {}
  return image
end

local function image_float(image, whole, identifier, caption)
  local attributes = {}
  for _, name in ipairs { "fig-cap-location", "cap-location", "fig-align" } do
    attributes[name] = tools.take(image, name)
  end
  floats.set_alternative(image)
  image.identifier = ""
  return floats.box(identifier, caption, { pandoc.Plain { whole } }, image.classes, attributes)
end

-- A figure that has a caption but no id to be referred to.
local function figure_box(image, whole, identifier, caption)
  local attributes = { align = tools.take(image, "fig-align") }
  image.caption = {} -- its alternative stays an attribute until it is written: see `write_boxes`
  return tools.box("bg-figure", {
    tools.box("bg-caption", { pandoc.Plain(caption) }),
    tools.box("bg-content", { pandoc.Para { whole } }),
  }, identifier, attributes)
end

-- Pandoc takes `alt` for the image's own text and leaves the caption to the figure; Quarto drops
-- the texts of images in figures.
local function check_alternative(image, caption)
  local own = pandoc.utils.stringify(image.caption)
  if own ~= "" and own ~= pandoc.utils.stringify(caption) and not image.attributes["fig-alt"] then
    refuse("an alternative written as alt would be lost", 'alt="' .. own, 'write fig-alt="…"')
  end
end

-- `![Caption](file){#fig-id}` alone in its paragraph; Pandoc has made a Figure of it.
function floats.parse_figure(figure)
  local image, whole = tools.lone_image(figure.content[1])
  local identifier = figure.identifier
  if not image then
    return nil
  end
  unsupported.check(image)
  if identifier == "" then
    identifier = image.identifier
  end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  check_alternative(image, caption)
  if floats.kind(identifier) then
    return image_float(image, whole, identifier, caption)
  end
  return figure_box(image, whole, identifier, caption)
end

-- A paragraph of one image without caption, or of one linked image.
function floats.parse_paragraph(block)
  local image, whole = tools.lone_image(block)
  if not image then
    return nil
  end
  unsupported.check(image)
  local identifier = image.identifier
  if floats.kind(identifier) then
    return image_float(image, whole, identifier, image.caption)
  end
  if whole.t == "Link" and #image.caption > 0 then
    return figure_box(image, whole, identifier, image.caption)
  end
end

local function caption_of_table(block)
  return pandoc.utils.blocks_to_inlines(block.caption.long)
end

-- The looks of tables that Quarto takes from Bootstrap.
local BOOTSTRAP = {}
for name in ("primary secondary success danger warning info light dark striped hover active bordered borderless sm responsive"):gmatch("%a+") do
  BOOTSTRAP[name] = true
end

-- A table with `: Caption {#tbl-id}` below it.
function floats.parse_table(block)
  local classes = block.classes:clone()
  block.classes = block.classes:map(function(class)
    return BOOTSTRAP[class] and "table-" .. class or class
  end)
  if not floats.kind(block.identifier) then
    return block
  end
  local attributes = { ["tbl-cap-location"] = tools.take(block, "tbl-cap-location") }
  local identifier, caption = block.identifier, caption_of_table(block)
  block.identifier = ""
  block.caption = { long = {} }
  return floats.box(identifier, caption, { block }, classes, attributes)
end

local function is_caption(block, div)
  return block and block.t == "Para" and #div.content > 1 and not tools.lone_image(block)
end

-- The caption of a table inside, when the float has none of its own.
local function inner_caption(div)
  local caption
  div.content = div.content:walk {
    Table = function(block)
      if not caption and #block.caption.long > 0 then
        caption = caption_of_table(block)
        block.caption = { long = {} }
        return block
      end
    end,
  }
  return caption
end

local function raw_caption(div)
  local caption, content = tables.take_caption(div.content)
  div.content = content
  return caption
end

-- Classes such as `.caption-top` and `.fig-cap-location-top` are attributes written in another way.
local function read_place(div, kind)
  div.classes = div.classes:filter(function(class)
    local anyway, own = class:match("^caption%-(.+)$"), class:match("cap%-location%-(.+)$")
    if anyway or own then
      div.attributes[own and kind .. "-cap-location" or "cap-location"] = own or anyway
    end
    return not (anyway or own)
  end)
end

-- `::: {#fig-id}` whose last paragraph is the caption.
function floats.parse_div(div)
  local kind = floats.kind(div.identifier)
  read_place(div, kind)
  local last = div.content[#div.content]
  local caption
  if is_caption(last, div) then
    caption = last.content
    div.content:remove()
  elseif div.attributes[kind .. "-cap"] then
    caption = tools.inlines(tools.take(div, kind .. "-cap"))
  else
    caption = inner_caption(div) or raw_caption(div) or pandoc.Inlines {}
  end
  local content = div.content
  if #content == 1 then
    local image, whole = tools.lone_image(content[1])
    if image then
      image.attributes["fig-alt"] = image.attributes["fig-alt"] or div.attributes["fig-alt"]
      floats.set_alternative(image)
      content = pandoc.Blocks { pandoc.Plain { whole } }
    end
  end
  if kind ~= "fig" or #content == 1 and content[1].t == "Plain" then
    div.attributes["fig-alt"] = nil
  end
  return floats.box(div.identifier, caption, content, div.classes, tools.plain(div.attributes))
end

local function caption_place(float, kind, options)
  local place = float.attributes[kind .. "-cap-location"] or float.attributes["cap-location"]
    or options[kind .. "-cap-location"] or options["cap-location"]
  float.attributes[kind .. "-cap-location"] = nil
  float.attributes["cap-location"] = nil
  if type(place) ~= "string" then
    return kind == "fig" and "bottom" or "top"
  elseif place ~= "top" and place ~= "bottom" then
    refuse("the embedded engine has no captions in another place than top and bottom (" .. place .. ")",
      { text = "#" .. float.identifier, of = float })
  end
  return place
end

local function name_parent(content, parent)
  return content:walk {
    Image = function(image)
      image.attributes["ref-parent"] = image.attributes["ref-parent"] or parent
      return image
    end,
  }
end

-- What stands for an image in a float without one: a drawing in raw HTML has no other place for a
-- text alternative.
local function is_drawing(content)
  local drawn, image = false, false
  pandoc.Div(content):walk {
    RawBlock = function(block)
      drawn = drawn or block.text:find("<svg[%s>]") ~= nil
    end,
    Image = function()
      image = true
    end,
  }
  return drawn and not image
end

-- The attributes of a float's content: the caption that describes it, and the alternative of what
-- cannot tell it itself.
local function describe(content, captioned, alternative)
  local attributes = captioned and { ["aria-describedby"] = captioned } or {}
  if alternative and is_drawing(content) then
    attributes.role, attributes["aria-label"] = "img", alternative
  end
  return pandoc.Attr("", {}, attributes)
end

-- Write a float as Quarto's HTML.
function floats.html(float, job)
  local kind = floats.kind(float.identifier)
  local alternative = tools.take(float, "fig-alt")
  if not float.attributes.panel then
    float.attributes.alt = alternative
  end
  local place = caption_place(float, kind, job.options)
  local parent = tools.take(float, "parent")
  local sub = parent and "subfloat" or "float"
  local align = tools.take(float, "fig-align") or tools.option(job.options, "fig-align", "center")
  local bare = tools.take(float, "uncaptioned") and " quarto-uncaptioned" or ""
  local panel = tools.take(float, "panel")
  local caption, content = float.content[1].content[1].content, float.content[2].content
  local caption_id = float.identifier .. "-caption"
  local blocks = pandoc.Blocks { tools.raw(('<figure class="quarto-float quarto-%s-%s figure">'):format(sub, kind)) }
  if parent then
    content = name_parent(content, parent)
  end
  local inner = pandoc.Div(content, describe(content, #caption > 0 and caption_id or nil, alternative))
  local text = pandoc.Plain(caption)
  text.content:insert(1, pandoc.RawInline("html",
    ('<figcaption class="quarto-float-caption-%s quarto-%s-caption quarto-%s-%s%s" id="%s">'):format(
      place, sub, sub, kind, bare, caption_id)))
  text.content:insert(pandoc.RawInline("html", "</figcaption>"))
  if #caption == 0 then
    blocks:insert(inner)
  elseif place == "top" then
    blocks:extend { text, inner }
  else
    blocks:extend { inner, text }
  end
  blocks:insert(tools.raw("</figure>"))
  if kind == "lst" then
    align = "left"
    float.classes:insert("listing")
  end
  local classes = panel and { "quarto-layout-panel" }
    or { "quarto-float", "quarto-figure", "quarto-figure-" .. align, "anchored" }
  for index, class in ipairs(float.classes) do
    if index > 1 then
      table.insert(classes, class)
    end
  end
  return pandoc.Div(blocks, pandoc.Attr(float.identifier, classes, tools.plain(float.attributes)))
end

-- Write a captioned figure without an id as Quarto's HTML.
function floats.figure_html(figure, job)
  local caption, content = figure.content[1].content[1].content, figure.content[2].content
  local text = pandoc.Plain(caption)
  text.content:insert(1, pandoc.RawInline("html", "<figcaption>"))
  text.content:insert(pandoc.RawInline("html", "</figcaption>"))
  local blocks = pandoc.Blocks { tools.raw('<figure class="figure">') }
  if job.options["fig-cap-location"] == "top" then
    blocks:insert(text)
    blocks:extend(content)
  else
    blocks:extend(content)
    blocks:insert(text)
  end
  blocks:insert(tools.raw("</figure>"))
  return pandoc.Div(blocks, pandoc.Attr(figure.identifier,
    { "quarto-figure", "quarto-figure-" .. (figure.attributes.align or tools.option(job.options, "fig-align", "center")) }))
end

-- Write a float for formats with figures and captioned tables of their own.
function floats.plain(float)
  local caption, content = float.content[1].content[1].content, float.content[2].content
  local only = #content == 1 and content[1]
  if only and only.t == "Table" then
    only.identifier = float.identifier
    only.caption = { long = { pandoc.Plain(caption) } }
    return only
  end
  return pandoc.Figure(content, { long = { pandoc.Plain(caption) } }, pandoc.Attr(float.identifier))
end

-- Writers know a figure by an image that is alone in a plain block.
function floats.figure_plain(figure)
  local content = figure.content[2].content:map(function(block)
    return block.t == "Para" and pandoc.Plain(block.content) or block
  end)
  return pandoc.Figure(content, { long = figure.content[1].content },
    pandoc.Attr(figure.identifier))
end

return floats
