// Runs the SQL of its standard input on an in-memory SQLite database and prints each row, columns separated by '|'.
// Built for the sandbox and natively from the same source: both print the same bytes. A database in memory needs no //
// operating system, so SQLite is built with SQLITE_OS_OTHER and the few functions below.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
  (void)vfs, (void)name, (void)flags, (void)out_flags;
  file->pMethods = NULL;
  return SQLITE_CANTOPEN;
}
static int no_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs, (void)name, (void)sync;
  return SQLITE_IOERR_DELETE;
}
static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  (void)vfs, (void)name, (void)flags;
  *result = 0;
  return SQLITE_OK;
}
static int same_path(sqlite3_vfs *vfs, const char *name, int size, char *out) {
  (void)vfs;
  snprintf(out, (size_t)size, "%s", name);
  return SQLITE_OK;
}
// The same numbers on every run: the workload may use random().
static int fixed_randomness(sqlite3_vfs *vfs, int size, char *out) {
  (void)vfs;
  memset(out, 42, (size_t)size);
  return size;
}
static int no_sleep(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  return microseconds;
}
static int fixed_time(sqlite3_vfs *vfs, double *julian_day) {
  (void)vfs;
  *julian_day = 2451544.5;  // 2000-01-01
  return SQLITE_OK;
}

static sqlite3_vfs memory_only = {
    .iVersion = 1,
    .szOsFile = sizeof(sqlite3_file),
    .mxPathname = 64,
    .zName = "memory-only",
    .xOpen = no_file,
    .xDelete = no_delete,
    .xAccess = no_access,
    .xFullPathname = same_path,
    .xRandomness = fixed_randomness,
    .xSleep = no_sleep,
    .xCurrentTime = fixed_time,
};

int sqlite3_os_init(void) { return sqlite3_vfs_register(&memory_only, 1); }
int sqlite3_os_end(void) { return SQLITE_OK; }

static char *read_all(FILE *file) {
  size_t size = 0;
  size_t capacity = 1 << 16;
  char *text = malloc(capacity);
  size_t got;
  while (text != NULL && (got = fread(text + size, 1, capacity - size - 1, file)) > 0) {
    size += got;
    if (capacity - size < 2) text = realloc(text, capacity *= 2);
  }
  if (text != NULL) text[size] = '\0';
  return text;
}

static int print_row(void *unused, int columns, char **values, char **names) {
  (void)unused, (void)names;
  for (int i = 0; i < columns; ++i) printf("%s%s", i == 0 ? "" : "|", values[i] != NULL ? values[i] : "NULL");
  putchar('\n');
  return 0;
}

int main(void) {
  char *sql = read_all(stdin);
  sqlite3 *db = NULL;
  char *error = NULL;
  if (sql == NULL || sqlite3_open(":memory:", &db) != SQLITE_OK) {
    fprintf(stderr, "sqlite_shell: cannot begin\n");
    return 1;
  }
  if (sqlite3_exec(db, sql, print_row, NULL, &error) != SQLITE_OK) {
    fprintf(stderr, "sqlite_shell: %s\n", error);
    return 1;
  }
  sqlite3_close(db);
  free(sql);
  return 0;
}
