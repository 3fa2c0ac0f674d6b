#include "app/eval_command.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <iostream>
#include <optional>

#include "app/program.hpp"
#include "base/log.hpp"
#include "eval/http_system.hpp"
#include "eval/kinds.hpp"
#include "http/server.hpp"
#include "json/pretty.hpp"

namespace oprag::app {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("oprag-eval-" + random_base62(12));
  Folder() { fs::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

std::uint16_t free_port() {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

// The caller's models and embedder; store, files and secrets of its own.
Settings own_settings(Settings settings, const fs::path& folder) {
  settings.listen = "127.0.0.1:" + std::to_string(free_port());
  settings.public_url = "http://" + settings.listen;
  settings.data_dir = folder;
  settings.database = Secret();
  settings.objects = "disk";
  settings.objects_dir = folder / "objects";
  settings.secrets_dir = folder / "secrets";
  settings.signup = "open";
  settings.smtp.url.clear();
  settings.limits.chat_per_project = settings.limits.requests_per_user = settings.limits.requests_per_company = 0;
  return settings;
}

// A whole server in this process, reached over the network like any other.
class OwnServer {
 public:
  explicit OwnServer(const Settings& given)
      : settings_(own_settings(given, folder_.path)),
        program_(settings_, {.reader = given.program_dir / "oprag"}),
        server_({.port = split_listen(settings_.listen).second}, *program_.dispatcher) {
    program_.start_workers();
    server_.start();
  }
  ~OwnServer() {
    server_.stop();
    program_.stop_workers();
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  const std::string& url() const { return settings_.public_url; }

 private:
  Folder folder_;
  Settings settings_;
  Program program_;
  http::Server server_;
};

struct Wanted {
  const eval::Kind* kind = nullptr;  // nothing: a project's saved tests
  std::string place;
};

Wanted wanted(const std::string& set) {
  const auto equals = set.find('=');
  const auto name = set.substr(0, equals);
  if (equals == std::string::npos) throw std::invalid_argument(set + " must be KIND=PATH");
  if (name == "tests") return {nullptr, set.substr(equals + 1)};
  for (const auto& kind : eval::kinds()) {
    if (kind.name == name) return {&kind, set.substr(equals + 1)};
  }
  throw std::invalid_argument("no kind of set is called " + name + "; there are:\n" + eval_kinds());
}

}  // namespace

std::string eval_kinds() {
  std::string out;
  for (const auto& kind : eval::kinds()) out.append(kind.name).append(": ").append(kind.help).append("\n");
  return out + "tests: a project's id, whose saved tests are run; needs --server";
}

int evaluate(const Settings& settings, const EvalRequest& request) {
  std::vector<Wanted> all;
  for (const auto& set : request.sets) all.push_back(wanted(set));
  std::optional<OwnServer> own;
  eval::ServerLogin login{request.server, request.email, request.password};
  if (request.server.empty()) {
    log::set_level(log::Level::error);
    own.emplace(settings);
    login = {own->url(), "eval@example.com", random_base62(24) + "aA1!"};
  } else if (request.email.empty() || request.password.empty()) {
    throw std::invalid_argument("--server needs --email and --password");
  }
  eval::HttpSystem system(std::move(login));
  std::vector<eval::Figure> figures;
  for (const auto& [kind, place] : all) {
    auto measured = kind ? kind->measure(system, place, request.most)
                         : std::vector<eval::Figure>{{place, "saved tests passed", system.run_tests(place), {}, {}}};
    std::cout << eval::table_of(measured) << std::endl;
    std::ranges::move(measured, std::back_inserter(figures));
  }
  if (!request.json.empty()) {
    std::ofstream out(request.json);
    out << json::pretty(eval::json_of(figures)) << "\n";
    if (!out.flush()) throw std::runtime_error(request.json.string() + " cannot be written");
  }
  return 0;
}

}  // namespace oprag::app
