-- The values that attributes of elements may have: Quarto passes over others, or draws what nobody
-- asked for.

local refuse = require "refuse"
local tools = require "tools"

local function words(...)
  local known = {}
  for _, word in ipairs { ... } do
    known[word] = true
  end
  return function(value)
    return known[value]
  end, "one of " .. table.concat({ ... }, ", ")
end

local MOST_CELLS = 24 -- beyond it no cell holds a word

local function count(value)
  local number = tonumber(value)
  return number and number >= 1 and number <= MOST_CELLS and number == math.floor(number)
end

local UNITS = { [""] = true, ["%"] = true, px = true, em = true, rem = true, ex = true, ch = true, ["in"] = true,
  inch = true, cm = true, mm = true, pt = true, pc = true, vw = true, vh = true }

local function length(value)
  local number, unit = value:match("^%s*(%d*%.?%d*)%s*(%a*%%?)%s*$")
  return value == "auto" or number and tonumber(number) and UNITS[unit]
end

local RULES = {}

local function rule(names, check, wanted)
  for _, name in ipairs(names) do
    RULES[name] = { check = check, wanted = wanted }
  end
end

rule({ "layout-ncol", "layout-nrow" }, count, "a whole number from 1 to " .. MOST_CELLS)
rule({ "layout-valign" }, words("top", "center", "bottom", "default"))
rule({ "fig-align", "layout-align" }, words("left", "center", "right", "default"))
rule({ "width", "height" }, length, "a number, with a unit such as % or mm")

local CALLOUT = {}
CALLOUT.collapse, CALLOUT.icon = { words("true", "false") }, { words("true", "false") }
CALLOUT.appearance = { words("default", "simple", "minimal") }

local function judge(element, name, value, check, wanted)
  if not check(value) then
    refuse(name .. " cannot be " .. (value == "" and "empty" or value), { text = name, of = element }, "write " .. wanted)
  end
end

-- Refuse an element with an attribute whose value means nothing.
return function(element)
  local boxed = tools.class_like(element, "^(callout)%-")
  for name, value in pairs(element.attributes) do
    local found = RULES[name]
    if found then
      judge(element, name, value, found.check, found.wanted)
    elseif boxed and CALLOUT[name] then
      judge(element, name, value, table.unpack(CALLOUT[name]))
    end
  end
end
