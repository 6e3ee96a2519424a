-- Settings in the manner of Neovim, and what runs, for a statusline in Lua. Nothing is started here.

local M = {}

-- A value as Vimscript has it, and what is wrong with it, or "".
local function check(name, value)
  if type(name) ~= 'string' then
    return nil, 'setup takes a table of options by name'
  end
  local converted, checked = pcall(vim.fn['sightline#option#from_lua'], name, value)
  if not converted then
    return nil, name .. ' cannot be a ' .. type(value)
  end
  return checked[1], checked[2]
end

-- Sets each option as the variable g:sightline_{name}. One that does not exist, or cannot be what it is
-- given, is an error, and then none is set.
function M.setup(options)
  local values = {}
  for name, value in pairs(type(options) == 'table' and options or { options }) do
    local why
    values[name], why = check(name, value)
    if why ~= '' then
      error('sightline: ' .. why, 2)
    end
  end
  for name, value in pairs(values) do
    vim.g['sightline_' .. name] = value
  end
end

-- What runs, in a few words, or "".
function M.status()
  return vim.fn['sightline#status']()
end

return M
