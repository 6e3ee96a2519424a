-- :checkhealth sightline shows the findings of :Sight doctor.

local M = {}

local health = vim.health or require('health')
local start = health.start or health.report_start
local levels = {
  ok = health.ok or health.report_ok,
  warning = health.warn or health.report_warn,
  error = health.error or health.report_error,
}
local patience = 30000 -- milliseconds, beyond the process's own time limit for the provider

function M.check()
  start('Sightline')
  vim.fn['sightline#doctor#start']()
  local complete = vim.wait(patience, function()
    return vim.fn['sightline#doctor#complete']() == 1
  end, 10)
  for _, finding in ipairs(vim.fn['sightline#doctor#findings']()) do
    levels[finding.level](finding.text)
  end
  if not complete then
    levels.error('the examination did not end; try :Sight doctor, or end sightline-editor and try again')
  end
end

return M
