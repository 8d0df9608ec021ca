// Uses what a small C program takes for granted: malloc and free in many sizes, printf of floats, and the clock.
// Inside the sandbox all three are deterministic; the clock shows the time of the order.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Node {
  struct Node *next;
  size_t size;
  double values[];
};

static struct Node *push(struct Node *head, size_t size, uint32_t *seed) {
  struct Node *node = malloc(sizeof *node + size * sizeof(double));
  if (node == NULL) {
    fprintf(stderr, "floats_and_time: out of memory\n");
    exit(1);
  }
  node->next = head;
  node->size = size;
  for (size_t i = 0; i < size; ++i) {
    *seed = *seed * 1664525U + 1013904223U;
    node->values[i] = (double)*seed / 4294967296.0 - 0.5;
  }
  return node;
}

int main(void) {
  uint32_t seed = 1;
  struct Node *head = NULL;
  for (size_t round = 0; round < 200; ++round) {
    head = push(head, 1 + round * 7 % 97, &seed);
    if (round % 3 == 2) {
      struct Node *dropped = head->next;
      head->next = dropped->next;
      free(dropped);
    }
  }
  double sum = 0;
  double squares = 0;
  size_t count = 0;
  while (head != NULL) {
    struct Node *next = head->next;
    for (size_t i = 0; i < head->size; ++i) {
      sum += head->values[i];
      squares += head->values[i] * head->values[i];
    }
    count += head->size;
    free(head);
    head = next;
  }
  printf("count %zu\n", count);
  printf("sum %.17g mean %e deviation %.6f\n", sum, sum / (double)count, sqrt(squares / (double)count));
  printf("limits %g %a %.3f %g %g\n", 1e308, 0x1.8p-100, -0.0, (double)INFINITY, 1.0 / 3.0);

  const time_t now = time(NULL);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
  printf("time %" PRId64 " %s\n", (int64_t)now, text);
  return now > 0 ? 0 : 1;
}
