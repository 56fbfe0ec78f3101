-- Number headings, floats, callouts and equations, and write the references to them.

local floats = require "floats"
local refuse = require "refuse"
local tools = require "tools"

local crossref = {}

local CALLOUTS = { nte = "note", tip = "tip", wrn = "warning", imp = "important", cau = "caution" }
local OTHERS = { sec = true, ch = true, eq = true }
local NBSP = "\u{a0}"

local function upper_first(text)
  return pandoc.text.upper(pandoc.text.sub(text, 1, 1)) .. pandoc.text.sub(text, 2)
end

local function known_kind(kind)
  return kind == "fig" or kind == "tbl" or kind == "lst" or CALLOUTS[kind] or OTHERS[kind]
end

local Index = {}
Index.__index = Index

local function new_index(job)
  local settings = type(job.options.crossref) == "table" and job.options.crossref or {}
  return setmetatable({ job = job, settings = settings, entries = {}, counts = {},
    section = { 0, 0, 0, 0, 0, 0, 0 }, top = 7 }, Index)
end

-- The word before a number in captions.
function Index:title_word(kind)
  local own = self.settings[kind .. "-title"]
  if type(own) == "string" then
    return own
  end
  local words = self.job.words
  return words[CALLOUTS[kind] and ("callout-" .. CALLOUTS[kind] .. "-title") or ("crossref-" .. kind .. "-title")]
end

-- The word before a number in references. Quarto's languages have none for callouts, which keep
-- their English names there unless the document's `language` gives `crossref-nte-prefix`.
function Index:reference_word(kind)
  local own = self.settings[kind .. "-prefix"]
  if type(own) == "string" then
    return own
  end
  local words = self.job.words
  return words["crossref-" .. kind .. "-prefix"] or words["crossref-" .. kind .. "-title"]
    or CALLOUTS[kind] and upper_first(CALLOUTS[kind])
end

local function label(style, number)
  local start = style:match("^alpha%s*(%a?)")
  if start then
    start = start == "" and "a" or start
    return utf8.char(utf8.codepoint(start) + number - 1)
  end
  if style:match("^roman") then
    local roman = pandoc.utils.to_roman_numeral(number)
    return style:match("i$") and roman:lower() or roman
  end
  return tostring(number)
end

function Index:number(kind, number)
  local style = self.settings[kind .. "-labels"] or self.settings.labels
  local text = label(type(style) == "string" and style or "arabic", number)
  local chapter = self.section[1]
  if self.settings.chapters and self.top == 1 and chapter > 0 then
    return chapter .. "." .. text
  end
  return text
end

function Index:sub_number(number)
  local style = self.settings["subref-labels"]
  return label(type(style) == "string" and style or "alpha a", number)
end

function Index:next(kind)
  self.counts[kind] = (self.counts[kind] or 0) + 1
  return self:number(kind, self.counts[kind])
end

function Index:enter(identifier, kind, text)
  if self.entries[identifier] then
    refuse("the id " .. identifier .. " is given twice", { text = "#" .. identifier, nth = 2 },
      "give one of the two another id")
  end
  self.entries[identifier] = { kind = kind, text = text }
end

function Index:section_text(last)
  local parts = {}
  if self.top == 1 then
    parts[1] = tostring(self.section[1])
  end
  local deepest = 1
  for level = last, 2, -1 do
    if self.section[level] > 0 then
      deepest = level
      break
    end
  end
  for level = 2, deepest do
    parts[#parts + 1] = tostring(self.section[level])
  end
  return table.concat(parts, ".")
end

function Index:count_section(level)
  for deeper = level + 1, 7 do
    self.section[deeper] = 0
  end
  self.section[level] = self.section[level] + 1
  if level == 1 and self.settings.chapters then
    self.counts = {}
  end
end

function Index:heading(header)
  if tools.has(header, "unnumbered") then
    return nil
  end
  local level, options = math.min(header.level, 7), self.job.options
  self:count_section(level)
  local number = self:section_text(level)
  if tools.kind(header.identifier) == "sec" then
    self:enter(header.identifier, "sec", self:section_text(7))
    self.entries[header.identifier].chapter = level == 1 and self.settings.chapters
  end
  local depth = tonumber(tools.option(options, "number-depth", 6))
  if options["number-sections"] ~= true or level > depth then
    return nil
  end
  header.attributes.number = number
  header.content:insert(1, pandoc.Space())
  header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "header-section-number" })))
  return header
end

function Index:caption_prefix(kind, text, captioned)
  local prefix = tools.inlines(self:title_word(kind))
  prefix:extend { pandoc.Str(NBSP .. text) }
  if captioned then
    prefix:extend(tools.inlines(self.settings["title-delim"] or ":"))
    prefix:insert(pandoc.Space())
  end
  return prefix
end

local function prepend(inlines, front)
  for index = #front, 1, -1 do
    inlines:insert(1, front[index])
  end
end

function Index:float(float)
  local kind, parent = floats.kind(float.identifier), float.attributes.parent
  local caption = float.content[1].content[1]
  local inlines = caption.content
  if parent then
    local entry = self.entries[parent]
    entry.children = (entry.children or 0) + 1
    local sub = self:sub_number(entry.children)
    self:enter(float.identifier, kind, entry.text .. " (" .. sub .. ")")
    prepend(inlines, #inlines > 0 and { pandoc.Str("(" .. sub .. ")"), pandoc.Space() }
      or { pandoc.Str("(" .. sub .. ")") })
  else
    local text = self:next(kind)
    self:enter(float.identifier, kind, text)
    float.attributes.uncaptioned = #inlines == 0 and "yes" or nil
    prepend(inlines, self:caption_prefix(kind, text, #inlines > 0))
  end
  caption.content = inlines
  float.content[1].content[1] = caption
  return float
end

function Index:callout(div)
  local kind = tools.kind(div.identifier)
  if not CALLOUTS[kind] then
    return nil
  end
  local title = div.content[1].content[1]
  local inlines, text = title.content, self:next(kind)
  self:enter(div.identifier, kind, text)
  prepend(inlines, self:caption_prefix(kind, text, #inlines > 0))
  title.content = inlines
  div.content[1].content[1] = title
  div.attributes.numbered = "yes"
  return div
end

local function equation_id(inlines, from)
  local text = ""
  for index = from, #inlines do
    local inline = inlines[index]
    if inline.t == "Str" then
      text = text .. inline.text
    elseif tools.is_space(inline) or inline.t == "Quoted" then
      text = text .. " "
    else
      return nil
    end
    local identifier = text:match("^{#(eq%-[^%s}]+)[^}]*}")
    if identifier then
      local rest = text:match("}(.*)$")
      return identifier, index, rest
    end
  end
end

-- How the number of an equation is written: what is no TeX or MathJax knows no tags.
local TAGGED = { latex = true, beamer = true, gfm = true, markdown = true, ipynb = true }

local function equation_sign(job)
  local tagged = TAGGED[job.to] or job.html and job.math ~= "mathml"
  return tagged and "\\tag{%s}" or "\\qquad(%s)"
end

-- Write `$$ … $$ {#eq-id}` as a numbered equation.
function Index:equations(block)
  local inlines, index = pandoc.Inlines {}, 1
  local content = block.content
  local found = false
  while index <= #content do
    local inline = content[index]
    local next_one = index + 1
    if inline.t == "Math" and inline.mathtype == "DisplayMath" then
      local start = index + 1
      while content[start] and tools.is_space(content[start]) do
        start = start + 1
      end
      local identifier, last, rest
      if content[start] and content[start].t == "Str" and content[start].text:match("^{#eq%-") then
        identifier, last, rest = equation_id(content, start)
      end
      if identifier then
        found = true
        local text = self:next("eq")
        self:enter(identifier, "eq", text)
        inline.text = inline.text .. " " .. equation_sign(self.job):format(text)
        inline = pandoc.Span({ inline }, pandoc.Attr(identifier))
        next_one = last + 1
        inlines:insert(inline)
        if rest ~= "" then
          inlines:insert(pandoc.Str(rest))
        end
        goto continue
      end
    end
    inlines:insert(inline)
    ::continue::
    index = next_one
  end
  if found then
    block.content = inlines
    return block
  end
end

local function mark_children(doc)
  local function mark(identifier, blocks)
    return blocks:walk {
      traverse = "topdown",
      Div = function(div)
        if tools.is(div, "bg-float") then
          div.attributes.parent = identifier
          return div, false
        end
      end,
    }
  end
  return doc:walk {
    traverse = "topdown",
    Div = function(div)
      if tools.is(div, "bg-float") and not div.attributes.parent then
        div.content[2].content = mark(div.identifier, div.content[2].content)
        return div
      end
    end,
  }
end

function Index:scan(doc)
  doc:walk {
    Header = function(header)
      self.top = math.min(self.top, header.level)
    end,
  }
  local numbered = {
    traverse = "topdown",
    Header = function(header)
      return self:heading(header)
    end,
    Div = function(div)
      if tools.is(div, "bg-float") then
        return self:float(div)
      elseif tools.is(div, "bg-callout") then
        return self:callout(div)
      end
    end,
  }
  if self.job.text:find("{#eq-", 1, true) then
    local function equations(block)
      return self:equations(block)
    end
    numbered.Para, numbered.Plain = equations, equations
  end
  return mark_children(doc):walk(numbered)
end

-- Why what has an id has no number: a message and what to do; nothing where no element has the id.
local function why_unnumbered(doc, identifier)
  local found
  local function own(message, hint)
    return function(element)
      if element.identifier == identifier and not found then
        found = { message:format(identifier), hint:format(identifier) }
      end
    end
  end
  local other = own("what has the id %s is no section, figure, table or listing with a number",
    "lead to it by a link: [words](#%s)")
  doc:walk {
    Header = own("the section #%s has no number to refer to",
      "take .unnumbered (or -) out of its braces, or lead to it by a link: [words](#%s)"),
    Image = own("the image #%s stands within a paragraph and is no figure with a number",
      "leave an empty line before and after it, and give it a caption, or refer to it without @%s"),
    Div = other, Span = other, Table = other, CodeBlock = other, Figure = other, Link = other, Code = other,
  }
  return found
end

function Index:prefix(kind, citation, entry)
  if #citation.prefix > 0 then
    local prefix = citation.prefix:clone()
    prefix:insert(pandoc.Str(NBSP))
    return prefix
  end
  if citation.mode == "SuppressAuthor" then
    return pandoc.Inlines {}
  end
  local word = self:reference_word(entry.chapter and "ch" or kind)
  if citation.id:match("^%u") then
    word = upper_first(word)
  end
  if word == "" then
    return pandoc.Inlines {}
  end
  local prefix = tools.inlines(word)
  prefix:insert(pandoc.Str(NBSP))
  return prefix
end

function Index:reference(citation)
  local identifier = pandoc.text.lower(citation.id:sub(1, 1)) .. citation.id:sub(2)
  local kind = tools.kind(identifier)
  if not known_kind(kind) then
    return nil
  end
  local entry = self.entries[identifier]
  if not entry then
    local why = why_unnumbered(self.doc, identifier)
    if why then
      refuse(why[1], "@" .. citation.id, why[2])
    end
    if self.entries[identifier:gsub("_+$", "")] then
      refuse("the underscore behind @" .. citation.id .. " belongs to its name as Pandoc reads it", "@" .. citation.id,
        "write *@" .. citation.id:gsub("_+$", "") .. "* to set it in italics")
    end
    local known = {}
    for name in pairs(self.entries) do
      known[#known + 1] = name
    end
    table.sort(known)
    refuse("nothing is called @" .. citation.id, "@" .. citation.id, "", identifier, known)
  end
  if #citation.suffix > 0 then
    refuse("what stands behind @" .. citation.id .. " in its brackets would be lost", "@" .. citation.id,
      "write it behind the bracket, or part references by semicolons: [@fig-a; @fig-b]")
  end
  local text = self:prefix(kind, citation, entry)
  text:insert(pandoc.Str(entry.text))
  if self.settings["ref-hyperlink"] == false then
    return text
  end
  return pandoc.Inlines { pandoc.Link(text, "#" .. identifier, "", pandoc.Attr("", { "quarto-xref" })) }
end

function Index:cite(cite)
  local result, others = pandoc.Inlines {}, nil
  for _, citation in ipairs(cite.citations) do
    local reference = self:reference(citation)
    if reference then
      if #result > 0 then
        result:extend(tools.inlines(self.settings["ref-delim"] or ","))
        result:insert(pandoc.Space())
      end
      result:extend(reference)
    else
      others = citation.id
    end
  end
  if #result > 0 and others then
    refuse("references and citations cannot share brackets: @" .. others .. " would be lost", "@" .. others,
      "give each brackets of its own")
  end
  return #result > 0 and result or nil
end

function crossref.resolve(doc, job)
  local index = new_index(job)
  doc = index:scan(doc)
  index.doc = doc
  return doc:walk {
    Cite = function(cite)
      return index:cite(cite)
    end,
  }
end

return crossref
