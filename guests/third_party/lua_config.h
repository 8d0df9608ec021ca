// Included before each Lua source (-include): errors end the program, so setjmp is not needed.
struct lua_State;
_Noreturn void icn_lua_throw(struct lua_State *lua);
#define LUAI_THROW(L, c) icn_lua_throw(L)
#define LUAI_TRY(L, c, a) \
  { a }
#define luai_jmpbuf int
