-- Raw HTML that is written in a document: what opens has to be closed where it was opened, or it
-- takes in what follows; and nothing may be closed that the author did not open.

local refuse = require "refuse"

local function set(words)
  local found = {}
  for word in words:gmatch("%S+") do
    found[word] = true
  end
  return found
end

local VOID = set "area base br col embed hr img input link meta param source track wbr"
-- Elements that end by themselves where their parent ends.
local ENDING = set "p li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rt rp"
-- Elements whose content is text, which may look like tags.
local TEXT = set "title textarea style script xmp iframe noembed noframes plaintext"
local HINT = "close it in the paragraph or block where it opens, or write a backslash before the < where the text means the sign"
local HINT_STRAY = "take it out, or write a backslash before the < where the text means the sign"

-- Where a tag ends that begins at a place; attributes may hold > within quotation marks.
local function end_of_tag(text, start)
  local quote
  for index = start, #text do
    local sign = text:sub(index, index)
    if quote then
      quote = sign ~= quote and quote or nil
    elseif sign == '"' or sign == "'" then
      quote = sign
    elseif sign == ">" then
      return index
    end
  end
end

-- The tags of a piece of HTML one after the other: name, whether it closes, whether it is whole.
local function tags(text)
  local position = 1
  return function()
    while true do
      local start, stop, slash, name = text:find("<(/?)(%a[%w:-]*)", position)
      local comment = text:find("<!--", position, true)
      if comment and (not start or comment < start) then
        position = select(2, text:find("-->", comment, true)) or #text
        position = position + 1
      elseif not start then
        return nil
      else
        local last = end_of_tag(text, stop + 1) or #text
        position = last + 1
        name = name:lower()
        if TEXT[name] and slash == "" then
          local _, after = text:lower():find("</" .. name .. "%s*>", position)
          position = (after or #text) + 1
        elseif not TEXT[name] then
          return name, slash == "/", text:sub(last - 1, last - 1) == "/"
        end
      end
    end
  end
end

local Checker = {}
Checker.__index = Checker

function Checker:count(mark)
  self.counts[mark] = (self.counts[mark] or 0) + 1
  return self.counts[mark]
end

local function refuse_open(tag)
  refuse("<" .. tag.name .. "> is never closed, and would take in what follows it",
    { text = "<" .. tag.name, nth = tag.nth }, HINT)
end

-- Close an element and those within it that end by themselves.
local function close(stack, name, nth)
  for index = #stack, 1, -1 do
    if stack[index].name == name then
      for inner = #stack, index + 1, -1 do
        if not ENDING[stack[inner].name] then
          refuse_open(stack[inner])
        end
        stack[inner] = nil
      end
      stack[index] = nil
      return
    end
  end
  -- a paragraph ends where a block begins: its own closing tag then closes nothing
  if name ~= "p" then
    refuse("</" .. name .. "> closes nothing that is open here", { text = "</" .. name, nth = nth }, HINT_STRAY)
  end
end

function Checker:read(text, stack)
  for name, closing, whole in tags(text) do
    local nth = self:count((closing and "</" or "<") .. name)
    if closing and not VOID[name] then
      close(stack, name, nth)
    elseif not closing and not whole and not VOID[name] then
      stack[#stack + 1] = { name = name, nth = nth }
    end
  end
end

local CONTAINERS = { "Blocks", "Inlines" }

-- Check a list of blocks or inlines; what stands within an element is a list of its own.
function Checker:check(list)
  local stack = {}
  for _, element in ipairs(list) do
    if element.t == "RawBlock" or element.t == "RawInline" then
      if element.format:match("^html") then
        self:read(element.text, stack)
      end
    else
      self:check_within(element)
    end
  end
  for _, ends in ipairs { false, true } do
    for _, tag in ipairs(stack) do
      if tag.name ~= "p" and (ENDING[tag.name] or false) == ends then
        refuse_open(tag)
      end
    end
  end
end

-- Check the lists that stand directly within an element.
function Checker:check_within(element)
  local function check(list)
    self:check(list)
    return list, false
  end
  local outer = element.t == "Table" or element.t == "Figure" or pandoc.utils.type(element) == "Block"
  local holder = outer and pandoc.Blocks { element } or pandoc.Inlines { element }
  local first = true
  local filter = { traverse = "topdown" }
  for _, kind in ipairs(CONTAINERS) do
    filter[kind] = function(list)
      if first then -- the list that holds the element itself
        first = false
        return nil
      end
      return check(list)
    end
  end
  holder:walk(filter)
end

-- Refuse raw HTML in the blocks of a document that is not closed, or closes what is not its own.
return function(blocks)
  setmetatable({ counts = {} }, Checker):check(blocks)
end
