/** The changes that connections ask for. */
export const luaChanges = `
local function claim(by, key, nickname, offered, fresh)
  local held = call('HGET', own, by)
  local mine, there = holdingOf(held), holdingOf(key)
  if held == '' then return tell('absent', '') end
  local isSecret = there and offered ~= '' and (there.secret == offered or there.former == offered)
  if not mine and isSecret and there.nickname == nickname then
    if there.node ~= '' then call('HSET', base .. 'own:' .. there.node, there.by, '') end
    call('ZREM', orphans, key)
    call('HSET', own, by, key)
    hold({ key = key, nickname = nickname, node = node, by = by, secret = fresh, former = offered })
    return tell('resumed', '[' .. nickname .. ',"' .. there.node .. '","' .. there.by .. '"]')
  end
  if (there and not (mine and mine.key == key)) or (mine and mine.nickname == nickname) then
    return tell('taken', '')
  end
  call('HSET', own, by, key)
  if not mine then
    call('ZADD', order, call('HINCRBY', meta, 'registrations', 1), key)
    hold({ key = key, nickname = nickname, node = node, by = by, secret = fresh, former = '' })
    return tell('registered', nickname)
  end
  if mine.key ~= key then
    call('HDEL', nicknames, mine.key)
    call('ZADD', order, call('ZSCORE', order, mine.key), key)
    call('ZREM', order, mine.key)
  end
  tell('changed', '[' .. mine.nickname .. ',' .. nickname .. ']')
  mine.key, mine.nickname = key, nickname
  if mine.secret == '' then mine.secret = fresh end
  hold(mine)
end

local function post(by, content)
  local mine = holdingOf(call('HGET', own, by))
  if not mine then return tell('absent', '') end
  local json = '{"name":' .. mine.nickname .. ',"content":' .. content .. ',"timestamp":"' .. timestamp .. '"}'
  call('RPUSH', history, json)
  tell('posted', json)
end

-- A leave, or the end of a connection whose peer may come back to another process.
local function go(by, isEntrusted)
  local mine = holdingOf(call('HGET', own, by))
  call('HDEL', own, by)
  if not mine then return tell('absent', '') end
  local resume = isEntrusted and mine.secret ~= '' and tonumber(call('HGET', about, 'resume')) or 0
  if resume == 0 then return leave(mine) end
  orphan(mine, clock + resume)
  tell('entrusted', '')
end

local function confirm(by)
  local mine = holdingOf(call('HGET', own, by))
  if mine then
    mine.former = ''
    hold(mine)
  end
  tell('confirmed', '')
end
`;
