-- What single formats want before Pandoc writes them. Figures, tables and sections have the numbers
-- that we gave them: formats that count on their own are told not to.

local formats = {}

local HEADERS = {
  typst = { "typst", "#set figure(numbering: none)" },
  latex = { "latex", "\\usepackage{caption}\n\\captionsetup{labelformat=empty,labelsep=none}" },
}
HEADERS.beamer = HEADERS.latex

local function add_header(doc, to)
  local header = HEADERS[to]
  if header then
    local headers = pandoc.List { pandoc.Blocks { pandoc.RawBlock(header[1], header[2]) } }
    local own = doc.meta["header-includes"]
    if own then
      headers:insert(own)
    end
    doc.meta["header-includes"] = headers
  end
end

local function quote(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function typst_size(name, value)
  local number, unit = (value or ""):match("^([%d.]+)(%a*%%?)$")
  if not number then
    return ""
  end
  local points = unit == "" or unit == "px"
  return (", %s: %s%s"):format(name, points and tonumber(number) * 0.75 or number, points and "pt" or unit)
end

-- Pandoc writes images without their alternative text.
local function typst_image(image)
  local alternative = image.attributes.alt or pandoc.utils.stringify(image.caption)
  if alternative ~= "" and not image.src:match("^%a+://") then
    return pandoc.RawInline("typst", ("#box(image(%s, alt: %s%s%s))"):format(quote(image.src), quote(alternative),
      typst_size("width", image.attributes.width), typst_size("height", image.attributes.height)))
  end
end

-- LaTeX has its text alternative in an attribute.
local function latex_image(image)
  local alternative = pandoc.utils.stringify(image.caption)
  if alternative ~= "" then
    image.attributes.alt = image.attributes.alt or alternative
    return image
  end
end

local IMAGES = { typst = typst_image, latex = latex_image, beamer = latex_image }

-- Return a document fit for a format. Citations are written out, so that no format looks for them
-- in a bibliography of its own.
function formats.prepare(doc, to)
  add_header(doc, to)
  return doc:walk {
    Cite = function(cite)
      return cite.content
    end,
    Image = IMAGES[to],
  }
end

return formats
