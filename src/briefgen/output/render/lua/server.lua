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
  local said = tostring(problem)
  if said:find("stack overflow", 1, true) then
    return { message = "the document nests quotations, lists or divs too deeply to be read",
      hint = "take some levels out: more than a hundred are too many" }
  end
  -- each walk that an error crosses adds a trace of its own
  return { message = (said:gsub("\n%s*stack traceback:.*", "")), unexpected = true }
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
