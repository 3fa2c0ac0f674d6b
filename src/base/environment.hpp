// What the world gives a service: time and randomness. Injected, so that a test decides both.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/timestamp.hpp"

namespace oprag {

using Clock = std::function<Timestamp()>;
using RandomText = std::function<std::string(std::size_t length)>;  // base62 characters

Timestamp system_now();
// From getrandom(2); unbiased. Throws std::system_error when the kernel has none.
std::string random_base62(std::size_t length);
std::string random_bytes(std::size_t length);
// A random UUID (version 4) in its 36-character form.
std::string random_uuid();

template <class Tag>
Id<Tag> new_id(const RandomText& random) {
  return {std::string(Tag::prefix) + random(22)};
}

}  // namespace oprag
