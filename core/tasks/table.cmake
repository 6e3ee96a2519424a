# Writes OUTPUT, C tables of the task files TASKS, one string literal a line, and of the file STACKS,
# whose lines are: name | title | filetype | phrase.
set(table "/* Made from core/tasks by the build. */\n#include \"task.h\"\n\n")
string(APPEND table "const struct sl__built_in_task sl__built_in_tasks[] = {\n")
foreach(file ${TASKS})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
  string(APPEND table "    {\"${name}\",\n     \"${text}\"},\n")
endforeach()
string(APPEND table "    {0, 0},\n};\n\n")

file(READ ${STACKS} text)
string(REPLACE "\"" "\\\"" text "${text}")
string(REGEX REPLACE "([^|\n]+) \\| ([^|\n]+) \\| ([^|\n]+) \\| ([^\n]+)\n"
  "    {{\"\\1\", \"\\2\", \"\\3\"}, \"\\4\"},\n" text "${text}")
string(APPEND table "const struct sl__stack sl__stacks[] = {\n${text}    {{0, 0, 0}, 0},\n};\n")
file(WRITE ${OUTPUT} "${table}")
