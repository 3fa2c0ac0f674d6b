#include "json/pretty.hpp"

#include <boost/json/serialize.hpp>

namespace oprag::json {
namespace {

namespace bj = boost::json;

void write(std::string& out, const bj::value& value, std::size_t depth);

void new_line(std::string& out, std::size_t depth) {
  out.append("\n").append(2 * depth, ' ');
}

void write_members(std::string& out, const bj::object& object, std::size_t depth) {
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += ',';
    first = false;
    new_line(out, depth + 1);
    out.append(bj::serialize(bj::string(member.key()))).append(": ");
    write(out, member.value(), depth + 1);
  }
}

void write_elements(std::string& out, const bj::array& array, std::size_t depth) {
  bool first = true;
  for (const auto& element : array) {
    if (!first) out += ',';
    first = false;
    new_line(out, depth + 1);
    write(out, element, depth + 1);
  }
}

void write(std::string& out, const bj::value& value, std::size_t depth) {
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    write_members(out, value.get_object(), depth);
    new_line(out, depth);
    out += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    write_elements(out, value.get_array(), depth);
    new_line(out, depth);
    out += ']';
  } else {
    out += bj::serialize(value);
  }
}

}  // namespace

std::string pretty(const bj::value& value) {
  std::string out;
  write(out, value, 0);
  return out;
}

}  // namespace oprag::json
