// Strict JSON: RFC 8259, valid UTF-8, no repeated member, bounded depth.
#pragma once
#include <boost/json/value.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace oprag::json {

inline constexpr std::size_t max_depth = 64;

struct SyntaxError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct DuplicateMember : std::runtime_error {
  explicit DuplicateMember(const std::string& member)
      : std::runtime_error("duplicate member " + member), name(member) {}
  std::string name;
};

// Throws SyntaxError (grammar, UTF-8, depth, anything after the value) or DuplicateMember.
boost::json::value parse(std::string_view text, std::size_t depth = max_depth);

}  // namespace oprag::json
