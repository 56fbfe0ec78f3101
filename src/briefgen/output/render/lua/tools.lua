-- Small things that several features share.

local tools = {}

function tools.has(element, class)
  return element.classes ~= nil and element.classes:includes(class)
end

-- The first class that matches a pattern, and what the pattern captured.
function tools.class_like(element, pattern)
  for _, class in ipairs(element.classes) do
    local found = class:match(pattern)
    if found then
      return class, found
    end
  end
end

function tools.without(classes, pattern)
  return classes:filter(function(class)
    return not class:match(pattern)
  end)
end

-- Take an attribute away and return its value.
function tools.take(element, name)
  local value = element.attributes[name]
  element.attributes[name] = nil
  return value
end

-- Read a line of Markdown as inlines. A word before it keeps "1. Auflage" or "-" from being a list;
-- it is taken away again, with the space behind it.
function tools.inlines(text)
  if text == nil or text == "" then
    return pandoc.Inlines {}
  end
  local inlines = pandoc.utils.blocks_to_inlines(pandoc.read("x " .. text, "markdown").blocks)
  inlines:remove(1)
  if inlines[1] and tools.is_space(inlines[1]) then
    inlines:remove(1)
  end
  return inlines
end

function tools.raw(text)
  return pandoc.RawBlock("html", text)
end

-- A block element written as a container of our own until it is rendered: the kind of container
-- stands in its first class.
function tools.is(element, class)
  return element.t == "Div" and element.classes[1] == class
end

function tools.box(class, blocks, identifier, attributes)
  return pandoc.Div(blocks, pandoc.Attr(identifier or "", { class }, attributes or {}))
end

-- Copy attributes into a plain table.
function tools.plain(attributes)
  local copy = {}
  for key, value in pairs(attributes) do
    copy[key] = value
  end
  return copy
end

function tools.kind(identifier)
  return identifier and identifier:match("^(%a+)%-.") or nil
end

function tools.is_space(inline)
  return inline.t == "Space" or inline.t == "SoftBreak" or inline.t == "LineBreak"
end

-- The single inline of a paragraph that is nothing but an image or a linked image.
function tools.lone_image(block)
  if block.t ~= "Para" and block.t ~= "Plain" or #block.content ~= 1 then
    return nil
  end
  local inline = block.content[1]
  if inline.t == "Image" then
    return inline, inline
  end
  if inline.t == "Link" and #inline.content == 1 and inline.content[1].t == "Image" then
    return inline.content[1], inline
  end
end

function tools.option(options, name, default)
  local value = options[name]
  if value == nil or value == pandoc.json.null then
    return default
  end
  return value
end

function tools.escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

return tools
