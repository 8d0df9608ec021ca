// Sorts the lines of its standard input by their bytes, as `LC_ALL=C sort` does.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Line {
  const char *text;
  size_t length;
};

static int compare(const void *left, const void *right) {
  const struct Line *a = left;
  const struct Line *b = right;
  const int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  if (order != 0) return order;
  return a->length < b->length ? -1 : a->length > b->length;
}

static void *must(void *memory) {
  if (memory == NULL) {
    fprintf(stderr, "sort_lines: out of memory\n");
    exit(1);
  }
  return memory;
}

int main(void) {
  size_t size = 0;
  size_t capacity = 1 << 16;
  char *text = must(malloc(capacity));
  size_t got;
  while ((got = fread(text + size, 1, capacity - size, stdin)) > 0) {
    size += got;
    if (size == capacity) text = must(realloc(text, capacity *= 2));
  }
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += text[i] == '\n';
  struct Line *lines = must(malloc((count + 1) * sizeof *lines));
  count = 0;
  for (size_t begin = 0; begin < size; ++count) {
    const char *end = memchr(text + begin, '\n', size - begin);
    const size_t length = end != NULL ? (size_t)(end - text) - begin : size - begin;
    lines[count] = (struct Line){text + begin, length};
    begin += length + 1;
  }
  qsort(lines, count, sizeof *lines, compare);
  for (size_t i = 0; i < count; ++i) {
    fwrite(lines[i].text, 1, lines[i].length, stdout);
    putchar('\n');
  }
  free(lines);
  free(text);
  return 0;
}
