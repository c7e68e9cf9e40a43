/** What moderators can do, and what processes can ask each other. */
export const luaActs = `
-- Appends what is told, and answers with the stretch by which it has been.
local function acted(...)
  append('act')
  return { 'ok', call('HGET', meta, 'seq'), ... }
end

-- The stored form of what is left of a message, if there is anything to take out. In JSON, a quote within a string has a
-- backslash before it.
local function remainder(json, isNameless)
  local name, content, at = string.match(json, '^{"name":(".-"),"content":(".-"),"timestamp":(".-")}$')
  if not name then
    local it = cjson.decode(json)
    name, content, at = cjson.encode(it.name), cjson.encode(it.content), cjson.encode(it.timestamp)
  end
  if content == '""' and (name == '""' or not isNameless) then return nil end
  return '{"name":' .. (isNameless and '""' or name) .. ',"content":"","timestamp":' .. at .. '}'
end

function ops.remove(isNameless, ...)
  if not hasPlace() then return { 'fenced' } end
  local first, found, removed = firstPosition(), {}, {}
  for _, position in ipairs({ ... }) do
    local index = position - first
    local json = index >= 0 and call('LINDEX', history, index)
    local rest = json and remainder(json, isNameless == 'true')
    if rest then found[#found + 1] = { position, index, rest } end
  end
  if #found == 0 then return { 'absent' } end
  for at, it in ipairs(found) do
    local position, index, rest = unpack(it)
    call('RPUSH', removals, position)
    call('LSET', history, index, rest)
    tell('removed', '[' .. position .. ',' .. rest .. ']')
    removed[at] = position
  end
  call('LTRIM', removals, -mostRemovals, -1)
  call('HINCRBY', meta, 'removals', #removed)
  local answer = acted(unpack(removed))
  call('HSET', meta, 'removal', answer[2])
  return answer
end

function ops.announce(content)
  if not hasPlace() then return { 'fenced' } end
  tell('announced', content)
  return acted()
end

-- A holding that waits for its peer leaves at once. For any other, nobody may come back until its process has closed it.
function ops.kick(key, code, reason)
  if not hasPlace() then return { 'fenced' } end
  local it = holdingOf(key)
  if not it then return { 'absent' } end
  if it.node == '' then leave(it)
  else
    it.secret, it.former = '', ''
    hold(it)
    tell('kicked', '[' .. it.nickname .. ',"' .. it.node .. '","' .. it.by .. '",' .. code .. ',' .. reason .. ']')
  end
  return acted()
end

-- Replaces the rules, unless somebody else has meanwhile.
function ops.govern(version, document)
  if not hasPlace() then return { 'fenced' } end
  if call('HGET', rules, 'version') ~= version then return { 'stale' } end
  call('HSET', rules, 'version', version + 1, 'document', document)
  tell('governed', document)
  return acted()
end

-- Makes this the process that drops what is no longer kept, unless another is.
function ops.keep(isArchiving)
  if not hasPlace() then return { 'fenced' } end
  local keeper = call('HGET', meta, 'keeper')
  if keeper and keeper ~= node and call('ZSCORE', nodes, keeper) then return { 'absent' } end
  call('HSET', meta, 'keeper', node)
  if isArchiving == 'true' then call('HSET', meta, 'archive', node) end
  return { 'ok' }
end

-- Drops the messages before a position.
function ops.drop(position)
  if not hasPlace() then return { 'fenced' } end
  local count = position - firstPosition()
  if call('HGET', meta, 'keeper') ~= node or count <= 0 then return { 'absent' } end
  call('LTRIM', history, count, -1)
  call('HSET', meta, 'base', position)
  tell('dropped', position)
  return acted()
end

-- Asks all processes something. Answers with their names, too.
function ops.ask(id, question)
  if not hasPlace() then return { 'fenced' } end
  tell('asked', '["' .. id .. '",' .. question .. ']')
  return acted(unpack(call('ZRANGE', nodes, 0, -1)))
end

function ops.answer(id, answer)
  if not hasPlace() then return { 'fenced' } end
  local answers = base .. 'answers:' .. id
  call('HSET', answers, node, answer)
  call('PEXPIRE', answers, 120000)
  return { 'ok' }
end
`;
