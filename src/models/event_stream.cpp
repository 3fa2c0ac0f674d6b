#include "models/event_stream.hpp"

#include <boost/crc.hpp>
#include <cstdint>
#include <optional>

#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

constexpr std::size_t prelude = 12;  // length of all, length of the headers, CRC of both
constexpr std::size_t checksum = 4;
constexpr std::size_t longest = 1 << 20;

[[noreturn]] void damaged() {
  throw UpstreamError(UpstreamFailure::malformed, "The model server's event stream is damaged");
}

std::uint32_t crc_of(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

// Takes big-endian numbers and stretches off the front.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool at_end() const { return left_.empty(); }
  std::string_view take(std::size_t count) {
    if (count > left_.size()) damaged();
    const auto out = left_.substr(0, count);
    left_.remove_prefix(count);
    return out;
  }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t out = 0;
    for (const char c : take(bytes)) out = out << 8 | static_cast<unsigned char>(c);
    return out;
  }

 private:
  std::string_view left_;
};

// A header's value if it is text; the other types are stepped over.
std::optional<std::string> header_value(Reader& in) {
  switch (in.number(1)) {
    case 0:  // true
    case 1:  // false
      return {};
    case 2:
      in.take(1);
      return {};
    case 3:
      in.take(2);
      return {};
    case 4:
      in.take(4);
      return {};
    case 5:  // 64 bits
    case 8:  // a time
      in.take(8);
      return {};
    case 6:  // bytes
      in.take(in.number(2));
      return {};
    case 7:
      return std::string(in.take(in.number(2)));
    case 9:  // a UUID
      in.take(16);
      return {};
    default:
      damaged();
  }
}

EventMessage message_of(std::string_view headers, std::string_view payload) {
  EventMessage out{.type = {}, .name = {}, .payload = payload};
  for (Reader in(headers); !in.at_end();) {
    const auto name = in.take(in.number(1));
    auto value = header_value(in);
    if (!value) continue;
    if (name == ":message-type") out.type = *std::move(value);
    if (name == ":event-type" || name == ":exception-type" || name == ":error-code") out.name = *std::move(value);
  }
  return out;
}

}  // namespace

void EventStreamParser::feed(std::string_view bytes) {
  buffer_ += bytes;
  std::size_t at = 0;
  while (buffer_.size() - at >= prelude) {
    const auto rest = std::string_view(buffer_).substr(at);
    Reader in(rest);
    const std::size_t total = in.number(4), headers = in.number(4);
    if (in.number(4) != crc_of(rest.substr(0, 8))) damaged();
    if (total > longest || total < prelude + checksum || headers > total - prelude - checksum) damaged();
    if (rest.size() < total) break;
    const auto message = rest.substr(0, total);
    Reader end(message.substr(total - checksum));
    if (end.number(4) != crc_of(message.substr(0, total - checksum))) damaged();
    const auto payload = prelude + headers;
    on_message_(message_of(message.substr(prelude, headers), message.substr(payload, total - payload - checksum)));
    at += total;
  }
  buffer_.erase(0, at);
}

void EventStreamParser::finish() const {
  if (!buffer_.empty()) {
    throw UpstreamError(UpstreamFailure::cut_off, "The model server ended its answer early");
  }
}

}  // namespace oprag::models
