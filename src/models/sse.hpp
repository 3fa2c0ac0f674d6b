// Server-sent events, as the chat servers send them.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace oprag::models {

// Reads a stream in whatever pieces it comes; every line ending, comments and a leading byte order mark are understood.
class SseParser {
 public:
  // Called with the data of each event that has any.
  using OnEvent = std::function<void(std::string_view data)>;
  explicit SseParser(OnEvent on_event) : on_event_(std::move(on_event)) {}

  // Throws UpstreamError for an event beyond all measure (1 MiB), and what the callback throws.
  void feed(std::string_view bytes);
  // At the end of the stream: an event without its closing blank line counts, if its last line is whole.
  void finish();

 private:
  void end_line();
  void end_event();

  OnEvent on_event_;
  std::string line_, data_;
  bool has_data_ = false, after_carriage_return_ = false, first_line_ = true;
};

}  // namespace oprag::models
