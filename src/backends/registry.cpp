#include "backends/registry.hpp"
