// Counts lines, words and bytes of its standard input, as wc does, and prints them in a sentence.
#include <ctype.h>
#include <stdio.h>

int main(void) {
  static unsigned char buffer[65536];
  unsigned long lines = 0;
  unsigned long words = 0;
  unsigned long bytes = 0;
  int in_word = 0;
  size_t got;
  while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
    bytes += got;
    for (size_t i = 0; i < got; ++i) {
      lines += buffer[i] == '\n';
      const int is_word = !isspace(buffer[i]);
      words += is_word && !in_word;
      in_word = is_word;
    }
  }
  if (ferror(stdin)) {
    fprintf(stderr, "word_count: cannot read standard input\n");
    return 1;
  }
  printf("%lu lines, %lu words, %lu bytes\n", lines, words, bytes);
  return 0;
}
