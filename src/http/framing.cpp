#include "http/framing.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace oprag::http {

namespace {

std::unexpected<Refusal> malformed(std::string why) {
  return std::unexpected(Refusal{ErrorCode::invalid_request, "Malformed request: " + std::move(why)});
}
std::unexpected<Refusal> target_too_long() {
  return std::unexpected(Refusal{ErrorCode::uri_too_long, "The request target is longer than 8 KiB"});
}
std::unexpected<Refusal> headers_too_large() {
  return std::unexpected(
      Refusal{ErrorCode::headers_too_large, "The header block is larger than 16 KiB or has more than 100 fields"});
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}
bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}
bool is_target(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}
bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~:[]!$&'()*+;=%").contains(c);
  });
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (ascii_lower(without_blanks(list.substr(0, end))) == token) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// Fields of which a second one would leave open which of the two was checked.
constexpr std::array single_fields = {
    "Host",        "Content-Length", "Transfer-Encoding", "Expect",   "Content-Type", "Authorization",
    "X-Oprag-Key", "Origin",         "Idempotency-Key",   "If-Match", "X-Amz-Target", "Range"};

// The lines of a block in which every line, the last one too, ends with CRLF.
std::string_view next_line(std::string_view& block) {
  const auto end = block.find("\r\n");
  const auto line = block.substr(0, end);
  block.remove_prefix(end + 2);
  return line;
}

std::expected<void, Refusal> parse_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("request line");
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (target.size() > max_target) return target_too_long();
  if (!is_token(method) || method.size() > 32 || !is_target(target)) return malformed("request line");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed("HTTP version");
  head.http_1_0 = version == "HTTP/1.0";
  head.request.method = method;
  head.request.target = target;
  return {};
}

std::expected<void, Refusal> parse_fields(std::string_view block, Headers& headers) {
  while (!block.empty()) {
    const auto line = next_line(block);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return malformed("header field name");
    const auto value = without_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) return malformed("header field value");
    if (headers.size() == max_fields) return headers_too_large();
    headers.add(std::string(line.substr(0, colon)), std::string(value));
  }
  for (const auto* name : single_fields) {
    if (headers.count(name) > 1) return malformed(std::string("more than one ") + name);
  }
  return {};
}

std::expected<void, Refusal> read_length(Head& head) {
  const auto& headers = head.request.headers;
  if (headers.contains("Transfer-Encoding")) {
    if (headers.contains("Content-Length")) return malformed("Content-Length and Transfer-Encoding");
    if (head.http_1_0 || ascii_lower(headers["Transfer-Encoding"]) != "chunked") return malformed("Transfer-Encoding");
    head.chunked = true;
  } else if (headers.contains("Content-Length")) {
    const auto text = headers["Content-Length"];
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || error != std::errc{} || end != text.data() + text.size()) return malformed("Content-Length");
    head.request.content_length = length;
  }
  return {};
}

// "http://host/path" is taken as "/path" when its host is the Host field's; a proxy's form with another host is not
// ours.
std::expected<void, Refusal> to_origin_form(Request& request) {
  if (request.target.starts_with('/')) return {};
  const auto scheme = request.target.find("://");
  if (scheme == std::string::npos) return malformed("request target");
  const auto kind = ascii_lower(std::string_view(request.target).substr(0, scheme));
  const auto path = std::min(request.target.find_first_of("/?", scheme + 3), request.target.size());
  const auto authority = std::string_view(request.target).substr(scheme + 3, path - scheme - 3);
  if ((kind != "http" && kind != "https") || ascii_lower(authority) != ascii_lower(request.headers["Host"])) {
    return malformed("request target");
  }
  auto origin = request.target.substr(path);
  if (!origin.starts_with('/')) origin.insert(0, 1, '/');
  request.target = std::move(origin);
  return {};
}

}  // namespace

std::expected<std::size_t, Refusal> head_length(std::string_view received) {
  std::size_t line_start = 0;
  std::size_t fields_start = 0;
  for (auto newline = received.find('\n'); newline != std::string_view::npos;
       newline = received.find('\n', newline + 1)) {
    if (newline == line_start || received[newline - 1] != '\r') return malformed("a line that does not end with CRLF");
    const bool empty_line = newline == line_start + 1;
    if (fields_start > 0 && (empty_line ? line_start : newline + 1) - fields_start > max_header_block)
      return headers_too_large();
    if (empty_line) return newline + 1;
    line_start = newline + 1;
    if (fields_start == 0) fields_start = line_start;
  }
  constexpr std::size_t rest_of_request_line = 32 + sizeof("  HTTP/1.1\r");
  if (fields_start == 0 && received.size() > max_target + rest_of_request_line) return target_too_long();
  if (fields_start > 0 && received.size() - fields_start > max_header_block + 1) return headers_too_large();
  return 0;
}

std::expected<Head, Refusal> parse_head(std::string_view head) {
  Head out;
  auto block = head.substr(0, head.size() - 2);  // without the empty line
  if (block.empty()) return malformed("request line");
  if (auto read = parse_request_line(next_line(block), out); !read) return std::unexpected(read.error());
  auto& headers = out.request.headers;
  if (auto read = parse_fields(block, headers); !read) return std::unexpected(read.error());
  if ((!out.http_1_0 && !headers.contains("Host")) || !is_host(headers["Host"])) return malformed("Host");
  if (auto read = to_origin_form(out.request); !read) return std::unexpected(read.error());
  if (auto read = read_length(out); !read) return std::unexpected(read.error());
  if (headers.contains("Expect")) {
    if (ascii_lower(headers["Expect"]) != "100-continue") return malformed("Expect");
    out.expects_continue = !out.http_1_0;
  }
  out.keep_alive = !out.http_1_0;
  for (const auto& [name, value] : headers) {
    if (ascii_lower(name) == "connection" && has_token(value, "close")) out.keep_alive = false;
  }
  return out;
}

BodyDecoder::BodyDecoder(const Head& head)
    : state_(head.chunked      ? State::size
             : head.has_body() ? State::plain
                               : State::done),
      left_(head.chunked ? 0 : head.request.content_length.value_or(0)) {}

std::expected<std::size_t, Refusal> BodyDecoder::feed(std::string_view received, std::string& out, std::size_t room) {
  std::size_t used = 0;
  while (used < received.size() && !done()) {
    if (state_ == State::plain || state_ == State::data) {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>({left_, received.size() - used, room}));
      if (take == 0) break;  // no room
      out.append(received.substr(used, take));
      used += take;
      room -= take;
      left_ -= take;
      if (left_ == 0) state_ = state_ == State::plain ? State::done : State::data_cr;
    } else if (auto taken = take_control(received[used++]); !taken) {
      return std::unexpected(taken.error());
    }
  }
  return used;
}

std::expected<void, Refusal> BodyDecoder::take_size(char c) {
  unsigned digit = 16;
  std::from_chars(&c, &c + 1, digit, 16);
  if (digit < 16) {
    if (++digits_ > 15) return malformed("chunk size");
    left_ = left_ * 16 + digit;
    return {};
  }
  // Extensions (";…") are refused: nobody sends them, and servers disagree on where they end.
  if (c != '\r' || digits_ == 0) return malformed("chunk size");
  state_ = State::size_end;
  return {};
}

std::expected<void, Refusal> BodyDecoder::take_control(char c) {
  const auto expect = [&](char wanted, State next) -> std::expected<void, Refusal> {
    if (c != wanted) return malformed("chunked body");
    state_ = next;
    return {};
  };
  switch (state_) {
    case State::size:
      return take_size(c);
    case State::size_end:
      digits_ = 0;
      return expect('\n', left_ == 0 ? State::trailer_start : State::data);
    case State::data_cr:
      return expect('\r', State::data_lf);
    case State::data_lf:
      return expect('\n', State::size);
    case State::trailer_start:
      if (c == '\r') return expect('\r', State::last_lf);
      state_ = State::trailer;
      [[fallthrough]];
    case State::trailer:  // read past, never used: a trailer must not change what was checked in the head
      if (++trailer_bytes_ > max_trailer || c == '\n') return malformed("trailer");
      if (c == '\r') state_ = State::trailer_lf;
      return {};
    case State::trailer_lf:
      return expect('\n', State::trailer_start);
    case State::last_lf:
      return expect('\n', State::done);
    case State::plain:
    case State::data:
    case State::done:
      break;
  }
  return {};
}

}  // namespace oprag::http
