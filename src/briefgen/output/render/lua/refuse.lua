-- Refuse what the embedded engine does not do. `token` is text of the document that stands where
-- the refused thing stands: from it the caller finds file and line. Errors cross Pandoc's walks
-- as text alone, so the details travel as JSON between two private characters.

return function(message, token, hint, name, known)
  local details = { message = message, token = token or "", hint = hint or "", name = name, known = known }
  error("\u{e0f2}" .. pandoc.json.encode(details) .. "\u{e0f3}", 0)
end
