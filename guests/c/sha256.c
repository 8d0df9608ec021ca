// Prints the SHA-256 of its standard input in hexadecimal (FIPS 180-4).
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t rotate(uint32_t value, int by) { return value >> by | value << (32 - by); }

// The first 32 bits of the fractional parts of the cube (or square) roots of the primes, found by integer bisection.
static uint32_t root_bits(uint32_t prime, int power) {
  // Finds the greatest r below 2^35 with (r / 2^32)^power <= prime.
  unsigned __int128 low = 0;
  unsigned __int128 high = (unsigned __int128)1 << 37;
  while (high - low > 1) {
    const unsigned __int128 middle = (low + high) / 2;
    // Compare middle^power with prime * 2^(32 * power) without overflow: 37 * 3 = 111 bits.
    unsigned __int128 product = middle * middle;
    if (power == 3) product *= middle;
    if (product <= (unsigned __int128)prime << (32 * power)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (uint32_t)low;
}

static uint32_t constants[64];
static uint32_t state[8];

static void begin(void) {
  int found = 0;
  for (uint32_t n = 2; found < 64; ++n) {
    int prime = 1;
    for (uint32_t d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
    if (!prime) continue;
    constants[found] = root_bits(n, 3);
    if (found < 8) state[found] = root_bits(n, 2);
    ++found;
  }
}

static void block(const unsigned char *bytes) {
  uint32_t w[64];
  for (int i = 0; i < 16; ++i) {
    w[i] = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 | (uint32_t)bytes[4 * i + 2] << 8 |
           (uint32_t)bytes[4 * i + 3];
  }
  for (int i = 16; i < 64; ++i) {
    const uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t v[8];
  memcpy(v, state, sizeof v);
  for (int i = 0; i < 64; ++i) {
    const uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    const uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + w[i];
    const uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    const uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int i = 0; i < 8; ++i) state[i] += v[i];
}

int main(void) {
  static unsigned char buffer[65536];
  uint64_t total = 0;
  size_t have = 0;
  size_t got;
  begin();
  while ((got = fread(buffer + have, 1, sizeof buffer - have, stdin)) > 0) {
    total += got;
    have += got;
    size_t used = 0;
    for (; have - used >= 64; used += 64) block(buffer + used);
    memmove(buffer, buffer + used, have -= used);
  }
  buffer[have++] = 0x80;
  while (have % 64 != 56) buffer[have++] = 0;
  for (int i = 7; i >= 0; --i) buffer[have++] = (unsigned char)(total * 8 >> (8 * i));
  for (size_t used = 0; used < have; used += 64) block(buffer + used);
  for (int i = 0; i < 8; ++i) printf("%08x", (unsigned)state[i]);
  putchar('\n');
  return 0;
}
