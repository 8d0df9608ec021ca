// Runs the Lua program of its standard input. Built for the sandbox and natively from the same source.
//
// The sandbox has no setjmp: an error ends the program with its message (pcall and coroutines are left out with the
// libraries that need them).
#include <stdio.h>
#include <stdlib.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

_Noreturn void icn_lua_throw(lua_State *lua) {
  const char *message = lua_gettop(lua) > 0 ? lua_tostring(lua, -1) : NULL;
  fprintf(stderr, "lua: %s\n", message != NULL ? message : "error");
  exit(1);
}

static const luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base},       {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8}, {NULL, NULL},
};

int main(void) {
  lua_State *lua = luaL_newstate();
  if (lua == NULL) return 1;
  for (const luaL_Reg *library = libraries; library->func != NULL; ++library) {
    luaL_requiref(lua, library->name, library->func, 1);
    lua_pop(lua, 1);
  }
  if (luaL_loadfile(lua, NULL) != LUA_OK) icn_lua_throw(lua);
  lua_call(lua, 0, 0);
  lua_close(lua);
  return 0;
}
