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

-- Of nested layouts the inner one alone is laid out.
function layout.holds_layout(div)
  local found = false
  div.content:walk {
    Div = function(inner)
      found = found or layout.is_layout(inner)
    end,
  }
  return found
end

-- The widths of the cells of each row, in percent.
local function read_rows(div, cells)
  local text = div.attributes.layout
  if text then
    local ok, value = pcall(pandoc.json.decode, text, false)
    if not ok or type(value) ~= "table" or #value == 0 then
      refuse("a layout is a list such as [[1,1],[1]], not " .. text, { text = 'layout="' .. text, of = div })
    end
    return type(value[1]) == "table" and value or { value }
  end
  local columns = tonumber(div.attributes["layout-ncol"])
  if not columns then
    local count = tonumber(div.attributes["layout-nrow"])
    if not count then
      refuse("layout-ncol and layout-nrow are numbers", { text = "layout-n", of = div })
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

local function percentages(row, div)
  local total, result = 0, {}
  for _, width in ipairs(row) do
    local number = tonumber((tostring(width):gsub("%%$", "")))
    if not number then
      refuse("widths of a layout are numbers, not " .. tostring(width), { text = "layout", of = div })
    end
    total = total + math.abs(number)
    result[#result + 1] = number
  end
  for index, number in ipairs(result) do
    result[index] = number / total * 100
  end
  return result
end

local function count_images(block)
  local count = 0
  if block.t == "Para" or block.t == "Plain" then
    for _, inline in ipairs(block.content) do
      count = count + (inline.t == "Image" and 1 or 0)
    end
  end
  return count
end

-- Quarto keeps the first alone.
function layout.check_images(div)
  for _, block in ipairs(div.content) do
    if count_images(block) > 1 then
      refuse("all but the first of the images in one paragraph would be lost", { text = "#" .. div.identifier, of = div },
        "part the images of a figure by empty lines")
    end
  end
end

-- A div among the blocks is the cell itself, unless it is one of our boxes to come.
local function cell_of(block)
  local plain = block.t == "Div" and block.identifier == "" and not layout.is_layout(block)
    and not tools.class_like(block, "^callout") and not tools.has(block, "panel-tabset")
  return plain and { blocks = block.content, attr = block.attr } or { blocks = pandoc.Blocks { block } }
end

-- A heading stays with what follows.
local function cells_of(div)
  local cells, pending = {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" then
      pending = block
    else
      local cell = cell_of(block)
      if pending then
        cell.blocks:insert(1, pending)
      end
      cells[#cells + 1], pending = cell, nil
    end
  end
  if pending then
    refuse("a heading at the end of a layout would be lost", { text = "layout", of = div }, "write something under it")
  end
  return cells
end

local function cell_box(cell, width, align)
  local box = tools.box("bg-cell", cell.blocks, "",
    { width = ("%.1f%%"):format(math.abs(width)), align = alignment(cell.blocks, align) })
  if cell.attr then
    box.classes:extend(cell.attr.classes)
    for key, value in pairs(cell.attr.attributes) do
      box.attributes[key] = box.attributes[key] or value
    end
  end
  return box
end

local function spacer()
  return { blocks = pandoc.Blocks { pandoc.Para { pandoc.Str(" ") } }, attr = pandoc.Attr("", { "quarto-figure-spacer" }) }
end

local function arrange(div, cells)
  local rows, next_cell = pandoc.Blocks {}, 1
  local align, valign = div.attributes["layout-align"], tools.take(div, "layout-valign")
  for _, row in ipairs(read_rows(div, #cells)) do
    if next_cell > #cells then
      break
    end
    local boxes = pandoc.Blocks {}
    for _, width in ipairs(percentages(row, div)) do
      local cell = width > 0 and cells[next_cell] or width <= 0 and spacer()
      next_cell = next_cell + (width > 0 and 1 or 0)
      if cell then
        boxes:insert(cell_box(cell, width, align))
      end
    end
    local box = tools.box("bg-row", boxes)
    if valign then
      box.classes:insert("quarto-layout-valign-" .. valign)
    end
    rows:insert(box)
  end
  if next_cell <= #cells then
    refuse(("the layout has room for %d of %d blocks"):format(next_cell - 1, #cells), { text = "layout", of = div },
      "give the layout as many cells as the div has blocks")
  end
  return rows
end

-- Turn a div with `layout-ncol` or `layout` into a box of rows of cells.
function layout.parse(div, kind)
  local caption
  if kind then
    local last = div.content[#div.content]
    if last and last.t == "Para" and #div.content > 1 and count_images(last) < 2 and not tools.lone_image(last) then
      caption = last.content
      div.content:remove()
    end
    caption = caption or tools.inlines(tools.take(div, kind .. "-cap") or "")
    layout.check_images(div)
  end
  local rows = arrange(div, cells_of(div))
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

-- Columns without alignment of their own begin at the left, their heads too.
local function align_left(block)
  block.colspecs = block.colspecs:map(function(spec)
    return { spec[1] == "AlignDefault" and "AlignLeft" or spec[1], spec[2] }
  end)
  return block
end

function layout.cell(div)
  local style = ("flex-basis: %s;justify-content: %s;"):format(div.attributes.width,
    ALIGN[div.attributes.align] or "flex-start")
  local classes = pandoc.List { table.unpack(div.classes, 2) } .. { "quarto-layout-cell" }
  local attributes = tools.plain(div.attributes)
  attributes.width, attributes.align, attributes.style = nil, nil, style
  local content = div.content:walk { Table = align_left }
  return pandoc.Div(content, pandoc.Attr("", classes, attributes))
end

function layout.html(div)
  local classes = { "quarto-layout-panel" }
  for index = 2, #div.classes do
    table.insert(classes, 1, div.classes[index])
  end
  return pandoc.Div(div.content, pandoc.Attr(div.identifier, classes, tools.plain(div.attributes)))
end

function layout.row(div)
  return pandoc.Div(div.content, pandoc.Attr("", { "quarto-layout-row", table.unpack(div.classes, 2) }))
end

function layout.plain(div)
  return div.content
end

return layout
