-- Tabsets: sections under headings of one level, shown as tabs on screen, in sequence in print.

local tools = require "tools"

local tabsets = {}

-- Turn `::: {.panel-tabset}` into a box of tabs, each a box of title and body.
function tabsets.parse(div)
  local before, tabs, level = pandoc.Blocks {}, pandoc.Blocks {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      tabs:insert(tools.box("bg-tab", {
        tools.box("bg-title", { pandoc.Plain(block.content) }), tools.box("bg-body", {}),
      }))
    elseif level == nil then
      before:insert(block)
    else
      local tab = tabs[#tabs]
      local body = tab.content[2]
      body.content:insert(block)
      tab.content[2] = body
      tabs[#tabs] = tab
    end
  end
  before:insert(tools.box("bg-tabset", tabs, div.identifier))
  return before
end

local function item(title, name, first)
  local attributes = ('class="nav-link%s" id="%s-tab" data-bs-toggle="tab" data-bs-target="#%s" role="tab" aria-controls="%s" aria-selected="%s" href=""')
    :format(first and " active" or "", name, name, name, first and "true" or "false")
  local inlines = title:clone()
  inlines:insert(1, pandoc.RawInline("html", '<li class="nav-item" role="presentation"><a ' .. attributes .. ">"))
  inlines:insert(pandoc.RawInline("html", "</a></li>"))
  return inlines
end

function tabsets.html(div, job)
  job.counts.tabset = (job.counts.tabset or 0) + 1
  local heads = pandoc.Inlines { pandoc.RawInline("html", '<ul class="nav nav-tabs" role="tablist">') }
  local panes = pandoc.Blocks {}
  for index, tab in ipairs(div.content) do
    local name = ("tabset-%d-%d"):format(job.counts.tabset, index)
    heads:extend(item(tab.content[1].content[1].content, name, index == 1))
    panes:insert(pandoc.Div(tab.content[2].content, pandoc.Attr(name,
      index == 1 and { "tab-pane", "active" } or { "tab-pane" },
      { { "role", "tabpanel" }, { "aria-labelledby", name .. "-tab" } })))
  end
  heads:insert(pandoc.RawInline("html", "</ul>"))
  return pandoc.Div({ pandoc.Plain(heads), pandoc.Div(panes, pandoc.Attr("", { "tab-content" })) }, pandoc.Attr(div.identifier, { "panel-tabset" }))
end

function tabsets.plain(div)
  local blocks = pandoc.Blocks {}
  for _, tab in ipairs(div.content) do
    blocks:insert(pandoc.Para { pandoc.Strong(tab.content[1].content[1].content) })
    blocks:extend(tab.content[2].content)
  end
  return blocks
end

return tabsets
