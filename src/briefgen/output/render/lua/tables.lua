-- Tables written in raw HTML.

local tables = {}

local TABLE = "<table[%s>].*</table>"
local CAPTION = "<caption[^>]*>(.-)</caption>%s*"

function tables.is_raw(block)
  return block.t == "RawBlock" and block.format:match("^html") and block.text:find(TABLE) ~= nil
end

-- Read a raw table, or text that is set as it is typed, for formats that do not take HTML: its text would be lost otherwise.
function tables.parse_raw(block)
  local set_as_typed = block.t == "RawBlock" and block.format:match("^html") and block.text:match("^%s*<pre[%s>]")
  if set_as_typed or tables.is_raw(block) then
    return pandoc.read(block.text, "html").blocks
  end
end

local function is_tag(block, pattern)
  return block.t == "RawBlock" and block.format:match("^html") and block.text:lower():find(pattern) ~= nil
end

-- The end of a table whose tags are parts of their own, as Pandoc reads HTML in Markdown.
local function find_end(blocks, start)
  local depth = 0
  for index = start, #blocks do
    if is_tag(blocks[index], "^%s*<table[%s>]") then
      depth = depth + 1
    end
    if is_tag(blocks[index], "</table>%s*$") then
      depth = depth - 1
      if depth == 0 then
        return index
      end
    end
  end
end

local MARK = "bgcell"

-- Read a table from its tags; what stands between them keeps its place by a mark.
local function join(blocks, first, last)
  local parts, texts = {}, {}
  for index = first, last do
    local block = blocks[index]
    if is_tag(block, "^%s*<") then
      texts[#texts + 1] = block.text
    else
      parts[#parts + 1] = block
      local tag = block.t == "Plain" and "span" or "div" -- blocks would give columns widths
      texts[#texts + 1] = ('<%s id="%s%d"></%s>'):format(tag, MARK, #parts, tag)
    end
  end
  local read = pandoc.read(table.concat(texts, "\n"), "html").blocks
  local function part_of(element)
    return parts[tonumber(element.identifier:match("^" .. MARK .. "(%d+)$"))]
  end
  return read:walk {
    Div = function(div)
      return part_of(div)
    end,
    Span = function(span)
      local part = part_of(span)
      return part and part.content
    end,
  }
end

-- Put tables together that are written in HTML among Markdown: other formats would get their cells
-- as loose paragraphs.
function tables.join_tags(blocks)
  local joined, index = pandoc.Blocks {}, 1
  while index <= #blocks do
    local starts = is_tag(blocks[index], "^%s*<table[%s>]")
    local last = starts and find_end(blocks, index)
    if last and last > index then
      joined:extend(join(blocks, index, last))
      index = last
    else
      joined:insert(blocks[index])
    end
    index = index + 1
  end
  return joined
end

-- Take the caption of the first raw table among blocks, and return both.
function tables.take_caption(blocks)
  for index, block in ipairs(blocks) do
    local text = tables.is_raw(block) and block.text:match(CAPTION)
    if text then
      blocks[index] = pandoc.RawBlock(block.format, (block.text:gsub(CAPTION, "", 1)))
      return pandoc.utils.blocks_to_inlines(pandoc.read(text, "html").blocks), blocks
    end
  end
  return nil, blocks
end

return tables
