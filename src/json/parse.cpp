#include "json/parse.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value_stack.hpp>
#include <set>
#include <vector>

namespace oprag::json {
namespace {

namespace bj = boost::json;

// Feeds a value stack, and remembers the member names of each open object: Boost's own parser keeps the last of two.
struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error = bj::error_code;

  bj::value_stack stack;
  std::vector<std::set<std::string, std::less<>>> open;
  std::string key;

  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t n, error&) {
    open.pop_back();
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t n, error&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(bj::string_view s, std::size_t, error&) {
    key.append(s.data(), s.size());
    stack.push_chars(s);
    return true;
  }
  bool on_key(bj::string_view s, std::size_t, error&) {
    key.append(s.data(), s.size());
    if (!open.back().insert(key).second) throw DuplicateMember(key);
    key.clear();
    stack.push_key(s);
    return true;
  }
  bool on_string_part(bj::string_view s, std::size_t, error&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(bj::string_view s, std::size_t, error&) {
    stack.push_string(s);
    return true;
  }
  bool on_number_part(bj::string_view, error&) { return true; }
  bool on_int64(std::int64_t i, bj::string_view, error&) {
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, bj::string_view, error&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double d, bj::string_view, error&) {
    stack.push_double(d);
    return true;
  }
  bool on_bool(bool b, error&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(bj::string_view, error&) { return true; }
  bool on_comment(bj::string_view, error&) { return true; }
};

}  // namespace

bj::value parse(std::string_view text, std::size_t depth) {
  bj::parse_options options;
  options.max_depth = depth;
  bj::basic_parser<Handler> parser(options);
  parser.handler().stack.reset(bj::storage_ptr{});
  bj::error_code failure;
  const auto used = parser.write_some(false, text.data(), text.size(), failure);
  if (failure) throw SyntaxError(failure.message());
  // What follows the value may be white space only.
  if (text.substr(used).find_first_not_of(" \t\r\n") != std::string_view::npos) throw SyntaxError("extra data");
  if (!parser.done()) throw SyntaxError("incomplete JSON");
  return parser.handler().stack.release();
}

}  // namespace oprag::json
