#include "models/sse.hpp"

#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

constexpr std::size_t max_event = 1 << 20;  // bytes

}  // namespace

void SseParser::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' && after_carriage_return_) {
      after_carriage_return_ = false;
      continue;
    }
    after_carriage_return_ = c == '\r';
    if (c == '\n' || c == '\r') {
      end_line();
    } else {
      line_ += c;
      if (line_.size() + data_.size() > max_event) {
        throw UpstreamError(UpstreamFailure::malformed, "The model server's answer is too large");
      }
    }
  }
}

void SseParser::finish() {
  if (line_.empty()) end_event();
}

void SseParser::end_line() {
  std::string_view line = line_;
  if (first_line_ && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  first_line_ = false;
  if (line.empty()) {
    end_event();
  } else if (line == "data" || line.starts_with("data:")) {
    line.remove_prefix(std::min<std::size_t>(5, line.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_ += line;
    has_data_ = true;
  }
  line_.clear();
}

void SseParser::end_event() {
  if (!has_data_) return;
  const auto data = std::move(data_);
  data_.clear();
  has_data_ = false;
  on_event_(data);
}

}  // namespace oprag::models
