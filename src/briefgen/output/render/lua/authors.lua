-- The authors of a document and the places they work at, as Quarto makes them of `author`,
-- `affiliations` and `institutes`.

local refuse = require "refuse"

local authors = {}

local function kind(value)
  return pandoc.utils.type(value)
end

local function text(value)
  return value == nil and "" or pandoc.utils.stringify(value)
end

local function list_of(value)
  if value == nil then
    return {}
  end
  return kind(value) == "List" and value or { value }
end

function authors.inlines(value)
  if kind(value) == "Blocks" then
    return pandoc.utils.blocks_to_inlines(value)
  elseif kind(value) == "Inlines" then
    return value
  elseif value == nil then
    return pandoc.Inlines {}
  end
  return pandoc.Inlines { pandoc.Str(text(value)) }
end

-- A name as it is printed: its literal form, or what is given and the family.
local function join_name(parts)
  if parts.literal then
    return authors.inlines(parts.literal)
  end
  local whole = authors.inlines(parts.given):clone()
  if parts.given and parts.family then
    whole:insert(pandoc.Space())
  end
  whole:extend(authors.inlines(parts.family))
  return whole
end

local function name_of(author)
  if kind(author) ~= "table" then
    return authors.inlines(author)
  elseif kind(author.name) == "table" then
    return join_name(author.name)
  end
  return author.name and authors.inlines(author.name) or join_name(author)
end

local FIELDS = { "name", "department", "group", "address", "city", "region", "state", "country", "postal-code", "url",
  "isni", "ringgold", "ror" }

-- Two places are one where all that is said of them is the same.
local function signature(place)
  local parts = {}
  for index, field in ipairs(FIELDS) do
    parts[index] = text(place[field])
  end
  return table.concat(parts, "\u{1f}")
end

local Places = {}
Places.__index = Places

function Places:add(value, url)
  local place = kind(value) == "table" and value or { name = authors.inlines(value) }
  if kind(value) == "table" and place.ref then
    refuse("a place to which `ref` refers stands in a list", "ref", "write affiliations: - ref: " .. text(place.ref))
  end
  place.url = place.url or place["affiliation-url"] or url
  local sign = signature(place)
  if not self.by_signature[sign] then
    self.by_signature[sign] = place
    self.count = self.count + 1
  end
  local found = self.by_signature[sign]
  if place.id then
    self.by_id[text(place.id)] = found
  end
  return found
end

local function is_reference(value)
  if kind(value) ~= "table" or not value.ref then
    return false
  end
  for key in pairs(value) do
    if key ~= "ref" then
      return false
    end
  end
  return true
end

-- The places of one author: those referred to stand first.
local function read_places(author, places)
  local refs, own = {}, {}
  local value = author.affiliations or author.affiliation
  local in_list = kind(value) == "List"
  for _, place in ipairs(list_of(value)) do
    if in_list and is_reference(place) then
      refs[#refs + 1] = { ref = text(place.ref) }
    else
      own[#own + 1] = places:add(place, #own == 0 and author["affiliation-url"] or nil)
    end
  end
  return pandoc.List(refs) .. own
end

local function read_author(value, places)
  if kind(value) ~= "table" then
    return { name = authors.inlines(value), places = pandoc.List {} }
  end
  local parts = kind(value.name) == "table" and value.name or value
  return {
    name = name_of(value),
    given = parts.given and authors.inlines(parts.given),
    family = parts.family and authors.inlines(parts.family),
    degrees = list_of(value.degrees),
    url = value.url and text(value.url),
    email = value.email and text(value.email),
    orcid = value.orcid and text(value.orcid),
    places = read_places(value, places),
  }
end

-- Institutes belong to the authors by their order, those left over to the last author.
local function add_institutes(people, meta, places)
  for index, institute in ipairs(list_of(meta.institutes or meta.institute)) do
    if kind(institute) == "table" then
      refuse("the embedded engine has no institutes with parts", "institute", "write them as affiliations")
    end
    local place = places:add(institute)
    local author = people[math.min(index, #people)]
    if author then
      author.places:insert(place)
    end
  end
end

local function follow_references(people, places)
  for _, author in ipairs(people) do
    for index, place in ipairs(author.places) do
      if place.ref then
        local found = places.by_id[place.ref]
        if not found then
          refuse("no affiliation has the id " .. place.ref, "ref: " .. place.ref,
            "give it to one of the `affiliations` of the document")
        end
        author.places[index] = found
      end
    end
  end
end

-- Return the authors, and how many places all of them have.
function authors.read(meta)
  local places = setmetatable({ count = 0, by_signature = {}, by_id = {} }, Places)
  local people = {}
  for index, author in ipairs(list_of(meta.authors or meta.author)) do
    people[index] = read_author(author, places)
  end
  for _, place in ipairs(list_of(meta.affiliations)) do
    places:add(place)
  end
  add_institutes(people, meta, places)
  follow_references(people, places)
  return people, places.count
end

return authors
