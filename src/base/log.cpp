#include "base/log.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/json/serialize.hpp>

#include "base/environment.hpp"

namespace oprag::log {
namespace {

std::atomic<Level> threshold{Level::info};
thread_local std::string current_request;

std::string_view word_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "error";
}

}  // namespace

void set_level(Level level) {
  threshold = level;
}

void write(Level level, std::string_view message, boost::json::object fields) {
  if (level < threshold) return;
  boost::json::object line{{"time", to_iso8601(system_now())}, {"level", word_of(level)}, {"message", message}};
  if (!current_request.empty()) line["requestId"] = current_request;
  for (auto& member : fields) line[member.key()] = std::move(member.value());
  auto text = boost::json::serialize(line);
  text += '\n';
  // One write call a line, so that lines of several threads and of worker children do not mix.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

RequestScope::RequestScope(std::string request_id) : previous_(std::exchange(current_request, std::move(request_id))) {}
RequestScope::~RequestScope() {
  current_request = std::move(previous_);
}

const std::string& request_id() {
  return current_request;
}

}  // namespace oprag::log
