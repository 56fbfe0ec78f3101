-- Code blocks: with a file name above them, listings with an id and a caption, and shown cells.

local floats = require "floats"
local refuse = require "refuse"
local tools = require "tools"

local code = {}

local HINT = "write `engine: quarto` in the document's metadata and install Quarto"
local CELL = "{({+[^<}]+}+)}" -- a cell that is shown and not run has braces around its braces
local LINE_OF_DIV = " bg%-line=%d+}" -- of a line that looked like a div and is code
local ANNOTATION = "[#/%%;!*'%-][^%w<]*(<%d+>)%s*[%-*/>]*$"

local function number_lines(block, options)
  local own = tools.take(block, "code-line-numbers")
  local wanted = own or tostring(tools.option(options, "code-line-numbers", false))
  if wanted ~= "false" and not tools.has(block, "number-lines") then
    block.classes:insert("number-lines")
  end
end

local function check(block, options)
  local language = block.classes[1] and block.classes[1]:match("^{(.*)}$")
  if language then
    refuse("the embedded engine runs no {" .. language .. "} cells", "{" .. language, HINT)
  end
  if not block.classes[1] or options["code-annotations"] == false then
    return
  end
  for line in block.text:gmatch("[^\n]+") do
    local mark = line:match(ANNOTATION)
    if mark then
      refuse("the embedded engine has no annotations of code (" .. mark .. ")", line, HINT)
    end
  end
end

-- Show a cell as it is written in a document, with one pair of braces less.
local function show_cells(block)
  local cell = tools.take(block, "bg-cell")
  if cell then
    block.classes = pandoc.List { "markdown" }
    block.text = "```" .. cell .. "\n" .. block.text .. "\n```"
  end
  local text, count = block.text:gsub("```" .. CELL, "```%1")
  block.text = text:gsub("([^`\n]+`+)" .. CELL, "%1%2")
  if count > 0 and #block.classes == 0 then
    block.classes:insert("markdown")
  end
end

function code.parse_inline(inline)
  inline.text = inline.text:gsub("^(`*)" .. CELL, "%1%2")
  return inline
end

-- `::: {#lst-id filename="file"}` names the file of the code that it begins with.
function code.name_first(div)
  local first = div.content[1]
  if div.attributes.filename and first and first.t == "CodeBlock" then
    first.attributes.filename = tools.take(div, "filename")
    div.content[1] = first
  end
end

function code.parse(block, options)
  block.text = block.text:gsub(LINE_OF_DIV, "}")
  check(block, options)
  number_lines(block, options)
  show_cells(block)
  local name, caption = tools.take(block, "filename"), tools.take(block, "lst-cap")
  local place, identifier, classes = tools.take(block, "lst-cap-location"), block.identifier, block.classes:clone()
  local listing = caption and floats.kind(identifier) == "lst"
  if listing then
    block.identifier = ""
  end
  local result = block
  if name then
    block.attributes["data-filename"] = name
    result = tools.box("bg-code", { pandoc.Plain { pandoc.Str(name) }, block })
  end
  if listing then
    return floats.box(identifier, tools.inlines(caption), { result }, classes, { ["lst-cap-location"] = place }), false
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
