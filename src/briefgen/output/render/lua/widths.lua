-- Widths of the columns of tables: `tbl-colwidths` of the table itself, of the nearest div around
-- it, or of the document. They are a list, also written as text (`[30, 70]`), "auto" or a truth.

local refuse = require "refuse"
local tools = require "tools"

local widths = {}

local NAME = "tbl-colwidths"
local TRUTHS = { ["true"] = true, ["false"] = false }

local function round(number, digits)
  local power = 10 ^ digits
  return math.floor(number * power + 0.5) / power
end

local function read(value)
  if type(value) == "string" and TRUTHS[value] ~= nil then
    return TRUTHS[value]
  end
  if type(value) ~= "string" or value == "auto" then
    return value
  end
  local ok, list = pcall(pandoc.json.decode, value:match("^%s*%[") and value or "[" .. value .. "]", false)
  return ok and list or value
end

-- The widths for so many columns, as parts of the page: the last one is repeated, and what comes to
-- more than the page is made to fit.
local function fit(list, columns)
  local result, total = {}, 0
  for index = 1, columns do
    local width = tonumber(list[math.min(index, #list)])
    if not width then
      refuse("widths of columns are numbers, such as [30, 70]", NAME)
    end
    result[index], total = width, total + width
  end
  for index, width in ipairs(result) do
    local percent = total > 100 and round(width / total * 100, 1) or width
    result[index] = round(percent / 100, 2)
  end
  return result
end

local function spans(block)
  local found = false
  local function look(rows)
    for _, row in ipairs(rows) do
      for _, cell in ipairs(row.cells) do
        found = found or cell.col_span ~= 1 or cell.row_span ~= 1
      end
    end
  end
  look(block.head.rows)
  for _, body in ipairs(block.bodies) do
    look(body.body)
  end
  look(block.foot.rows)
  return found
end

local function holds_link(block)
  local found = false
  block:walk {
    Link = function()
      found = true
    end,
  }
  return found
end

local function set_table(block, value)
  value = read(value)
  local free = value == false or value == "auto" and holds_link(block)
  if type(value) ~= "table" and not free and value ~= "auto" and value ~= true and value ~= nil then
    refuse("widths of columns are a list, such as [30, 70], not " .. tostring(value), NAME)
  end
  local given = type(value) == "table" and fit(value, #block.colspecs)
  for index, spec in ipairs(block.colspecs) do
    if given or free then
      block.colspecs[index] = { spec[1], given and given[index] > 0 and given[index] or nil }
    end
  end
end

-- A table's own widths are as many as its columns; of fewer, the last one is repeated.
local function check_own(block)
  local value = read(block.attributes[NAME])
  if type(value) == "table" and #value > #block.colspecs then
    refuse(("there are %d widths for %d columns"):format(#value, #block.colspecs), NAME,
      "give one number for each column")
  end
end

-- Hand what a div says down to the tables in it that say nothing themselves.
local function hand_down(div)
  local value = div.attributes[NAME]
  if not value then
    return nil
  end
  div.attributes[NAME] = nil
  div.content = div.content:walk {
    Table = function(block)
      block.attributes[NAME] = block.attributes[NAME] or value
      return block
    end,
  }
  return div
end

-- Set the widths of all tables. Tables with cells that span are left as they are, as in Quarto.
function widths.set(doc, options)
  doc:walk { Table = check_own }
  return doc:walk({ Div = hand_down }):walk {
    Table = function(block)
      local own = tools.take(block, NAME)
      if not spans(block) then
        set_table(block, own or options[NAME])
      end
      return block
    end,
  }
end

return widths
