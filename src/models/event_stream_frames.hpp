// For tests: messages as a service that streams them frames them.
#pragma once
#include <boost/crc.hpp>
#include <string>
#include <string_view>

namespace oprag::models::testing {

inline std::string big_endian(std::uint32_t number, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
  return out;
}

inline std::string with_crc(std::string bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return bytes + big_endian(crc.checksum(), 4);
}

inline std::string text_header(std::string_view name, std::string_view value) {
  return big_endian(static_cast<std::uint32_t>(name.size()), 1) + std::string(name) + '\7' +
         big_endian(static_cast<std::uint32_t>(value.size()), 2) + std::string(value);
}

// `more`: further headers.
inline std::string frame(std::string_view type, std::string_view name, std::string_view payload,
                         std::string_view more = "") {
  const auto headers = text_header(":message-type", type) +
                       text_header(type == "event" ? ":event-type" : ":exception-type", name) + std::string(more);
  const auto total = static_cast<std::uint32_t>(headers.size() + payload.size() + 16);
  auto out = with_crc(big_endian(total, 4) + big_endian(static_cast<std::uint32_t>(headers.size()), 4));
  return with_crc(out + headers + std::string(payload));
}

}  // namespace oprag::models::testing
