-- Layout panels: the blocks of a div in rows and columns.

local floats = require "floats"
local refuse = require "refuse"
local tools = require "tools"

local layout = {}

local ATTRIBUTES = { "layout", "layout-ncol", "layout-nrow" }

function layout.is_layout(div)
  for _, name in ipairs(ATTRIBUTES) do
    if div.attributes[name] then
      return true
    end
  end
  return false
end

-- The widths of the cells of each row, in percent.
local function read_rows(div, cells)
  local text = div.attributes.layout
  if text then
    local ok, value = pcall(pandoc.json.decode, text, false)
    if not ok or type(value) ~= "table" or #value == 0 then
      refuse("a layout is a list such as [[1,1],[1]], not " .. text, 'layout="' .. text)
    end
    return type(value[1]) == "table" and value or { value }
  end
  local columns = tonumber(div.attributes["layout-ncol"])
  if not columns then
    local count = tonumber(div.attributes["layout-nrow"])
    if not count then
      refuse("layout-ncol and layout-nrow are numbers", "layout-n")
    end
    columns = math.ceil(cells / count)
  end
  local rows, row = {}, {}
  for _ = 1, columns do
    row[#row + 1] = 1
  end
  for _ = 1, math.ceil(cells / columns) do
    rows[#rows + 1] = row
  end
  return rows
end

local function holds_image(block)
  return tools.lone_image(block) ~= nil
end

-- Images and tables stand in the middle of their cell, all else at its left.
local function alignment(blocks, align)
  if align then
    return align
  end
  for _, block in ipairs(blocks) do
    local table_inside = block.t == "Table"
    pandoc.Div({ block }):walk {
      Table = function()
        table_inside = true
      end,
    }
    if table_inside or holds_image(block) then
      return "center"
    end
  end
  return "left"
end

local function percentages(row)
  local total, result = 0, {}
  for _, width in ipairs(row) do
    local number = tonumber((tostring(width):gsub("%%$", "")))
    if not number then
      refuse("widths of a layout are numbers, not " .. tostring(width), tostring(width))
    end
    total = total + math.abs(number)
    result[#result + 1] = number
  end
  for index, number in ipairs(result) do
    result[index] = number / total * 100
  end
  return result
end

-- Images that share a paragraph are cells of their own.
local function split_images(block)
  if block.t ~= "Para" and block.t ~= "Plain" then
    return { block }
  end
  local images = {}
  for _, inline in ipairs(block.content) do
    if inline.t == "Image" then
      images[#images + 1] = inline
    elseif not tools.is_space(inline) then
      return { block }
    end
  end
  if #images < 2 then
    return { block }
  end
  local blocks = {}
  for _, image in ipairs(images) do
    local identifier, caption = image.identifier, image.caption
    if #caption > 0 then
      image.identifier = ""
      blocks[#blocks + 1] = pandoc.Figure({ pandoc.Plain { image } }, { long = { pandoc.Plain(caption) } },
        pandoc.Attr(identifier))
    else
      blocks[#blocks + 1] = pandoc.Para { image }
    end
  end
  return blocks
end

local function cells_of(blocks)
  local cells, pending = {}, nil
  for _, block in ipairs(blocks) do
    for _, part in ipairs(split_images(block)) do
      if part.t == "Header" then
        pending = part -- a heading stays with what follows
      elseif pending then
        cells[#cells + 1] = { pending, part }
        pending = nil
      else
        cells[#cells + 1] = { part }
      end
    end
  end
  if pending then
    cells[#cells + 1] = { pending }
  end
  return cells
end

local function arrange(div, cells)
  local rows, next_cell = pandoc.Blocks {}, 1
  local align = div.attributes["layout-align"]
  for _, row in ipairs(read_rows(div, #cells)) do
    if next_cell > #cells then
      break
    end
    local boxes = pandoc.Blocks {}
    for _, width in ipairs(percentages(row)) do
      local blocks = {}
      if width > 0 then
        blocks, next_cell = cells[next_cell], next_cell + 1
      end
      if blocks then
        boxes:insert(tools.box("bg-cell", blocks, "",
          { width = ("%.1f%%"):format(math.abs(width)), align = alignment(blocks, align) }))
      end
    end
    rows:insert(tools.box("bg-row", boxes))
  end
  if next_cell <= #cells then
    refuse(("the layout has room for %d of %d blocks"):format(next_cell - 1, #cells), "layout",
      "give the layout as many cells as the div has blocks")
  end
  return rows
end

-- Turn a div with `layout-ncol` or `layout` into a box of rows of cells.
function layout.parse(div, kind)
  local caption
  if kind then
    local last = div.content[#div.content]
    if last and last.t == "Para" and #div.content > 1 and #split_images(last) == 1 and not tools.lone_image(last) then
      caption = last.content
      div.content:remove()
    end
    caption = caption or tools.inlines(tools.take(div, kind .. "-cap") or "")
  end
  local rows = arrange(div, cells_of(div.content))
  if kind then
    local attributes = tools.plain(div.attributes)
    for _, name in ipairs { "layout", "layout-ncol", "layout-nrow", "layout-align", "layout-valign" } do
      attributes[name] = nil
    end
    attributes.panel = "yes"
    return floats.box(div.identifier, caption, rows, nil, attributes)
  end
  local attributes = tools.plain(div.attributes)
  return pandoc.Div(rows, pandoc.Attr(div.identifier, { "bg-layout", table.unpack(div.classes) }, attributes))
end

local ALIGN = { left = "flex-start", center = "center", right = "flex-end" }

function layout.cell(div)
  local style = ("flex-basis: %s;justify-content: %s;"):format(div.attributes.width,
    ALIGN[div.attributes.align] or "flex-start")
  local classes = { "quarto-layout-cell" }
  local attributes = {}
  for _, block in ipairs(div.content) do
    local parent = block.t == "Div" and block.attributes["data-ref-parent"]
    if parent then
      classes = { "quarto-layout-cell-subref", "quarto-layout-cell" }
      attributes = { { "data-ref-parent", parent } }
    end
  end
  attributes[#attributes + 1] = { "style", style }
  return pandoc.Div(div.content, pandoc.Attr("", classes, attributes))
end

function layout.html(div)
  local classes = { "quarto-layout-panel" }
  for index = 2, #div.classes do
    table.insert(classes, 1, div.classes[index])
  end
  local attributes = tools.plain(div.attributes)
  attributes["layout-align"] = nil
  return pandoc.Div(div.content, pandoc.Attr(div.identifier, classes, attributes))
end

function layout.row(div)
  return pandoc.Div(div.content, pandoc.Attr("", { "quarto-layout-row" }))
end

function layout.plain(div)
  return div.content
end

return layout
