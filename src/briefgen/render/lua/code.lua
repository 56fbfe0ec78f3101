-- Code blocks: with a file name above them, and listings with an id and a caption.

local floats = require "floats"
local refuse = require "refuse"
local tools = require "tools"

local code = {}

local function numbered(block)
  local lines = tools.take(block, "code-line-numbers")
  if lines and lines ~= "false" then
    block.classes:insert("number-lines")
  end
end

local function check(block)
  local language = block.classes[1] and block.classes[1]:match("^{(.*)}$")
  if language then
    refuse("the embedded engine runs no {" .. language .. "} cells", "{" .. language,
      "write `engine: quarto` in the document's metadata and install Quarto")
  end
end

function code.parse(block)
  check(block)
  numbered(block)
  local name = block.attributes.filename
  local caption = tools.take(block, "lst-cap")
  local identifier = block.identifier
  local result = block
  if caption and floats.kind(identifier) == "lst" then
    block.identifier = ""
  end
  if name then
    block.attributes.filename = nil
    block.attributes["data-filename"] = name
    result = tools.box("bg-code", { pandoc.Plain { pandoc.Str(name) }, block })
  end
  if caption and floats.kind(identifier) == "lst" then
    return floats.box(identifier, tools.inlines(caption), { result }), false
  end
  return result, false
end

function code.html(div)
  local name = pandoc.utils.stringify(div.content[1])
  return pandoc.Div({
    tools.raw('<div class="code-with-filename-file">\n<pre><strong>' .. tools.escape(name) .. "</strong></pre>\n</div>"),
    div.content[2],
  }, pandoc.Attr("", { "code-with-filename" }))
end

function code.plain(div)
  return { pandoc.Para { pandoc.Strong(div.content[1].content) }, div.content[2] }
end

return code
