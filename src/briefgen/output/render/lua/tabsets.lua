-- Tabsets: sections under headings of one level, shown as tabs on screen, in sequence in print.

local refuse = require "refuse"
local tools = require "tools"

local tabsets = {}

-- Turn `::: {.panel-tabset}` into a box of tabs, each a box of title and body.
function tabsets.parse(div)
  local tabs, level = pandoc.Blocks {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      local active = tools.has(block, "active") and { active = "yes" } or {}
      tabs:insert(tools.box("bg-tab", {
        tools.box("bg-title", { pandoc.Plain(block.content) }), tools.box("bg-body", {}),
      }, "", active))
    elseif level == nil then
      refuse("what stands before the first heading of a tabset would be lost", { text = ".panel-tabset", of = div },
        "write it before the tabset, or under a heading of its own")
    else
      local tab = tabs[#tabs]
      local body = tab.content[2]
      body.content:insert(block)
      tab.content[2] = body
      tabs[#tabs] = tab
    end
  end
  local classes = pandoc.List { "bg-tabset" }
  classes:extend(tools.without(div.classes, "^panel%-tabset$"))
  return pandoc.Div(tabs, pandoc.Attr(div.identifier, classes, tools.plain(div.attributes)))
end

-- Which tab is shown at first.
local function find_active(tabs)
  for index, tab in ipairs(tabs) do
    if tab.attributes.active then
      return index
    end
  end
  return 1
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
  local panes, active = pandoc.Blocks {}, find_active(div.content)
  for index, tab in ipairs(div.content) do
    local name = ("tabset-%d-%d"):format(job.counts.tabset, index)
    heads:extend(item(tab.content[1].content[1].content, name, index == active))
    panes:insert(pandoc.Div(tab.content[2].content, pandoc.Attr(name,
      index == active and { "tab-pane", "active" } or { "tab-pane" },
      { { "role", "tabpanel" }, { "aria-labelledby", name .. "-tab" } })))
  end
  heads:insert(pandoc.RawInline("html", "</ul>"))
  local own, attributes = pandoc.List { table.unpack(div.classes, 2) }, tools.plain(div.attributes)
  local function attr(identifier, class)
    return pandoc.Attr(identifier, own .. { class }, attributes)
  end
  return {
    pandoc.Div({}, pandoc.Attr("", { "tabset-margin-container" })),
    pandoc.Div({ pandoc.Plain(heads), pandoc.Div(panes, attr("", "tab-content")) },
      attr(div.identifier, "panel-tabset")),
  }
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
