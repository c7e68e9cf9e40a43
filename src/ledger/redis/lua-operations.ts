/** What a process can ask for. */
export const luaOperations = `
-- Begins a new epoch of the room: whatever nodes there were have lost their places.
local function forget()
  for _, name in ipairs(call('ZRANGE', nodes, 0, -1)) do
    call('DEL', base .. 'own:' .. name, base .. 'node:' .. name)
  end
  call('DEL', log, nicknames, order, orphans, nodes)
end

local ops = {}

-- 'newRules' are for a room that has none. 'former': how many removals there had been when the process began to read.
function ops.join(lease, resume, comparison, newRules, former)
  if call('HSETNX', meta, 'epoch', node) == 1 then forget() else reap() end
  local known = call('HMGET', meta, 'dialect', 'comparison')
  if known[1] and call('ZCARD', nodes) > 0 and (known[1] ~= dialect or known[2] ~= comparison) then
    return { 'differs', known[1], known[2] }
  end
  call('HSET', meta, 'dialect', dialect, 'comparison', comparison)
  if call('HSETNX', rules, 'document', newRules) == 1 then call('HSET', rules, 'version', 1) end
  local seq, tag = unpack(call('HMGET', meta, 'seq', 'tag'))
  call('HSET', about, 'lease', lease, 'resume', resume, 'batch', 0, 'seq', seq or 0)
  renew()
  local missed = (call('HGET', meta, 'removals') or 0) - former
  return {
    'ok', call('HGET', meta, 'epoch'), seq or '0', tag or '',
    firstPosition(), call('LLEN', history), call('HGET', rules, 'document'),
    call('ZRANGE', order, 0, -1), call('HGETALL', nicknames),
    missed, missed > 0 and call('LRANGE', removals, -missed, -1) or {}
  }
end

function ops.commit(number, batch, ...)
  if not hasPlace() then return { 'fenced' } end
  if tonumber(call('HGET', about, 'batch')) >= tonumber(number) then return { 'again', call('HGET', meta, 'seq') } end
  call('HSET', about, 'batch', number)
  local args = { ... }
  local at = 1
  local function take(count)
    at = at + count
    return unpack(args, at - count, at - 1)
  end
  while args[at] do
    local kind = take(1)
    if kind == 'claim' then claim(take(5))
    elseif kind == 'post' then post(take(2))
    elseif kind == 'confirm' then confirm(take(1))
    elseif kind == 'leave' or kind == 'entrust' then go(take(1), kind == 'entrust')
    else error('unknown change ' .. kind) end
  end
  -- Its node waits for it, even if nothing is left of it without its posts.
  append(batch)
  return { 'ok' }
end

function ops.beat(seq)
  if not hasPlace() then return { 'fenced' } end
  call('HSET', about, 'seq', seq)
  renew()
  reap()
  trim()
  return { 'ok' }
end

-- Asks whether a node that could not reach Redis still has its place, and Redis what the node has seen.
function ops.find(cursor, tag)
  if not hasPlace() then return { 'fenced' } end
  local seq, last = unpack(call('HMGET', meta, 'seq', 'tag'))
  seq, cursor = tonumber(seq or 0), tonumber(cursor)
  if seq < cursor then return { 'fenced' } end
  if seq == cursor and (last or '') ~= tag then return { 'fenced' } end
  if seq > cursor then
    local id = whole(cursor) .. '-0'
    local there = call('XRANGE', log, id, id)[1]
    if cursor > 0 and not (there and there[2][2] .. ' ' .. there[2][4] .. ' ' .. there[2][6] == tag) then return { 'fenced' } end
    if cursor == 0 and #call('XRANGE', log, '1-0', '1-0') == 0 then return { 'fenced' } end
  end
  renew()
  return { 'ok' }
end

function ops.retire()
  if not hasPlace() then return { 'fenced' } end
  dismiss(node, clock + call('HGET', about, 'resume'))
  if #told > 0 then append('retire') end
  return { 'ok' }
end
`;
