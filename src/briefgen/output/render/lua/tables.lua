-- Tables written in raw HTML.

local tables = {}

local TABLE = "<table[%s>].*</table>"
local CAPTION = "<caption[^>]*>(.-)</caption>%s*"

function tables.is_raw(block)
  return block.t == "RawBlock" and block.format:match("^html") and block.text:find(TABLE) ~= nil
end

-- Read a raw table, for formats that do not take HTML: its text would be lost otherwise.
function tables.parse_raw(block)
  if tables.is_raw(block) then
    return pandoc.read(block.text, "html").blocks
  end
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
