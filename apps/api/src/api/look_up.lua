-- What is known of the indexes ARGV[3..]: {state, text, digits} for each.
-- An index without result gets an entry on the stream, unless it has one: the
-- worker takes the entry off in the transaction that stores the result, so an
-- index with neither was never asked for, or what was asked was lost.

local values, failures, requested, stream = unpack(KEYS)
local longest, again = tonumber(ARGV[1]), ARGV[2] == '1'
local edge = 40

local function shortened(value)
  if #value <= longest then
    return value
  end
  return value:sub(1, edge) .. '…' .. value:sub(-edge)
end

local function is_on_stream(entry)
  return entry and #redis.call('XRANGE', stream, entry, entry) > 0
end

local function look_up(index)
  local value = redis.call('HGET', values, index)
  if value then
    return { 'done', shortened(value), #value }
  end

  local failure = not again and redis.call('HGET', failures, index)
  if failure then
    return { 'failed', failure, 0 }
  end

  if not is_on_stream(redis.call('HGET', requested, index)) then
    local entry = redis.call('XADD', stream, '*', 'index', index)
    redis.call('HSET', requested, index, entry)
    redis.call('HDEL', failures, index)
  end
  return { 'computing', '', 0 }
end

local found = {}
for position = 3, #ARGV do
  table.insert(found, look_up(ARGV[position]))
end
return found
