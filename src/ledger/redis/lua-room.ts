/** What there is in a room, and what ends in it by itself. */
export const luaRoom = `
local meta = KEYS[1]
local base = string.sub(meta, 1, -5)
local op, node, epoch, zone, dialect = unpack(ARGV, 1, 5)
local log, history, nicknames, order = base .. 'log', base .. 'history', base .. 'nicknames', base .. 'order'
local nodes, orphans, own, about = base .. 'nodes', base .. 'orphans', base .. 'own:' .. node, base .. 'node:' .. node
local rules, removals, mostRemovals = base .. 'rules', base .. 'removals', 1000
local call = redis.call
local whole = function(number) return string.format('%.0f', number) end

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen, clock = unpack(call('HMGET', meta, 'seen', 'clock'))
local passed = now - (tonumber(seen) or now)
-- Where more has passed than from one beat of a process to the next, Redis was away.
local lease = tonumber(op == 'join' and ARGV[6] or call('HGET', about, 'lease')) or 1000
clock = (tonumber(clock) or 0) + math.max(0, math.min(passed, 1000, lease / 4))

-- The calendar of a day, counted from the first of March of the year 0, so that leap days are the last of their years.
local function stamp()
  local seconds = math.floor(now / 1000) + tonumber(zone)
  local days = math.floor(seconds / 86400) + 719468
  local era = math.floor(days / 146097)
  local inEra = days % 146097
  local inYears = inEra - math.floor(inEra / 1460) + math.floor(inEra / 36524) - math.floor(inEra / 146096)
  local years = math.floor(inYears / 365)
  local inYear = inEra - (365 * years + math.floor(years / 4) - math.floor(years / 100))
  local fromMarch = math.floor((5 * inYear + 2) / 153)
  local day = inYear - math.floor((153 * fromMarch + 2) / 5) + 1
  local month = (fromMarch + 2) % 12 + 1
  local year = years + era * 400 + (month <= 2 and 1 or 0)
  local form = dialect == 'published' and '%02d/%02d/%04d, %02d:%02d:%02d' or '%02d/%02d/%04d %02d/%02d%02d'
  local inDay = seconds % 86400
  return string.format(form, day, month, year, math.floor(inDay / 3600), math.floor(inDay / 60) % 60, inDay % 60)
end
local timestamp = stamp()

-- What the changes of this call come to, as pairs.
local told = {}
local function tell(kind, value)
  told[#told + 1] = kind
  told[#told + 1] = value
end

-- Appends what is told to the order, be it nothing. A script's stack is limited, so a long stretch becomes several.
local function append(batch)
  for from = 1, math.max(#told, 1), 2000 do
    local seq = whole(call('HINCRBY', meta, 'seq', 1))
    call('HSET', meta, 'tag', node .. ' ' .. batch .. ' ' .. timestamp)
    local last = math.min(from + 1999, #told)
    call('XADD', log, seq .. '-0', 'n', node, 'b', batch, 't', timestamp, unpack(told, from, last))
  end
end

local function holdingOf(key)
  local text = key and key ~= '' and call('HGET', nicknames, key)
  if not text then return nil end
  local nickname, at, by, secret, former = string.match(text, '^(.-)\\n(.-)\\n(.-)\\n(.-)\\n(.*)$')
  return { key = key, nickname = nickname, node = at, by = by, secret = secret, former = former }
end

local function hold(it)
  local text = table.concat({ it.nickname, it.node, it.by, it.secret, it.former }, '\\n')
  call('HSET', nicknames, it.key, text)
end

local function leave(it)
  call('HDEL', nicknames, it.key)
  call('ZREM', order, it.key)
  call('ZREM', orphans, it.key)
  tell('left', it.nickname)
end

local function orphan(it, deadline)
  it.node, it.by = '', ''
  hold(it)
  call('ZADD', orphans, whole(deadline), it.key)
end

-- Ends a node. Holdings without a secret leave.
local function dismiss(name, deadline)
  local theirs = call('HVALS', base .. 'own:' .. name)
  for _, key in ipairs(theirs) do
    local it = holdingOf(key)
    if it and it.secret ~= '' and deadline > clock then orphan(it, deadline)
    elseif it then leave(it) end
  end
  call('DEL', base .. 'own:' .. name, base .. 'node:' .. name)
  call('ZREM', nodes, name)
end

-- Ends the nodes whose leases are over, and the holdings that have waited for long enough.
local function reap()
  local dead = call('ZRANGEBYSCORE', nodes, '-inf', '(' .. whole(clock), 'WITHSCORES')
  for at = 1, #dead, 2 do
    local lease, resume = unpack(call('HMGET', base .. 'node:' .. dead[at], 'lease', 'resume'))
    local heard = dead[at + 1] - (tonumber(lease) or 0)
    dismiss(dead[at], heard + (tonumber(resume) or 0))
  end
  for _, key in ipairs(call('ZRANGEBYSCORE', orphans, '-inf', whole(clock))) do
    local it = holdingOf(key)
    if it then leave(it) else call('ZREM', orphans, key) end
  end
  if #told > 0 then append('reap ' .. whole(now)) end
  told = {}
end

local function renew()
  call('ZADD', nodes, whole(clock + call('HGET', about, 'lease')), node)
end

-- The position of the oldest message that is kept.
local function firstPosition()
  return tonumber(call('HGET', meta, 'base') or 0)
end

-- Writes the log anew from this stretch on, of which only the mark is left. Redis keeps the bytes of entries that it trims
-- as long as there are others beside them.
local function purge(seq)
  local id = whole(seq) .. '-0'
  local rest = call('XRANGE', log, id, '+')
  call('DEL', log)
  for _, it in ipairs(rest) do
    call('XADD', log, it[1], unpack(it[2], 1, it[1] == id and 6 or #it[2]))
  end
  call('HSET', meta, 'purged', whole(seq))
end

-- Forgets the part of the log that every node has read, but for the stretch at which the last one is.
local function trim()
  local least
  for _, name in ipairs(call('ZRANGE', nodes, 0, -1)) do
    local seq = tonumber(call('HGET', base .. 'node:' .. name, 'seq'))
    if seq and (not least or seq < least) then least = seq end
  end
  local removal, purged = unpack(call('HMGET', meta, 'removal', 'purged'))
  removal, purged = tonumber(removal or 0), tonumber(purged or 0)
  if removal > purged and least and least > purged then purge(least)
  elseif least then call('XTRIM', log, 'MINID', '~', whole(least)) end
end

local function hasPlace()
  local lease = call('ZSCORE', nodes, node)
  return lease and tonumber(lease) >= clock and call('HGET', meta, 'epoch') == epoch
end
`;
