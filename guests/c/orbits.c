// Moves a sun and eight planets for a number of steps (its argument, or 50,000) and prints the energy before and after:
// floating-point work without a library.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { kBodies = 9 };

struct Body {
  double at[3];
  double speed[3];
  double mass;
};

static double distance_squared(const struct Body *a, const struct Body *b) {
  double sum = 0;
  for (int k = 0; k < 3; ++k) sum += (a->at[k] - b->at[k]) * (a->at[k] - b->at[k]);
  return sum;
}

static double energy(const struct Body *bodies) {
  double sum = 0;
  for (int i = 0; i < kBodies; ++i) {
    const struct Body *body = &bodies[i];
    for (int k = 0; k < 3; ++k) sum += 0.5 * body->mass * body->speed[k] * body->speed[k];
    for (int j = i + 1; j < kBodies; ++j) sum -= body->mass * bodies[j].mass / sqrt(distance_squared(body, &bodies[j]));
  }
  return sum;
}

static void step(struct Body *bodies, double time) {
  for (int i = 0; i < kBodies; ++i) {
    for (int j = i + 1; j < kBodies; ++j) {
      const double square = distance_squared(&bodies[i], &bodies[j]);
      const double pull = time / (square * sqrt(square));
      for (int k = 0; k < 3; ++k) {
        const double along = (bodies[i].at[k] - bodies[j].at[k]) * pull;
        bodies[i].speed[k] -= along * bodies[j].mass;
        bodies[j].speed[k] += along * bodies[i].mass;
      }
    }
  }
  for (int i = 0; i < kBodies; ++i) {
    for (int k = 0; k < 3; ++k) bodies[i].at[k] += time * bodies[i].speed[k];
  }
}

int main(int argc, char **argv) {
  const long steps = argc > 1 ? strtol(argv[1], NULL, 10) : 50000;
  struct Body bodies[kBodies] = {{.mass = 1000.0}};
  for (int i = 1; i < kBodies; ++i) {
    const double radius = 10.0 * i;
    const double speed = sqrt(bodies[0].mass / radius);
    bodies[i] = (struct Body){{i % 2 ? radius : -radius, 0, 0.1 * i}, {0, i % 2 ? speed : -speed, 0}, 0.001 * i};
  }
  printf("%.9f\n", energy(bodies));
  for (long i = 0; i < steps; ++i) step(bodies, 0.001);
  printf("%.9f\n", energy(bodies));
  return 0;
}
