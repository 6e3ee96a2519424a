-- Tells Vimscript of each change to the lines of a buffer, until it does not want to hear more.
local M = {}

function M.attach(buffer)
  return vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, _, first, last, new_last)
      return vim.fn['sightline#range#changed'](buffer, first + 1, last + 1, new_last - last) == 0
    end,
    on_reload = function()
      vim.fn['sightline#range#replaced'](buffer)
    end,
  })
end

return M
