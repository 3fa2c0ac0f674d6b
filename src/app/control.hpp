// How subcommands speak to a running server: one line of JSON each way over a socket of mode 0600 in the data
// directory.
#pragma once
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace oprag::app {

// {"ok": true, …} or {"ok": false, "error": "a sentence"}.
using Command = boost::json::object;
using RunCommand = std::function<boost::json::object(const Command&)>;

class ControlServer {
 public:
  // Listens at once, in place of a socket that a killed process left. `run` is called on a thread of the connection's.
  ControlServer(std::filesystem::path socket, RunCommand run);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  void accept_all();
  void serve(int connection);

  std::filesystem::path socket_;
  RunCommand run_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::jthread thread_;
};

// Nothing when no server listens there. Throws std::runtime_error when it hangs up without an answer.
std::optional<boost::json::object> send_command(const std::filesystem::path& socket, const Command& command);

}  // namespace oprag::app
