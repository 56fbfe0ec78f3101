-- Refuse what the embedded engine does not do. From `token` the caller finds file and line: it is
-- text of the document that stands where the refused thing stands, or a table with that text
-- (`text`), the element that may know its line (`of`), and which of several such texts is meant
-- (`nth`). Errors cross Pandoc's walks as text alone, so the details travel as JSON between two
-- private characters.

return function(message, token, hint, name, known)
  local spot = type(token) == "table" and token or { text = token }
  local details = { message = message, token = spot.text or "", hint = hint or "", name = name, known = known,
    nth = spot.nth, line = spot.of and spot.of.attributes and spot.of.attributes["bg-line"] }
  error("\u{e0f2}" .. pandoc.json.encode(details) .. "\u{e0f3}", 0)
end
