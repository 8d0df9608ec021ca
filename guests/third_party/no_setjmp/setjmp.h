/* Lua's sources include this name; with LUAI_THROW of lua_config.h nothing of it is used. */
