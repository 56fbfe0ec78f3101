-- Render documents for as long as standard input gives any: one JSON object on each line in,
-- one on each line out. A document that fails answers with its error; the process goes on.

local folder = pandoc.path.directory(arg[0])
package.path = pandoc.path.join { folder, "?.lua" } .. ";" .. package.path

local document = require "document"

local function describe(problem)
  local details = tostring(problem):match("\u{e0f2}(.-)\u{e0f3}")
  if details then
    return pandoc.json.decode(details, false)
  end
  return { message = tostring(problem), unexpected = true }
end

for line in io.lines() do
  local job = pandoc.json.decode(line, false)
  local ok, answer = xpcall(document.render, describe, job)
  if not ok then
    answer = { error = answer }
  end
  io.stdout:write(pandoc.json.encode(answer), "\n")
  io.stdout:flush()
  collectgarbage()
end
