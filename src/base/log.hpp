// JSON lines on stderr. Never a question, document text, key or token: ids, counts and durations only.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace oprag::log {

enum class Level { debug, info, warn, error };

void set_level(Level level);
void write(Level level, std::string_view message, boost::json::object fields = {});

inline void debug(std::string_view m, boost::json::object f = {}) {
  write(Level::debug, m, std::move(f));
}
inline void info(std::string_view m, boost::json::object f = {}) {
  write(Level::info, m, std::move(f));
}
inline void warn(std::string_view m, boost::json::object f = {}) {
  write(Level::warn, m, std::move(f));
}
inline void error(std::string_view m, boost::json::object f = {}) {
  write(Level::error, m, std::move(f));
}

// Lines that a thread writes while one lives carry its request id. Nests.
class RequestScope {
 public:
  explicit RequestScope(std::string request_id);
  ~RequestScope();
  RequestScope(const RequestScope&) = delete;
  RequestScope& operator=(const RequestScope&) = delete;

 private:
  std::string previous_;
};
// The id of the innermost scope on this thread; empty outside one.
const std::string& request_id();

}  // namespace oprag::log
