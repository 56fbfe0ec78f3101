-- Quarto's features that the embedded engine does not have, by the ids and classes that ask for
-- them.

local refuse = require "refuse"
local tools = require "tools"

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
}
local HINT = "write `engine: quarto` in the document's metadata and install Quarto"

-- Refuse an element that asks for what there is not.
function unsupported.check(element)
  local kind = tools.kind(element.identifier)
  if IDS[kind or ""] then
    refuse("the embedded engine has no " .. IDS[kind] .. " (#" .. element.identifier .. ")",
      "#" .. element.identifier, HINT)
  end
  for _, class in ipairs(element.classes) do
    for _, feature in ipairs(CLASSES) do
      if class:match(feature[1]) then
        refuse("the embedded engine has no " .. feature[2] .. " (." .. class .. ")", "." .. class, HINT)
      end
    end
  end
end

return unsupported
