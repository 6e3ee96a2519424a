-- Settings in the manner of Neovim, and what runs, for a statusline in Lua. Nothing is started here.

local M = {}

-- An empty table is a list to Vimscript, unless it is said to be a dictionary.
local function as_vim(name, value)
  local default = vim.fn['sightline#option#default'](name)
  local is_dictionary = type(default) == 'table' and not vim.tbl_islist(default)
  return type(value) == 'table' and next(value) == nil and is_dictionary and vim.empty_dict() or value
end

local function what_is_wrong(name, value)
  if type(name) ~= 'string' then
    return 'setup takes a table of options by name'
  end
  local converted, why = pcall(vim.fn['sightline#option#lacks'], name, value)
  return converted and why or name .. ' cannot be a ' .. type(value)
end

-- Sets each option as the variable g:sightline_{name}. One that does not exist, or cannot be what it is
-- given, is an error, and then none is set.
function M.setup(options)
  vim.validate({ options = { options, 'table', true } })
  local values = {}
  for name, value in pairs(options or {}) do
    local known = type(name) == 'string' and vim.tbl_contains(vim.fn['sightline#option#names'](), name)
    values[name] = known and as_vim(name, value) or value
    local why = what_is_wrong(name, values[name])
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
