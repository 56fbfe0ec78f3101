-- Put the values of shortcodes where their markers stand. A marker is the shortcode's number
-- between two private characters.

local tools = require "tools"

local OPEN, CLOSE = "\u{e0f0}", "\u{e0f1}"
local MARKER = OPEN .. "(%d+)" .. CLOSE

local PAGE_BREAKS = {
  html = '<div style="page-break-after: always;"></div>',
  latex = "\\newpage{}",
  typst = "#pagebreak()",
  openxml = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
}
local FORMATS = { docx = "openxml", pdf = "latex", beamer = "latex", html5 = "html" }

local function page_break(to)
  local format = FORMATS[to] or to
  if PAGE_BREAKS[format] then
    return pandoc.RawBlock(format, PAGE_BREAKS[format])
  end
  return pandoc.HorizontalRule()
end

local function value_inlines(shortcode)
  if shortcode.name == "literal" then
    return pandoc.Inlines { pandoc.Str(shortcode.value) }
  end
  return tools.inlines(shortcode.value)
end

-- What Pandoc makes of the private characters in an address.
local QUOTED_OPEN, QUOTED_CLOSE = "%%EE%%83%%B0", "%%EE%%83%%B1"

local function unquote(address)
  return (address:gsub(QUOTED_OPEN, OPEN):gsub(QUOTED_CLOSE, CLOSE))
end

-- Take the extension away that Pandoc added to an address which is a folder, data, or a shortcode
-- whose value has an extension.
local function drop_extension(src, extension, shortcodes)
  local base = extension ~= "" and src:sub(-#extension - 1) == "." .. extension and src:sub(1, -#extension - 2)
  if not base then
    return src
  end
  local number = base:match("^" .. MARKER .. "$")
  local value = number and shortcodes[tonumber(number)].value
  local added = base:match("^data:") or base:match("^%a+://.*/$") or value and value:match("%.%w+$")
  return added and base or src
end

local function has_marker(header)
  return pandoc.utils.stringify(header):find(OPEN, 1, true) ~= nil
end

-- Mark headings whose automatic id was made before the values of their shortcodes were known.
local function mark_headings(doc)
  return doc:walk {
    Header = function(header)
      local automatic = pandoc.structure.unique_identifier(header.content)
      if has_marker(header) and header.identifier:gsub("%-%d+$", "") == automatic:gsub("%-%d+$", "") then
        header.attributes["bg-automatic"] = "yes"
        return header
      end
    end,
  }
end

local function name_headings(doc)
  local used = {}
  doc:walk {
    Header = function(header)
      used[header.identifier] = true
    end,
  }
  return doc:walk {
    Header = function(header)
      if tools.take(header, "bg-automatic") then
        header.identifier = pandoc.structure.unique_identifier(header.content, used)
        used[header.identifier] = true
        return header
      end
    end,
  }
end

return function(job)
  local shortcodes = job.shortcodes

  local function as_text(text)
    return (text:gsub(MARKER, function(number)
      return shortcodes[tonumber(number)].value
    end))
  end

  local function split(str)
    local result, last = pandoc.Inlines {}, 1
    for start, number, stop in str.text:gmatch("()" .. MARKER .. "()") do
      if start > last then
        result:insert(pandoc.Str(str.text:sub(last, start - 1)))
      end
      result:extend(value_inlines(shortcodes[tonumber(number)]))
      last = stop
    end
    if last <= #str.text then
      result:insert(pandoc.Str(str.text:sub(last)))
    end
    return result
  end

  local function with_attributes(element)
    for key, value in pairs(element.attributes) do
      if value:find(OPEN, 1, true) then
        element.attributes[key] = as_text(value)
      end
    end
    if element.identifier:find(OPEN, 1, true) then
      element.identifier = as_text(element.identifier)
    end
    return element
  end

  local function literal(element)
    if element.text:find(OPEN, 1, true) then
      element.text = as_text(element.text)
      return element
    end
  end

  -- a paragraph that is one page break, or one value of several paragraphs
  local function paragraph(block)
    local only = #block.content == 1 and block.content[1]
    local number = only and only.t == "Str" and only.text:match("^" .. MARKER .. "$")
    local shortcode = number and shortcodes[tonumber(number)]
    if not shortcode then
      return nil
    end
    if shortcode.name == "pagebreak" then
      return page_break(job.to)
    end
    if shortcode.name ~= "literal" and shortcode.value:find("\n\n", 1, true) then
      return pandoc.read(shortcode.value, "markdown").blocks
    end
  end

  local blocks = { Para = paragraph, Plain = paragraph }
  local inlines = {
    Str = function(str)
      if str.text:find(OPEN, 1, true) then
        return split(str)
      end
    end,
    Code = literal,
    CodeBlock = literal,
    RawInline = literal,
    RawBlock = literal,
    Math = literal,
    Link = function(link)
      link.target = as_text(unquote(link.target))
      link.title = as_text(link.title)
      return with_attributes(link)
    end,
    Image = function(image)
      image.src = as_text(drop_extension(unquote(image.src), job.image_extension, shortcodes))
      image.title = as_text(image.title)
      return with_attributes(image)
    end,
    Span = with_attributes,
    Div = with_attributes,
    Header = with_attributes,
    Table = with_attributes,
  }

  return function(doc)
    if #shortcodes == 0 then
      return doc:walk { Image = inlines.Image }
    end
    return name_headings(mark_headings(doc):walk(blocks):walk(inlines))
  end
end
