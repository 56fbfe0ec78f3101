-- Quarto's features that the embedded engine does not have, by the ids and classes that ask for
-- them.

local refuse = require "refuse"
local tools = require "tools"
local check_values = require "values"

local unsupported = {}

local IDS = {
  thm = "theorems", lem = "lemmas", cor = "corollaries", prp = "propositions", cnj = "conjectures",
  def = "definitions", exm = "examples", exr = "exercises", alg = "algorithms", prf = "proofs",
  rem = "remarks", sol = "solutions",
}
local CLASSES = {
  { "^proof$", "proofs" },
  { "^remark$", "remarks" },
  { "^solution$", "solutions" },
  { "^column%-margin$", "notes in the margin" },
  { "^column%-body", "page columns" },
  { "^column%-page", "page columns" },
  { "^column%-screen", "page columns" },
  { "^panel%-sidebar$", "panels beside the text" },
  { "^panel%-input$", "input panels" },
  { "^panel%-fill$", "filling panels" },
  { "^panel%-center$", "centred panels" },
  { "^list%-table$", "list tables" },
  { "^landscape$", "landscape sections" },
  { "^aside$", "notes in the margin" },
  { "^margin%-caption$", "captions in the margin" },
  { "^lightbox$", "enlarged images" },
  { "^cell$", "computed cells" },
  { "^cell%-", "computed cells" },
}
local HINT = "write `engine: quarto` in the document's metadata and install Quarto"

-- Ids of the page's own parts: pages are found and taken apart by them.
local RESERVED = { ["title-block-header"] = true, ["quarto-document-content"] = true, ["quarto-appendix"] = true,
  ["quarto-margin-sidebar"] = true, ["quarto-bibliography"] = true, ["bg-title-block"] = true, ["bg-no-title"] = true }

local CAPTIONS = {
  ["fig-cap"] = { "fig", "write it in the brackets of the image, ![Caption](…), or on a div with an id: ::: {#fig-… fig-cap=…}" },
  ["tbl-cap"] = { "tbl", "write it below the table, : Caption {#tbl-…}, or on a div with an id: ::: {#tbl-… tbl-cap=…}" },
  ["lst-cap"] = { "lst", "give the block an id: {#lst-… lst-cap=…}" },
}

-- Captions in attributes that nobody reads.
local function check_captions(element)
  for name, rule in pairs(CAPTIONS) do
    local read = (element.t == "Div" or element.t == "CodeBlock") and tools.kind(element.identifier) == rule[1]
    if element.attributes[name] and not read then
      refuse("the caption in " .. name .. " would be lost", { text = name, of = element }, rule[2])
    end
  end
end

-- Refuse an element that asks for what there is not.
function unsupported.check(element)
  check_captions(element)
  if RESERVED[element.identifier] then
    refuse("the id " .. element.identifier .. " belongs to the page itself",
      { text = "#" .. element.identifier, of = element }, "give it another id")
  end
  check_values(element)
  local kind = tools.kind(element.identifier)
  if IDS[kind or ""] then
    refuse("the embedded engine has no " .. IDS[kind] .. " (#" .. element.identifier .. ")",
      { text = "#" .. element.identifier, of = element }, HINT)
  end
  if element.attributes.qmd or element.attributes["data-qmd"] then
    refuse("the embedded engine has no Markdown within raw HTML (data-qmd)", { text = "data-qmd", of = element }, HINT)
  end
  for _, class in ipairs(element.classes) do
    for _, feature in ipairs(CLASSES) do
      if class:match(feature[1]) then
        refuse("the embedded engine has no " .. feature[2] .. " (." .. class .. ")", { text = "." .. class, of = element }, HINT)
      end
    end
  end
end

-- Whether the text holds a mark as it stands, without a backslash before or within it.
local function is_written(mark, text)
  local start = 1
  while true do
    local from, to = text:find(mark, start, true)
    if not from then
      return false
    elseif #text:sub(1, from - 1):match("\\*$") % 2 == 0 then
      return true
    end
    start = to
  end
end

-- Refuse colons that were to be a div, and marks of notes that are not there: Pandoc gives them as
-- text, as it does with marks that are escaped.
function unsupported.check_text(str, job)
  if str.text:find(" ", 1, true) then
    return -- the alternative of a picture, which is no Markdown: a word of it has no blank
  end
  local note = str.text:match("%[%^[^%]]+%]")
  if note and is_written(note, job.text) and not is_written(note .. ":", job.text) then
    refuse("there is no note " .. note, note,
      "write it in a paragraph of its own, " .. note .. ": …; or \\" .. note .. " for the signs themselves")
  end
  local target = str.text:match("%]%[([^%[%]^]+)%]")
  if target and is_written("][" .. target .. "]", job.text) then
    refuse("there is no link [" .. target .. "]", "][" .. target .. "]",
      "write its address in a paragraph of its own, [" .. target .. "]: …; or \\[ for the sign itself")
  end
  if str.text:match("^:::") then
    refuse("a line with " .. str.text .. " opens or closes no div", str.text,
      "leave a line empty before it, and write its attributes in braces: ::: {.class key=\"value\"}")
  end
end

-- Refuse a note within a note: the mark of the inner one would be printed twice.
function unsupported.check_note(note)
  note.content:walk {
    Note = function(inner)
      refuse("a note stands within a note", pandoc.utils.stringify(inner.content), "put its words into the outer one")
    end,
  }
end

-- Refuse raw HTML that brings Markdown along, and TeX that no page shows.
function unsupported.check_raw(element, job)
  if job.html and element.format == "tex" and not element.text:match("^\\newpage{?}?$") then
    refuse("TeX stands in the text, which web pages and print would lose: " .. element.text:match("^[^\n]*"),
      element.text:match("^[^\n]*"), "write it as Markdown, or as a formula between dollar signs; for TeX alone write "
      .. "`…`{=latex}")
  end
  if element.format:match("^html") and element.text:find("data-qmd", 1, true) then
    refuse("the embedded engine has no Markdown within raw HTML (data-qmd)", "data-qmd", HINT)
  end
end

return unsupported
