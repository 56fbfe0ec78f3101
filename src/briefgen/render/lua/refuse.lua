-- Refuse what the embedded engine does not do. `token` is text of the document that stands where
-- the refused thing stands: from it the caller finds file and line.

return function(message, token, hint)
  error({ message = message, token = token or "", hint = hint or "" }, 0)
end
