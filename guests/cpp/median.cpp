// A C++ guest: reads whole numbers from standard input, prints how many there are, their median and the most frequent
// one. The sandbox offers no exceptions, so the standard library is used without them.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

int main() {
  std::vector<long long> numbers;
  std::map<long long, int> counts;
  long long number = 0;
  while (std::scanf("%lld", &number) == 1) {
    numbers.push_back(number);
    ++counts[number];
  }
  if (numbers.empty()) {
    std::fprintf(stderr, "median: no numbers on standard input\n");
    return 1;
  }
  std::sort(numbers.begin(), numbers.end());
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::string text = std::to_string(numbers.size()) + " numbers, median " +
                           std::to_string(numbers[numbers.size() / 2]) + ", most frequent " +
                           std::to_string(most->first);
  std::puts(text.c_str());
}
